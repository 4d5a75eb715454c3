package lint

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/promql"
	"github.com/belfry-dev/belfry/internal/unit"
)

var ruleTemplateUnit = &Check{
	Code: "rule/template-unit", Severity: diag.Error, Warns: true,
	Summary: "a template prints the value in a unit that it is not in",
	Why: "humanizePercentage multiplies by 100, humanizeDuration takes seconds, humanize1024 and humanizeTimestamp take any number: " +
		"none of them knows what the value is. 6 % that prints as \"600%\", or 10 s that prints as \"2h 46m\", sends people the wrong " +
		"way at the worst time. $value is the value of the expression: of a comparison, that of the side that is compared.",
	Run: func(p *Pass) {
		for i := range p.Templates {
			t := &p.Templates[i]
			if t.Rule.Analysis == nil || len(t.Others) > 0 || isReported(t.Rule, "promql/unit-mismatch") {
				continue // nothing, something else for each alert of a group, or what the expression does not mean
			}
			for _, printed := range t.printedValues() {
				_ = checkFilters(p, t, printed, true) || checkClaim(p, t, printed) || checkFilters(p, t, printed, false) ||
					checkPerTime(p, t, printed)
			}
		}
	},
}

// checkFilters reports the first filter that is wrong for the value: certainly, or in doubt.
func checkFilters(p *Pass, t *Template, printed printedValue, certainly bool) bool {
	for _, f := range printed.filters {
		why, certain := misfit(f, t.Rule)
		if why == "" || certain != certainly {
			continue
		}
		place := t.At(offset(f.node), len(f.name)).Noting("%s %s", f.name, why)
		example := printed.example(exampleValue(t.Rule), 0)
		if certain {
			p.Report(place, printed.correction(t), "%s prints %s as %q", t.kind(), said(t.Rule), example)
		} else {
			p.Warn(place, printed.correction(t), "%s prints %s as %q", t.kind(), said(t.Rule), example)
		}
		return true
	}
	return false
}

// certainlyNoRatio is a value that a share or a growth rarely has: as a percentage it prints as 500%.
const certainlyNoRatio = 5

// earliestTimestamp is in 1973: what is below is no point in time that a program exposes.
const earliestTimestamp = 1e8

// wholeVerb prints a float without decimals.
var wholeVerb = regexp.MustCompile(`%[-+ 0-9]*\.0?f`)

// misfit says why a filter is wrong for a value, and whether it certainly is; empty where nothing is known to be wrong.
func misfit(f filter, rule *Rule) (why string, certain bool) {
	value := rule.Analysis.Root
	measured, isTimestamp := value.Unit, value.Kind == promql.KindTimestamp
	switch f.name {
	case "humanizePercentage":
		if contradicts(measured, unit.Ratio) || isTimestamp {
			return "multiplies by 100, and the value is " + inUnit(rule), true
		}
		if value.Range.Low >= certainlyNoRatio && !isShareInPercent(rule) {
			return "multiplies by 100, and the value is at least " + unit.None.Format(value.Range.Low), false
		}
	case "humanizeDuration", "toDuration":
		if contradicts(measured, unit.Second) || isTimestamp {
			return "takes seconds, and the value is " + inUnit(rule), true
		}
	case "humanizeTimestamp", "toTime":
		if contradicts(measured, unit.Second) {
			return "takes seconds since 1970, and the value is " + inUnit(rule), true
		}
		if measured.Known() && measured.Unit.IsTime() && !isTimestamp && isDuration(value.Range) {
			return "takes seconds since 1970, and the value is a duration", true
		}
	case "humanize1024":
		if measured.Known() && !isBytes(measured.Unit) && !measured.Unit.IsCount() {
			return "is for bytes, and the value is " + inUnit(rule), true
		}
	case "printf":
		if isPlainRatio(measured) && wholeVerb.MatchString(f.format) {
			return "rounds to a whole number, and the value is a share of 1", false
		}
	case "humanize":
		if measured.Known() && measured.Unit == unit.Ratio {
			return "prints what is below 1 in thousandths, with an m behind", false
		}
	}
	return "", false
}

// isPlainRatio reports shares, and things per thing, of which 1 is all.
func isPlainRatio(m promql.Measure) bool {
	factor, ok := m.Unit.Factor(unit.Ratio)
	return m.Known() && ok && factor == 1
}

