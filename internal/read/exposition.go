package read

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/diag"
)

// Metric is one metric family of an exposition: what a program says of it, and what its series were at that moment. Other
// values may come at any time, so that what was seen closes no set.
type Metric struct {
	Name      string           // as rules know it: of histograms and summaries the base, of OpenMetrics' counters with _total
	Type      model.MetricType // unknown where the exposition does not say
	Help      string
	Unit      string // of OpenMetrics' UNIT line, such as seconds; "" where there is none
	Series    int    // how many there were; a histogram or summary counts as one for each of its sets of labels
	Labels    []MetricLabel
	Each      []map[string]string // the labels of every series, without le; nil where they are more than 1000
	Buckets   []float64           // upper bounds seen on a classic histogram, ascending, without +Inf
	Quantiles []float64           // of a summary, ascending
	Pos       diag.Pos            // of the first line about it
}

// MetricLabel is a label that was seen on a metric's series, without le and quantile.
type MetricLabel struct {
	Name     string
	Series   int      // how many of the metric's series have it
	Distinct int      // how many values were seen, at most 1000
	Values   []string // they, sorted, where they are at most 100
}

// MaxDistinct is how many values of a label are told apart.
const MaxDistinct = 1000

const (
	maxExposition = 64 << 20 // bytes
	maxValues     = 100      // values of a label that are returned
	maxSeries     = 1000     // of a metric whose labels are returned one by one
	maxBadLines   = 20       // that are reported one by one
)

// Exposition reads Prometheus' text format or OpenMetrics (which ends with # EOF) under a name for diagnostics. Lines that
// are wrong are reported, and the others still read, although Prometheus would refuse the whole. Metrics are sorted by name.
func Exposition(reader io.Reader, name string) ([]Metric, diag.List, error) {
	data, err := io.ReadAll(io.LimitReader(reader, maxExposition+1))
	if err != nil {
		return nil, nil, fmt.Errorf("read %s: %w", name, err)
	}
	if len(data) > maxExposition {
		return nil, diag.List{{Code: "read/too-large", Severity: diag.Error, Pos: diag.Pos{File: name},
			Message: fmt.Sprintf("this exposition has more than %d MiB", maxExposition>>20),
			Help:    "save it to a file and keep one line of each metric"}}, nil
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	e := &exposition{name: name, families: map[string]*family{}, end: lastLine(data), parser: expfmt.NewTextParser(model.UTF8Validation)}
	for line := range bytes.Lines(data) {
		e.number++
		e.line(string(bytes.TrimRight(line, "\r\n")))
	}
	if e.bad > e.samples && !isExposition(string(data)) {
		return nil, diag.List{notExposition(e.findings[0], e.bad, e.bad+e.samples)}, nil
	}
	if e.bad > maxBadLines {
		e.findings = append(e.findings, diag.Diagnostic{Code: "read/exposition", Severity: diag.Error, Pos: diag.Pos{File: name},
			Message: fmt.Sprintf("%d more lines are wrong", e.bad-maxBadLines), Help: "look at whether these are metrics at all"})
	}
	return e.metrics(), e.findings, nil
}

// described are the lines by which an exposition is known among other texts.
var described = regexp.MustCompile(`(?m)^# (?:TYPE|HELP) [a-zA-Z_:][a-zA-Z0-9_:]* `)

func isExposition(text string) bool { return described.MatchString(text) }

// expositionLine is a line that describes a metric, or a sample.
var expositionLine = regexp.MustCompile(`^(?:# (?:TYPE|HELP|UNIT) [a-zA-Z_:]|[a-zA-Z_:][a-zA-Z0-9_:]*(?:\{[^{}]*\})? [-+]?(?:[0-9.]|Inf|NaN))`)

// mostlyExposition reports whether a text is an exposition, and not one about expositions: prose may quote a few lines.
func mostlyExposition(text string) bool {
	if !isExposition(text) {
		return false
	}
	metrics, all := 0, 0
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		all++
		if expositionLine.MatchString(line) {
			metrics++
		}
	}
	return 2*metrics >= all
}

// notExposition is the one finding about a text of which most lines are no metrics.
func notExposition(first diag.Diagnostic, bad, all int) diag.Diagnostic {
	first.Message = fmt.Sprintf("this is no exposition: %d of %d lines are no metric", bad, all)
	first.Help = "give what a program answers at /metrics"
	return first
}

// lastLine is the last line that is not empty.
func lastLine(data []byte) string {
	trimmed := bytes.TrimRight(data, " \t\r\n")
	return string(trimmed[bytes.LastIndexByte(trimmed, '\n')+1:])
}

// endOfMetrics is the last line of OpenMetrics.
const endOfMetrics = "# EOF"

// exposition gathers families. Each line is parsed by itself: the parser stops at the first mistake.
type exposition struct {
	name     string
	end      string // the last line
	number   int    // of the line, from 1
	bad      int    // how many lines were wrong
	samples  int    // how many were not
	findings diag.List
	parser   expfmt.TextParser
	families map[string]*family // by the name of its TYPE line
}

func (e *exposition) isOpenMetrics() bool { return e.end == endOfMetrics }

func (e *exposition) line(line string) {
	switch {
	case strings.TrimSpace(line) == "", e.isOpenMetrics() && line == endOfMetrics:
		return
	case !utf8.ValidString(line):
		e.wrong("it is not UTF-8")
		return
	case strings.HasPrefix(line, "#"):
		e.comment(line)
		return
	}
	if e.isOpenMetrics() {
		line = withoutExemplar(line)
	}
	found, err := e.parser.TextToMetricFamilies(strings.NewReader(line + "\n"))
	if err != nil {
		message := err.Error()
		var located expfmt.ParseError // in the only line
		if errors.As(err, &located) {
			message = located.Msg
		}
		e.wrong(message)
		return
	}
	e.samples++
	for name, one := range found {
		for _, sample := range one.Metric {
			e.series(name, sample.Label)
		}
	}
}

func (e *exposition) wrong(message string) {
	e.bad++
	if e.bad > maxBadLines {
		return
	}
	e.findings = append(e.findings, diag.Diagnostic{Code: "read/exposition", Severity: diag.Error,
		Pos: diag.Pos{File: e.name, Line: e.number, Col: 1}, Message: "this line is no metric: " + message,
		Help: "Prometheus refuses the whole scrape because of it"})
}
