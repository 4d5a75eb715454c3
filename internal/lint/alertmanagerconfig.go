package lint

import (
	"log/slog"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	amconfig "github.com/prometheus/alertmanager/config"
	"github.com/prometheus/alertmanager/featurecontrol"
	amcompat "github.com/prometheus/alertmanager/matcher/compat"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var alertmanagerConfig = &Check{
	Code: "alertmanager/config", Severity: diag.Error, Warns: true,
	Summary: "Alertmanager refuses a configuration, or reads something else in it than was meant",
	Why: "Alertmanager goes on with the configuration that it had, or does not start, and nobody is notified in the new way. A " +
		"PagerDuty receiver with both keys loads, and sends to service_key alone.",
	Run: func(p *Pass) {
		for i := range p.Set.Alertmanagers {
			config := &p.Set.Alertmanagers[i]
			before := len(p.found)
			badMatchers(p, config)
			badReferences(p, config)
			if len(p.found) == before {
				refused(p, config)
			}
			bothKeys(p, config)
		}
	},
}

// badMatchers reports texts that are no matchers.
func badMatchers(p *Pass, config *read.Alertmanager) {
	report := func(matchers read.Matchers, owner diag.Pos) {
		_, broken := compileMatchers(matchers)
		for _, b := range broken {
			p.Report(Place{At: b.At(), Owner: owner}, `write name="value", or with !=, =~ or !~ and a regular expression`,
				"%q is no matcher: %v", b.Value, b.why)
		}
	}
	eachRoute(config.Route, func(r *read.Route) { report(r.Matchers, r.Pos) })
	for _, rule := range config.Inhibitions {
		report(rule.Source, rule.Pos)
		report(rule.Target, rule.Pos)
	}
}

// eachRoute visits a route and all below it.
func eachRoute(r *read.Route, visit func(*read.Route)) {
	if r == nil {
		return
	}
	visit(r)
	for _, child := range r.Routes {
		eachRoute(child, visit)
	}
}

// badReferences reports receivers and time intervals that routes name and nothing declares.
func badReferences(p *Pass, config *read.Alertmanager) {
	var receivers, intervals []string
	for _, r := range config.Receivers {
		receivers = append(receivers, r.Name.Value)
	}
	for _, name := range config.TimeNames {
		intervals = append(intervals, name.Value)
	}
	unknown := func(name read.Text, owner diag.Pos, what string, declared []string) {
		if name.Value != "" && !slices.Contains(declared, name.Value) {
			p.Report(Place{At: name.At(), Owner: owner}, suggestion(name.Value, declared, "declare it under "+what+"s"),
				"there is no %s %q", strings.ReplaceAll(what, "_", " "), name.Value)
		}
	}
	eachRoute(config.Route, func(r *read.Route) {
		unknown(r.Receiver, r.Pos, "receiver", receivers)
		for _, name := range slices.Concat(r.MuteTimeIntervals, r.ActiveTimeIntervals) {
			unknown(name, r.Pos, "time_interval", intervals)
		}
	})
}

// suggestion asks whether a word was meant to be one of others, or else says what to do.
func suggestion(word string, candidates []string, otherwise string) string {
	if closest, ok := diag.Closest(word, candidates); ok {
		return "did you mean " + closest + "?"
	}
	return otherwise
}

// useUTF8 makes Alertmanager's loader read matchers and names of labels as Alertmanager itself does.
var useUTF8 = sync.OnceFunc(func() {
	amcompat.InitFromFlags(slog.New(slog.DiscardHandler), featurecontrol.NoopFlags{})
})

var (
	yamlLine    = regexp.MustCompile(`line (\d+): (.*)`)
	notFound    = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	wrongShape  = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `.*`)? into .*$")
	quotedWord  = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")
	placeholder = regexp.MustCompile(`\$\{?\(?[A-Za-z_]|\{\{-? *(?:\.Values|\.Env|tpl|include|requiredEnv|env)\b|<[A-Za-z_ -]+>`)
)

// yamlShapes are YAML's tags in words.
var yamlShapes = map[string]string{
	"str": "a text", "map": "a mapping", "seq": "a list", "int": "a number", "float": "a number", "bool": "true or false", "null": "nothing",
}

