package read

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
)

const (
	someDuration = "5m" // in place of a variable that chooses a range
	someNumber   = "1"
	someName     = "belfry_variable"
)

// replacer goes through a query once. It knows as much of PromQL's notation as tells what a variable stands for.
type replacer struct {
	query     string
	variables []Variable
	at        int
	out       builder
	holes     []Hole
	blocked   string

	brackets    int      // how many [ are open
	inBraces    bool     // inside the { } of a selector
	named       bool     // the selector has a metric's name
	parentheses []string // the words in front of those that are open, in lower case
	word        string   // the last word, where nothing but white space follows it yet
	label       string   // the word in front of a matching operator
	last        byte     // the last character that is neither white space nor part of a word
}

// groupingWords stand before labels in parentheses.
var groupingWords = []string{"by", "without", "on", "ignoring", "group_left", "group_right"}

// parameterWords stand before a number as the first argument.
var parameterWords = []string{"topk", "bottomk", "limitk", "limit_ratio", "quantile", "histogram_quantile", "vector"}

// step copies or replaces what comes next.
func (r *replacer) step() {
	rest := r.query[r.at:]
	if name, length := variableAt(rest); length > 0 {
		r.variable(name, length)
		return
	}
	switch c := rest[0]; {
	case c == '#':
		r.copied(lengthUntil(rest, "\n"))
	case isQuote(c):
		r.text(stringLength(rest))
	case isWord(c):
		r.word = rest[:wordLength(rest)]
		r.copied(len(r.word))
	case isSpace(c):
		r.copied(1)
	case r.inBraces && (c == '=' || c == '!'):
		r.matcher(operatorLength(rest))
	default:
		r.punctuation(c)
	}
}

func (r *replacer) copied(length int) {
	r.out.copied(r.query, r.at, r.at+length)
	r.at += length
}

func (r *replacer) punctuation(c byte) {
	switch c {
	case '[':
		r.brackets++
	case ']':
		r.brackets = max(0, r.brackets-1)
	case '{':
		r.inBraces, r.named = true, r.word != ""
	case '}':
		r.inBraces = false
	case '(':
		r.parentheses = append(r.parentheses, strings.ToLower(r.word))
	case ')':
		r.parentheses = r.parentheses[:max(0, len(r.parentheses)-1)]
	}
	r.word, r.last = "", c
	r.copied(1)
}

// matcher copies a label matcher from its operator on. One whose value has a variable matches everything instead, whatever
// its operator was: nothing is known of the value, but perhaps that it is not empty. A selector without a name must have a matcher that matches something.
func (r *replacer) matcher(operator int) {
	value := r.at + operator
	for value < len(r.query) && isSpace(r.query[value]) {
		value++
	}
	r.label, r.word, r.last = r.word, "", '='
	end := value
	if value < len(r.query) && isQuote(r.query[value]) {
		end += stringLength(r.query[value:])
	} else if _, length := variableAt(r.query[value:]); length > 0 { // a format such as ${name:doublequote} brings the quotes
		end += length
	}
	before := len(r.holes)
	r.within(value, end, UseLabelValue)
	if len(r.holes) == before {
		r.copied(operator)
		return
	}
	if r.label == model.MetricNameLabel {
		r.holes[before].Use = UseName
		r.block("the variable %s names a metric", r.holes[before].Variable)
	}
	wildcard := `".*"`
	if !r.named || r.query[r.at] == '=' && slices.ContainsFunc(r.holes[before:], r.hasText) {
		wildcard = `".+"`
	}
	r.out.made("=~", r.at, r.at+operator)
	r.out.made(wildcard, value, end)
	r.at = end
}

// hasText reports whether a variable always has some text: one of the values that a query finds, where neither an empty text
// nor a pattern that matches one stands for all of them.
func (r *replacer) hasText(hole Hole) bool {
	i := r.find(hole.Variable)
	if i < 0 || r.variables[i].Type != "query" {
		return false
	}
	v := r.variables[i]
	if !v.IncludeAll || v.AllValue.Value == "" {
		return !strings.Contains(v.Regex.Value, "*") // a part that is cut out by a pattern may be empty
	}
	pattern, err := labels.NewFastRegexMatcher(v.AllValue.Value)
	return err == nil && !strings.Contains(v.AllValue.Value, "$") && !pattern.MatchString("")
}

