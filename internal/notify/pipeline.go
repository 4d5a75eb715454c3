package notify

import (
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/dispatch"
	"github.com/prometheus/alertmanager/inhibit"
	"github.com/prometheus/alertmanager/template"
	"github.com/prometheus/alertmanager/timeinterval"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/matching"
)

// Options say what a configuration leaves open. The zero value is that of a usual installation.
type Options struct {
	// Dir is what relative paths of template files are relative to: the folder of the configuration.
	Dir string
	// ExternalURL is where links in notifications lead; http://alertmanager:9093 where it is empty.
	ExternalURL string
	// ResendDelay is how often Prometheus repeats what it has sent (--rules.alert.resend-delay); one minute where it is zero.
	ResendDelay time.Duration
	// Until is when to stop watching alerts that never end. Where it is zero, that is two group intervals after the last change.
	Until time.Time
}

// Pipeline is one configuration, ready to be asked what it does. It may be used by several goroutines.
type Pipeline struct {
	options     Options
	root        *dispatch.Route
	routes      map[*dispatch.Route]Route
	parents     map[*dispatch.Route]*dispatch.Route
	channels    map[string][]*channel
	receivers   []string // names, in the order of the configuration
	inhibitions []*inhibit.InhibitRule
	intervals   *timeinterval.Intervener
	template    *template.Template

	sending sync.Mutex // one notification at a time, so that it is known whose is what arrives
	server  *server    // nil until something is rendered
}

// New reads a configuration as Alertmanager does. An error is what Alertmanager's own loader says.
func New(configuration []byte, options Options) (*Pipeline, error) {
	matching.AsAlertmanager()
	loaded, err := config.Load(string(configuration))
	if err != nil {
		return nil, fmt.Errorf("load the configuration of Alertmanager: %w", err)
	}
	if options.ExternalURL == "" {
		options.ExternalURL = "http://alertmanager:9093"
	}
	if options.ResendDelay == 0 {
		options.ResendDelay = time.Minute
	}
	p := &Pipeline{
		options: options, root: dispatch.NewRoute(loaded.Route, nil), routes: map[*dispatch.Route]Route{}, parents: map[*dispatch.Route]*dispatch.Route{},
		channels: map[string][]*channel{}, intervals: timeIntervals(loaded),
	}
	if p.template, err = loadTemplates(loaded.Templates, options); err != nil {
		return nil, err
	}
	p.describe(p.root, nil)
	for _, rule := range loaded.InhibitRules {
		p.inhibitions = append(p.inhibitions, inhibit.NewInhibitRule(rule))
	}
	for i := range loaded.Receivers {
		name := loaded.Receivers[i].Name
		p.receivers = append(p.receivers, name)
		p.channels[name] = channelsOf(&loaded.Receivers[i])
	}
	return p, nil
}

// Routes are the nodes of the tree at which an alert with these labels ends, in the order in which they are reached.
func (p *Pipeline) Routes(labels map[string]string) []Route {
	var found []Route
	for _, node := range p.root.Match(labelSet(labels)) {
		found = append(found, p.routes[node])
	}
	return found
}

// Close gives back what rendering has opened.
func (p *Pipeline) Close() error {
	p.sending.Lock()
	defer p.sending.Unlock()
	if p.server == nil {
		return nil
	}
	server := p.server
	p.server = nil
	return server.close()
}

// describe writes down each node for those who ask.
func (p *Pipeline) describe(node *dispatch.Route, position []int) {
	options := node.RouteOpts
	route := Route{
		Receiver: options.Receiver, GroupByAll: options.GroupByAll, GroupWait: options.GroupWait, GroupInterval: options.GroupInterval,
		RepeatInterval: options.RepeatInterval, MuteTimes: options.MuteTimeIntervals, ActiveTimes: options.ActiveTimeIntervals,
		Position: position, Path: node.Key(),
	}
	for label := range options.GroupBy {
		route.GroupBy = append(route.GroupBy, string(label))
	}
	slices.Sort(route.GroupBy)
	p.routes[node] = route
	for i, child := range node.Routes {
		p.parents[child] = node
		p.describe(child, append(slices.Clone(position), i))
	}
}

// timeIntervals are those of both spellings, mute_time_intervals being the older one.
func timeIntervals(loaded *config.Config) *timeinterval.Intervener {
	named := map[string][]timeinterval.TimeInterval{}
	for _, old := range loaded.MuteTimeIntervals {
		named[old.Name] = old.TimeIntervals
	}
	for _, interval := range loaded.TimeIntervals {
		named[interval.Name] = interval.TimeIntervals
	}
	return timeinterval.NewIntervener(named)
}

// loadTemplates reads Alertmanager's own templates and those that the configuration names.
func loadTemplates(globs []string, options Options) (*template.Template, error) {
	paths := make([]string, len(globs))
	for i, glob := range globs {
		if !filepath.IsAbs(glob) {
			glob = filepath.Join(options.Dir, glob)
		}
		paths[i] = glob
	}
	loaded, err := template.FromGlobs(paths)
	if err != nil {
		return nil, fmt.Errorf("load the templates of Alertmanager: %w", err)
	}
	if loaded.ExternalURL, err = url.Parse(options.ExternalURL); err != nil {
		return nil, fmt.Errorf("external URL of Alertmanager: %w", err)
	}
	return loaded, nil
}

func labelSet(labels map[string]string) model.LabelSet {
	set := make(model.LabelSet, len(labels))
	for name, value := range labels {
		if value != "" { // an empty label is a missing one
			set[model.LabelName(name)] = model.LabelValue(value)
		}
	}
	return set
}

func plainLabels(set model.LabelSet) map[string]string {
	labels := make(map[string]string, len(set))
	for name, value := range set {
		labels[string(name)] = string(value)
	}
	return labels
}

// Inhibits reports whether an alert with the labels of the source mutes one with those of the target while it fires.
func (p *Pipeline) Inhibits(source, target map[string]string) bool {
	from, to := labelSet(source), labelSet(target)
	return slices.ContainsFunc(p.inhibitions, func(rule *inhibit.InhibitRule) bool { return mutes(rule, from, to) })
}