// refused reports what Alertmanager's own loader says. Its errors may quote secrets: what they quote is left out unless it is a
// name.
func refused(p *Pass, config *read.Alertmanager) {
	if config.Source == "" {
		return
	}
	useUTF8()
	_, err := amconfig.Load(config.Source)
	if err == nil {
		return
	}
	lines := yamlLine.FindAllStringSubmatch(err.Error(), -1)
	for _, line := range lines {
		number, _ := strconv.Atoi(line[1])
		message, help := shapeOf(line[2])
		p.Report(Place{At: config.Line(number), Secret: true}, help, "Alertmanager refuses it: %s", message)
	}
	if len(lines) > 0 {
		return
	}
	report := p.Report
	if placeholder.MatchString(config.Source) {
		report = p.Warn // something else fills in the values before Alertmanager reads them
	}
	report(Place{At: aboutWhat(err.Error(), config), Secret: true}, configurationPage,
		"Alertmanager refuses it: %s", withoutValues(err.Error(), config))
}

const configurationPage = "see the configuration page of Alertmanager's documentation"

// shapeOf says an error of the YAML package without names of Go types and without the value.
func shapeOf(message string) (said, help string) {
	if field := notFound.FindStringSubmatch(message); field != nil {
		return "there is no field " + field[1] + " here", suggestion(field[1], configFields(), configurationPage)
	}
	if shape := wrongShape.FindStringSubmatch(message); shape != nil {
		return yamlShapes[shape[1]] + " cannot stand here", configurationPage
	}
	return quotedWord.ReplaceAllString(message, "…"), configurationPage
}

// configFields are the names of all fields of a configuration, wherever they stand.
var configFields = sync.OnceValue(func() []string {
	names := map[string]bool{}
	collectFields(reflect.TypeFor[amconfig.Config](), names, map[reflect.Type]bool{})
	return slices.Sorted(maps.Keys(names))
})

func collectFields(t reflect.Type, names map[string]bool, seen map[reflect.Type]bool) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || seen[t] {
		return
	}
	seen[t] = true
	for i := range t.NumField() {
		field := t.Field(i)
		if name, _, _ := strings.Cut(field.Tag.Get("yaml"), ","); name != "" && name != "-" {
			names[name] = true
		}
		collectFields(field.Type, names, seen)
	}
}

// fieldWord is a word that can only be the name of a field.
var fieldWord = regexp.MustCompile(`[a-z]+(?:_[a-z]+)+`)

// aboutWhat is the place that an error without a line is most likely about: the last receiver of a name that it quotes, or the first
// field that it names.
func aboutWhat(message string, config *read.Alertmanager) diag.Pos {
	for _, quoted := range quotedWord.FindAllString(message, -1) {
		for _, r := range slices.Backward(config.Receivers) {
			if word, err := strconv.Unquote(quoted); err == nil && word == r.Name.Value {
				return r.Name.At()
			}
		}
	}
	lines := strings.Split(config.Source, "\n")
	for _, field := range fieldWord.FindAllString(message, -1) {
		for i, line := range lines {
			if strings.HasPrefix(strings.TrimLeft(line, " -\t"), field+":") {
				return config.Line(i + 1)
			}
		}
	}
	return config.Pos
}

// withoutValues leaves out what a message quotes, unless it is a name that the configuration gives to something.
func withoutValues(message string, config *read.Alertmanager) string {
	names := map[string]bool{}
	for _, r := range config.Receivers {
		names[r.Name.Value] = true
	}
	for _, name := range config.TimeNames {
		names[name.Value] = true
	}
	eachRoute(config.Route, func(r *read.Route) {
		for _, name := range r.GroupBy {
			names[name.Value] = true
		}
	})
	return quotedWord.ReplaceAllStringFunc(message, func(quoted string) string {
		if word, err := strconv.Unquote(quoted); err == nil && (names[word] || word == "...") {
			return quoted
		}
		return "…"
	})
}

// bothKeys reports PagerDuty receivers for both of PagerDuty's interfaces.
func bothKeys(p *Pass, config *read.Alertmanager) {
	for _, receiver := range config.Receivers {
		for _, integration := range receiver.Integrations {
			if integration.Kind != "pagerduty" {
				continue
			}
			routing := firstText(integration.Settings, "routing_key", "routing_key_file")
			service := firstText(integration.Settings, "service_key", "service_key_file")
			if !routing.IsZero() && !service.IsZero() {
				at := Place{At: service.At(), Owner: integration.Pos, Name: receiver.Name.Value, Secret: true}
				p.Report(at, "keep routing_key for Events API v2, or service_key for v1", "Alertmanager uses service_key and ignores routing_key")
			}
		}
	}
}

// firstText is the first of some fields that is there.
func firstText(settings read.Value, names ...string) read.Text {
	for _, name := range names {
		if text := settings.Field(name).Text(); !text.IsZero() {
			return text
		}
	}
	return read.Text{}
}
