package lower

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/unit"
	"github.com/belfry-dev/belfry/schema"
)

// signal is a signal of the spec while it is lowered.
type signal struct {
	*ir.Signal
	spec     schema.Signal
	broken   bool // it had an error: what uses it stays silent
	visiting bool // its operands are being looked at: to find circles
	done     bool
}

// forms lists a signal's forms and the operand that each names.
func forms(s schema.Signal) []struct {
	form    ir.Form
	operand string
} {
	parts := ""
	if len(s.Parts) > 0 {
		parts = "parts"
	}
	return []struct {
		form    ir.Form
		operand string
	}{
		{ir.FormValue, s.Value}, {ir.FormRate, s.Rate}, {ir.FormIncrease, s.Increase}, {ir.FormQuantile, s.Quantile},
		{ir.FormWithin, s.Within}, {ir.FormShare, s.Share}, {ir.FormRatio, s.Ratio}, {ir.FormDifference, s.Difference},
		{ir.FormParts, parts}, {ir.FormExpr, s.Expr},
	}
}

// lowerSignals lowers every signal with its own parameters.
func (l *lowerer) lowerSignals() {
	for _, name := range sortedKeys(l.spec.Signals) {
		spec := l.spec.Signals[name]
		l.signals[name] = &signal{spec: spec, Signal: &ir.Signal{
			Name: name, Path: l.pathOf("signals", name), Title: spec.Title, Help: spec.Help, Written: spec.Expr,
		}}
		// One that has a metric's name has been reported; looking at it further would only repeat that.
		l.signals[name].broken, l.signals[name].done = l.collides[name], l.collides[name]
	}
	for _, name := range sortedKeys(l.signals) {
		l.lowerSignal(l.signals[name])
	}
	l.nameIndicators()
	for _, name := range sortedKeys(l.signals) {
		l.program.Signals = append(l.program.Signals, l.signals[name].Signal)
	}
}

// lowerSignal lowers one signal after the signals it is made of.
func (l *lowerer) lowerSignal(s *signal) {
	if s.done {
		return
	}
	if s.visiting {
		s.broken = true
		l.report("reference/cycle", s.Path, "name a metric, or another signal: the query of this one would never end", "signal %s is made of itself", s.Name)
		return
	}
	s.visiting = true
	defer func() { s.visiting, s.done = false, true }()
	if !l.checkForm(s) || !l.checkSettings(s) {
		s.broken = true
		return
	}
	for _, name := range operands(s.spec) {
		if operand, ok := l.signals[name]; ok {
			l.lowerSignal(operand)
			operand.Used = true
			if operand.broken {
				s.broken = true
				return
			}
		}
	}
	query, ok := l.query(s, schema.Params{}, s.Path, nil)
	if !ok {
		s.broken = true
		return
	}
	s.Default, s.Unit = query, query.Unit
}

// operands lists the names that a signal is made of.
func operands(s schema.Signal) []string {
	var names []string
	for _, f := range forms(s) {
		if f.operand != "" && f.form != ir.FormParts && f.form != ir.FormExpr {
			names = append(names, f.operand)
		}
	}
	for _, name := range []string{s.To, s.Minus} {
		if name != "" {
			names = append(names, name)
		}
	}
	for _, part := range sortedKeys(s.Parts) {
		names = append(names, s.Parts[part])
	}
	return names
}

// checkForm finds the one form of a signal.
func (l *lowerer) checkForm(s *signal) bool {
	var found []string
	for _, f := range forms(s.spec) {
		if f.operand != "" {
			s.Form = f.form
			found = append(found, string(f.form))
		}
	}
	const all = "value, rate, increase, quantile, within, share, ratio, difference, parts or expr"
	switch len(found) {
	case 1:
		return true
	case 0:
		l.report("signal/form", s.Path, "give it one of "+all, "signal %s has no form: nothing says what it queries", s.Name)
	default:
		l.report("signal/form", at(s.Path, found[1]), "keep one of them", "signal %s has %d forms: %s", s.Name, len(found), strings.Join(found, ", "))
	}
	return false
}

// companions are the settings that belong to some forms only.
var companions = []struct {
	name     string
	given    func(schema.Signal) bool
	forms    []ir.Form
	required bool
	help     string
}{
	{"bound", func(s schema.Signal) bool { return s.Bound != "" }, []ir.Form{ir.FormWithin}, true, `add bound: up to which value an observation is good, such as "5s"; of a classic histogram, one of its buckets`},
	{"matching", func(s schema.Signal) bool { return s.Matching != "" }, []ir.Form{ir.FormShare}, true, `add matching: "status=~'5..'", which part it takes`},
	{"to", func(s schema.Signal) bool { return s.To != "" }, []ir.Form{ir.FormRatio}, true, "add to: the divisor"},
	{"minus", func(s schema.Signal) bool { return s.Minus != "" }, []ir.Form{ir.FormDifference}, true, "add minus: what is subtracted"},
	{"as", func(s schema.Signal) bool { return s.As != "" }, []ir.Form{ir.FormParts}, true, "add as: the name of the label that tells the parts apart"},
	{"q", func(s schema.Signal) bool { return s.Q != nil }, []ir.Form{ir.FormQuantile}, true, "add q: the quantile, such as 0.95"},
	{"unit", func(s schema.Signal) bool { return s.Unit != "" }, []ir.Form{ir.FormExpr}, true, "add unit: nothing else tells the unit of written-out PromQL"},
}