// isDuration reports values that are compared with what no point in time is compared with.
func isDuration(r promql.Interval) bool {
	return r.High < earliestTimestamp || r.Low > 0 && r.Low < earliestTimestamp
}

// isBytes reports data in any scale, also per time or per thing.
func isBytes(u unit.Unit) bool { return strings.HasPrefix(u.Dimension(), "bytes") }

// inUnit names the unit of a rule's value in a sentence.
func inUnit(rule *Rule) string {
	value := rule.Analysis.Root
	switch {
	case value.Kind == promql.KindTimestamp:
		return "a point in time"
	case value.Unit.IsTimeShare(rule.Parsed):
		return value.Unit.Dimension(rule.Parsed)
	case value.Unit.Unit.IsCount():
		return value.Unit.Unit.Dimension()
	default:
		return "in " + value.Unit.String()
	}
}

// checkClaim reports a unit in the text around a value that the value is not in.
func checkClaim(p *Pass, t *Template, printed printedValue) bool {
	claimed, says := claimOf(printed.around())
	if !says {
		return false
	}
	place, value := t.At(printed.offset, printed.length), t.Rule.Analysis.Root
	if filter := unitOf(printed.filters); filter != "" {
		p.Warn(place, "remove "+claimed.text+" from the text", "%s prints a unit behind what %s prints, which has its own: %q", t.kind(), filter,
			printed.example(exampleValue(t.Rule), claimed.length))
		return true
	}
	if !contradicts(value.Unit, claimed.unit) {
		return false
	}
	report := p.Report
	if !contradicts(value.Unit, claimed.unit.PerSecond()) {
		report = p.Warn // the words around may say that it is per second
	}
	report(place.Noting("the value is %s", inUnit(t.Rule)), printed.correction(t), "%s prints %s as %q", t.kind(), said(t.Rule),
		printed.example(exampleValue(t.Rule), claimed.length))
	return true
}

// unitOf is the filter that prints a unit of its own.
func unitOf(filters []filter) string {
	for _, f := range filters {
		switch f.name {
		case "humanizePercentage", "humanizeDuration", "humanizeTimestamp":
			return f.name
		}
	}
	return ""
}

// said is a value as people say it: that of the threshold where there is one.
func said(rule *Rule) string {
	value := rule.Analysis.Root
	switch {
	case value.Kind == promql.KindTimestamp:
		return "a point in time"
	case value.Unit.Known() && !value.Unit.IsTimeShare(rule.Parsed):
		return value.Unit.Unit.Format(exampleValue(rule))
	default:
		return unit.None.Format(exampleValue(rule))
	}
}

// correction is what to write instead of an action, or around it where the action is right already.
func (p printedValue) correction(t *Template) string {
	help := correction(t.Rule)
	written := t.Text.Value[p.offset : p.offset+p.length]
	_, behind, found := strings.Cut(help, written)
	switch {
	case !found:
		return help
	case strings.TrimSpace(behind) != "" && strings.HasPrefix(help, "write "+written):
		return fmt.Sprintf("write %q behind the value", strings.TrimSpace(behind))
	default:
		return "remove the unit from the text, or mend the expression"
	}
}

// correction is a template that prints the value rightly.
func correction(rule *Rule) string {
	value := rule.Analysis.Root
	switch {
	case value.Kind == promql.KindTimestamp:
		return "write {{ $value | humanizeTimestamp }}"
	case isPlainRatio(value.Unit), value.Unit.IsTimeShare(rule.Parsed):
		return "write " + unit.Ratio.Template("$value")
	case value.Unit.Known() && value.Unit.Unit != unit.None:
		return "write " + value.Unit.Unit.Template("$value")
	default:
		return fmt.Sprintf("write %s and the unit behind it", `{{ $value | printf "%.4g" }}`)
	}
}

// exampleValue is the threshold of the rule, or a value that any alert may have.
func exampleValue(rule *Rule) float64 {
	if condition, ok := rule.Analysis.Condition(rule.Parsed); ok && condition.Threshold != 0 {
		return condition.Threshold
	}
	if low := rule.Analysis.Root.Range.Low; low > 0 {
		return low
	}
	return 5
}