// text copies a string that is no matcher's value. With a variable in it nobody knows what it says.
func (r *replacer) text(length int) {
	start, before := r.at, len(r.holes)
	r.within(start, start+length, UseText)
	if len(r.holes) == before {
		r.copied(length)
		return
	}
	r.block("the variable %s stands in a text that is not a label's value", r.holes[before].Variable)
	r.out.made(strconv.Quote(someName), start, start+length)
	r.at += length
}

// within records the variables between two offsets.
func (r *replacer) within(start, end int, use Use) {
	for i := start; i < end; {
		name, length := variableAt(r.query[i:end])
		if length == 0 {
			i++
			continue
		}
		r.holes = append(r.holes, Hole{Variable: name, Use: use, Known: r.isKnown(name), Start: i, Length: length})
		i += length
	}
}

// variable replaces a variable outside strings by something that parses there.
func (r *replacer) variable(name string, length int) {
	use, value := r.meaning(name, r.query[r.at+length:])
	r.holes = append(r.holes, Hole{Variable: name, Use: use, Known: r.isKnown(name), Start: r.at, Length: length})
	r.out.made(value, r.at, r.at+length)
	r.at += length
	r.word, r.last = someName, 0
}

// meaning is what a variable stands for, by what stands around it, and what to put in its place.
func (r *replacer) meaning(name, after string) (Use, string) {
	following := strings.TrimLeft(after, " \t\r\n")
	inner := ""
	if len(r.parentheses) > 0 {
		inner = r.parentheses[len(r.parentheses)-1]
	}
	glued := r.at > 0 && isWord(r.query[r.at-1]) || after != "" && (isWord(after[0]) || after[0] == '$') || strings.HasPrefix(after, "[[")
	number, isNumber := r.choice(name, isFloat)
	macro := macros[name]
	word := strings.ToLower(r.word)
	switch {
	case r.brackets > 0 && after != "" && isWord(after[0]) && macro == "": // ${minutes}m
		return UseDuration, firstOf(number, someNumber)
	case r.brackets > 0 || word == "offset" || word == "step":
		duration, _ := r.choice(name, isDuration)
		return UseDuration, firstOf(macro, duration, someDuration)
	case r.inBraces && r.named && (r.last == '{' || r.last == ',') && (following == "" || strings.IndexByte(",}", following[0]) >= 0):
		return UseMatchers, someName + `=~".*"`
	case r.inBraces || slices.Contains(groupingWords, inner):
		r.block("the variable %s names a label", name)
		return UseLabelName, someName
	case macro != "":
		return UseNumber, macro
	case glued || following != "" && strings.IndexByte("{[(", following[0]) >= 0:
		r.block("the variable %s is a name, or a part of one", name)
		return UseName, someName
	case isNumber || r.last == '>' || r.last == '<' || r.last == '(' && slices.Contains(parameterWords, inner):
		return UseNumber, firstOf(number, someNumber)
	}
	r.block("the variable %s may be a metric or any expression", name)
	return UseName, someName
}

func (r *replacer) block(format, variable string) {
	if r.blocked == "" {
		r.blocked = fmt.Sprintf(format, "$"+variable)
	}
}

func (r *replacer) isKnown(name string) bool {
	return isMacro(name) || r.find(name) >= 0
}

func (r *replacer) find(name string) int {
	return slices.IndexFunc(r.variables, func(v Variable) bool { return v.Name.Value == name })
}

// choice is the first value of a variable that fits: one that was chosen, else one that can be.
func (r *replacer) choice(name string, fits func(string) bool) (string, bool) {
	i := r.find(name)
	if i < 0 {
		return "", false
	}
	v := r.variables[i]
	var values []string
	for _, text := range slices.Concat(v.Current, v.Options) {
		values = append(values, text.Value)
	}
	for _, value := range append(values, strings.Split(v.Query.Value, ",")...) {
		if value = strings.TrimSpace(value); fits(value) {
			return value, true
		}
	}
	return "", false
}

func isFloat(text string) bool {
	_, err := strconv.ParseFloat(text, 64)
	return err == nil
}

func isDuration(text string) bool {
	_, err := model.ParseDuration(text)
	return err == nil && text != "0"
}

func firstOf(values ...string) string {
	for _, value := range values {
		if value != "" {
			return value
		}
	}
	return ""
}