// checkSettings refuses settings that the form does not use, and asks for those it needs.
func (l *lowerer) checkSettings(s *signal) bool {
	ok := true
	for _, c := range companions {
		applies := slices.Contains(c.forms, s.Form)
		switch {
		case applies && c.required && !c.given(s.spec):
			l.report("signal/setting", s.Path, c.help, "%s %s signal needs %s", article(string(s.Form)), s.Form, c.name)
			ok = false
		case !applies && c.given(s.spec) && c.name != "unit" && c.name != "q":
			l.report("signal/setting", at(s.Path, c.name), "remove "+c.name, "%s is not for %s %s signal", c.name, article(string(s.Form)), s.Form)
			ok = false
		}
	}
	if s.spec.As != "" && !labelName.MatchString(s.spec.As) {
		l.report("names/label", at(s.Path, "as"), "use letters, digits and underscores", "%q is not a name that a label can have", s.spec.As)
		ok = false
	}
	if s.spec.WhenMissing != "" && len(s.spec.By) > 0 {
		l.report("signal/setting", at(s.Path, "whenMissing"), "remove by, or whenMissing",
			"a value for missing series has no labels, so that it cannot stand for one of several")
		ok = false
	}
	return ok && l.checkLevels(s)
}

// article is what stands before a word.
func article(word string) string {
	if strings.ContainsAny(word[:1], "aeiou") {
		return "an"
	}
	return "a"
}

// checkLevels holds the thresholds for panels against each other.
func (l *lowerer) checkLevels(s *signal) bool {
	if s.spec.Levels == nil {
		return true
	}
	directions := map[bool]bool{}
	for _, level := range levels(s.spec) {
		if (level.Above == "") == (level.Below == "") {
			l.report("signal/levels", at(s.Path, "levels", level.severity), `write {above: "5%"} or {below: "5%"}`, "a level is either above or below a value")
			return false
		}
		directions[level.Above != ""] = true
	}
	if len(directions) > 1 {
		l.report("signal/levels", at(s.Path, "levels"), "use above for both, or below for both", "one level is above and the other below")
		return false
	}
	return true
}

// level is one threshold for panels.
type level struct {
	severity string
	schema.Threshold
}

// levels lists the levels that are given, the worst last.
func levels(s schema.Signal) []level {
	if s.Levels == nil {
		return nil
	}
	var given []level
	if s.Levels.Warning != nil {
		given = append(given, level{"warning", *s.Levels.Warning})
	}
	if s.Levels.Critical != nil {
		given = append(given, level{"critical", *s.Levels.Critical})
	}
	return given
}

// quantity reads a quantity and converts it into a unit.
func (l *lowerer) quantity(path, text string, u unit.Unit, s *ir.Signal) (float64, bool) {
	q, err := unit.ParseQuantity(text)
	if err != nil {
		l.report("quantity/format", path, helpOf(err, `write a number with its unit, such as "5%" or "10s"`), "%v", err)
		return 0, false
	}
	value, err := q.In(u)
	if err != nil {
		help := helpOf(err, "")
		if !q.HasUnit && u.IsRatio() {
			help = fmt.Sprintf("did you mean %q?", inPercent(q))
		}
		l.report("quantity/unit", path, help, "%s", strings.Replace(err.Error(), "the signal", "signal "+s.Name, 1))
		if source := l.unitSource(s); source != "" {
			l.note("%s", source)
		}
		return 0, false
	}
	return value, true
}

// inPercent is what a number without a unit most likely stands for where a share is wanted: 0.999 is 99.9 %, and 99.9 is too.
func inPercent(q unit.Quantity) string {
	if q.Value > 0 && q.Value < 1 {
		return strconv.FormatFloat(roundTo(100*q.Value, 12), 'f', -1, 64) + "%"
	}
	return q.Text + "%"
}

// helpOf takes the help that an error carries, or another.
func helpOf(err error, other string) string {
	if helper, ok := err.(interface{ Help() string }); ok && helper.Help() != "" {
		return helper.Help()
	}
	return other
}

// unitSource says where a signal's unit comes from.
func (l *lowerer) unitSource(s *ir.Signal) string {
	text := "signal defined at " + l.locate(s.Path).String()
	if s.Unit != unit.None {
		text += ", unit " + s.Unit.String()
	}
	if len(s.Metrics) == 1 {
		text += " from metric " + s.Metrics[0].Name
	}
	return text
}
