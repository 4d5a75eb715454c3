package witness

import (
	"fmt"
	"regexp/syntax"
	"slices"
	"strings"
	"sync"

	"github.com/grafana/regexp"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"

	"github.com/belfry-dev/belfry/internal/ir"
)

// replicaLabels are the labels by which the replicas of a service differ.
var replicaLabels = []string{model.InstanceLabel, "pod"}

// World knows the metrics of a Program and the values that their labels have. It may be used by several goroutines.
type World struct {
	program  *ir.Program
	metrics  map[string]*ir.Metric
	pods     []string // names, by replica
	patterns sync.Map // compiled regular expressions by text: *regexp.Regexp, nil for one that does not compile
}

// NewWorld learns what the Program declares.
func NewWorld(p *ir.Program) *World {
	w := &World{program: p, metrics: make(map[string]*ir.Metric, len(p.Metrics))}
	for _, m := range p.Metrics {
		w.metrics[m.Name] = m
	}
	if w.metrics["up"] == nil {
		w.metrics["up"] = &ir.Metric{Name: "up", Type: ir.Gauge, Catalog: "up"} // of every target, whether the spec says so or not
	}
	if s := p.Service; s != nil {
		for replica := range max(1, s.Replicas) {
			w.pods = append(w.pods, w.podName(s, replica))
		}
	}
	return w
}

// Knows reports whether the Program has the metric that a series belongs to.
func (w *World) Knows(series string) bool {
	m, _ := w.metric(series)
	return m != nil
}

// metric finds the metric that a series belongs to, and which of a histogram's series it is.
func (w *World) metric(name string) (*ir.Metric, string) {
	if m := w.metrics[name]; m != nil {
		return m, ""
	}
	for _, part := range []string{"_bucket", "_count", "_sum"} {
		if base, cut := strings.CutSuffix(name, part); cut {
			if m := w.metrics[base]; m != nil && m.Type == ir.Histogram && m.Classic {
				return m, part
			}
		}
	}
	return nil, ""
}

// likely are values that people expect to read in labels of these names.
var likely = map[string][]string{
	"status": {"200", "500", "404"}, "code": {"200", "500", "404"}, "status_code": {"200", "500", "404"}, "http_status": {"200", "500"},
	"method": {"GET", "POST"}, "exported_endpoint": {"/"}, "path": {"/"}, "mountpoint": {"/"}, "fstype": {"ext4"}, "device": {"/dev/sda1"},
}

// values lists what a label of a metric may be, the most usual first. Those of the matchers stand among them.
func (w *World) values(m *ir.Metric, name string, replica int, matchers []*labels.Matcher) []string {
	var all []string
	if label := labelStored(m, name); label != nil {
		all = slices.Clone(label.Values)
		if label.Values == nil {
			all = append(all, w.matching(label.Pattern, likely[name])...)
			all = append(all, sampleOf(label.Pattern, label.Name+"-1"))
		}
	} else {
		all = append(all, w.target(m, name, replica)...)
		all = append(all, likely[name]...)
	}
	for _, matcher := range matchers {
		if matcher.Name != name {
			continue
		}
		switch matcher.Type {
		case labels.MatchEqual, labels.MatchNotEqual:
			all = append(all, matcher.Value)
		case labels.MatchRegexp, labels.MatchNotRegexp:
			all = append(all, w.matching(matcher.Value, likely[name])...)
			all = append(all, sampleOf(matcher.Value, name+"-1"))
		}
	}
	return all
}

// labelStored finds the label of a metric by its name on the stored series.
func labelStored(m *ir.Metric, name string) *ir.Label {
	for i := range m.Labels {
		if m.Stored(m.Labels[i].Name) == name {
			return &m.Labels[i]
		}
	}
	return nil
}

// target are the values that scraping gives a label.
func (w *World) target(m *ir.Metric, name string, replica int) []string {
	s := w.program.Service
	if s == nil {
		return nil
	}
	if name == "pod" && (m.Own() || slices.Contains(m.Scope, "pod") || labelStored(m, "pod") != nil) {
		return []string{w.pods[replica]}
	}
	if name == "namespace" {
		return []string{s.Namespace}
	}
	own := map[string]string{
		"job": s.Scrape.Job, "service": s.Scrape.KubernetesService, "endpoint": s.Scrape.Port, "container": s.Name,
		"instance": fmt.Sprintf("10.0.0.%d:%d", replica+1, s.Scrape.PortNumber),
	}
	if !m.Own() && m.Name != "up" {
		own = map[string]string{"job": m.Catalog, "instance": fmt.Sprintf("node-%d", replica), "container": s.Name}
	}
	if own[name] == "" {
		return nil
	}
	return []string{own[name]}
}

// podName is a name that the service's pattern matches and that differs from replica to replica.
func (w *World) podName(s *ir.Service, replica int) string {
	if s.Pods == "" {
		return fmt.Sprintf("%s-%d", s.Name, replica)
	}
	name := sampleOf(s.Pods, s.Name)
	whole := w.pattern(s.Pods)
	for _, end := range []string{fmt.Sprintf("-%d", replica), fmt.Sprint(replica), strings.Repeat("a", replica+1)} {
		if longer := strings.TrimSuffix(name, "-") + end; whole != nil && whole.MatchString(longer) {
			return longer
		}
	}
	return name
}

// matching are the values that a pattern matches as a whole; all without a pattern.
func (w *World) matching(pattern string, values []string) []string {
	if pattern == "" || len(values) == 0 {
		return values
	}
	whole := w.pattern(pattern)
	return slices.DeleteFunc(slices.Clone(values), func(v string) bool { return whole == nil || !whole.MatchString(v) })
}

func (w *World) pattern(text string) *regexp.Regexp {
	if known, ok := w.patterns.Load(text); ok {
		return known.(*regexp.Regexp)
	}
	compiled, err := regexp.Compile("^(?:" + text + ")$")
	if err != nil {
		compiled = nil
	}
	w.patterns.Store(text, compiled)
	return compiled
}

// sampleOf is a short text that a regular expression matches, or the fallback where there is none.
func sampleOf(pattern, fallback string) string {
	if pattern == "" {
		return fallback
	}
	parsed, err := syntax.Parse(pattern, syntax.Perl)
	if err != nil {
		return fallback
	}
	var b strings.Builder
	writeSample(&b, parsed)
	return b.String()
}

func writeSample(b *strings.Builder, re *syntax.Regexp) {
	switch re.Op {
	case syntax.OpLiteral:
		b.WriteString(string(re.Rune))
	case syntax.OpCharClass:
		if len(re.Rune) > 0 {
			b.WriteRune(readable(re.Rune))
		}
	case syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		b.WriteByte('x')
	case syntax.OpCapture, syntax.OpPlus:
		writeSample(b, re.Sub[0])
	case syntax.OpRepeat:
		for range re.Min {
			writeSample(b, re.Sub[0])
		}
	case syntax.OpConcat:
		for _, sub := range re.Sub {
			writeSample(b, sub)
		}
	case syntax.OpAlternate:
		writeSample(b, re.Sub[0])
	}
}

// readable chooses a letter or digit of a class of characters, which is a list of ranges.
func readable(class []rune) rune {
	for _, wanted := range "a1A" {
		for i := 0; i+1 < len(class); i += 2 {
			if class[i] <= wanted && wanted <= class[i+1] {
				return wanted
			}
		}
	}
	return class[0]
}
