package lint

import (
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	amconfig "github.com/prometheus/alertmanager/config"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/matching"
	"github.com/belfry-dev/belfry/internal/read"
)

var (
	yamlLine   = regexp.MustCompile(`line (\d+): (.*)`)
	notFound   = regexp.MustCompile(`^field (\S+) not found in type \S+$`)
	wrongShape = regexp.MustCompile("^cannot unmarshal !!(\\w+)(?: `.*`)? into .*$")
	quotedWord = regexp.MustCompile("\"(?:[^\"\\\\]|\\\\.)*\"|`[^`]*`")
	// placeholder is what something else fills in before Alertmanager reads the file: ${NAME}, $(NAME), $NAME or <name>.
	placeholder = regexp.MustCompile(`\$\{\w+[^}]*\}|\$\(\w+\)|\$[A-Z][A-Z_]+|<[A-Za-z][A-Za-z_ -]*>`)
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
	matching.AsAlertmanager()
	_, err := amconfig.Load(config.Source)
	if err == nil {
		return
	}
	lines, written := yamlLine.FindAllStringSubmatch(err.Error(), -1), strings.Split(config.Source, "\n")
	for _, line := range lines {
		number, _ := strconv.Atoi(line[1])
		if number >= 1 && number <= len(written) && placeholder.MatchString(written[number-1]) {
			continue
		}
		message, help := yamlProblem(line[2])
		p.Report(Place{At: config.Line(number), Secret: true}, help, "Alertmanager refuses it: %s", message)
	}
	if len(lines) > 0 {
		return
	}
	report := p.Report
	if filled := placeholder.ReplaceAllString(config.Source, "http://filled-in"); filled != config.Source {
		if _, err = amconfig.Load(filled); err == nil {
			return
		}
		report = p.Warn
	}
	report(Place{At: aboutWhat(err.Error(), config), Secret: true}, configurationPage,
		"Alertmanager refuses it: %s", withoutValues(err.Error(), config))
}

const configurationPage = "see the configuration page of Alertmanager's documentation"

// yamlProblem says an error of the YAML package without names of Go types and without the value.
func yamlProblem(message string) (said, help string) {
	if field := notFound.FindStringSubmatch(message); field != nil {
		return "there is no field " + field[1] + " here", meant(field[1], configFields(), configurationPage)
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
