package read

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
)

// exposedTypes are the types of both formats; untyped is Prometheus' word for OpenMetrics' unknown.
var exposedTypes = []model.MetricType{
	model.MetricTypeCounter, model.MetricTypeGauge, model.MetricTypeHistogram, model.MetricTypeGaugeHistogram, model.MetricTypeSummary,
	model.MetricTypeInfo, model.MetricTypeStateset, model.MetricTypeUnknown, "untyped",
}

// comment reads a line that starts with #: HELP, TYPE and UNIT say something of a family, all else is for people.
func (e *exposition) comment(line string) {
	keyword, rest, _ := strings.Cut(strings.TrimLeft(line[1:], " \t"), " ")
	if keyword != "HELP" && keyword != "TYPE" && keyword != "UNIT" {
		return
	}
	name, rest, ok := familyName(strings.TrimLeft(rest, " \t"))
	if !ok {
		e.wrong(keyword + " must be followed by the name of a metric")
		return
	}
	rest = strings.TrimLeft(rest, " \t")
	switch keyword {
	case "HELP":
		e.family(name).help = helpEscapes.Replace(rest)
	case "UNIT":
		e.family(name).unit = strings.TrimSpace(rest)
	case "TYPE":
		kind := model.MetricType(strings.TrimSpace(rest))
		if !slices.Contains(exposedTypes, kind) {
			e.wrong(fmt.Sprintf("%q is no type of metrics", kind))
			return
		}
		if kind == "untyped" {
			kind = model.MetricTypeUnknown
		}
		e.family(name).kind = kind
	}
}

// helpEscapes are the escapes of HELP; \" is OpenMetrics' alone.
var helpEscapes = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\"`, `"`)

// familyName cuts the name at the start of text, which stands in quotes where it is no plain name.
func familyName(text string) (name, rest string, ok bool) {
	if !strings.HasPrefix(text, `"`) {
		name, rest, _ = strings.Cut(text, " ")
		return name, rest, name != ""
	}
	length := stringLength(text)
	name, err := strconv.Unquote(text[:length])
	return name, text[length:], err == nil && name != ""
}

// withoutExemplar reduces a sample of OpenMetrics to what Prometheus' text format has as well: series and value.
func withoutExemplar(line string) string {
	end := strings.IndexAny(line, "{ ")
	if end >= 0 && line[end] == '{' {
		for end < len(line) && line[end] != '}' {
			if line[end] == '"' {
				end += stringLength(line[end:])
				continue
			}
			end++
		}
		end = min(end+1, len(line))
	}
	if end < 0 {
		return line
	}
	fields := strings.Fields(line[end:])
	if len(fields) < 2 {
		return line
	}
	if _, err := strconv.ParseFloat(fields[1], 64); err != nil && fields[1] != "#" {
		return line // the parser says what is wrong with it
	}
	return line[:end] + " " + fields[0]
}
