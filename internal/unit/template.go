package unit

import (
	"fmt"
	"strings"
)

// Template returns the text of a Prometheus alert template that prints a value in u with its unit. The pipe is a template
// expression that yields the value as a float, such as "$value". Only functions of Prometheus 2.40 are used; templates
// have no arithmetic, so a value is printed in the unit that it has.
func (u Unit) Template(pipe string) string {
	s := u.spell()
	if s.rest != (scale{}) || len(s.over) > 1 || u.time < -1 || u.time > 1 || u.time == 1 && u.over != "" {
		return printed(pipe, "%.4g") + suffix(u.String())
	}
	text := u.templateHead(pipe, s)
	for _, thing := range s.under {
		text += "/" + thing
	}
	if u.time == -1 {
		text += "/" + s.time
	}
	return text
}

// templateHead prints the value with what stands above the fraction bar.
func (u Unit) templateHead(pipe string, s spelling) string {
	switch {
	case u.time == 1:
		return templateTime(pipe, s.time)
	case len(s.over) == 0:
		return humanized(pipe)
	case u.Currency() != "":
		return u.templateMoney(pipe, u.Currency())
	}
	switch head := s.over[0]; head {
	case "ratio":
		return "{{ " + pipe + " | humanizePercentage }}"
	case "percent":
		return printed(pipe, "%.4g") + "%"
	case "B":
		return "{{ " + pipe + " | humanize1024 }}B"
	case "cores":
		return printed(pipe, "%.2f") + " " + head
	default:
		if scalable(u.over) != nil {
			return printed(pipe, "%.1f") + " " + head
		}
		if u.IsCount() {
			return "{{ " + pipe + " | humanize }} " + head
		}
		return humanized(pipe) + " " + head
	}
}

func templateTime(pipe, word string) string {
	switch word {
	case "s":
		return "{{ " + pipe + " | humanizeDuration }}"
	case "ms", "us", "ns":
		return printed(pipe, "%.0f") + " " + word
	default:
		return printed(pipe, "%.1f") + " " + word
	}
}

// templateMoney prints an amount with its decimals, and the price of one thing, which may be far below a cent, with the
// digits that count.
func (u Unit) templateMoney(pipe, code string) string {
	text := printed(pipe, fmt.Sprintf("%%.%df", currencyDecimals(code)))
	if u.under != "" {
		text = printed(pipe, "%.4g")
	}
	for _, c := range currencySymbols {
		if c.code == code {
			return c.symbol + text
		}
	}
	return text + " " + code
}

// humanized prints a number with thousands as k and M. Below one, humanize would print 0.5 as "500m", which reads as 500
// million: such numbers print as they are.
func humanized(pipe string) string {
	operand := pipe
	if strings.Contains(pipe, " ") {
		operand = "(" + pipe + ")"
	}
	return fmt.Sprintf("{{ if lt %s 1.0 }}%s{{ else }}{{ %s | humanize }}{{ end }}", operand, printed(pipe, "%.3g"), pipe)
}

func printed(pipe, verb string) string { return fmt.Sprintf("{{ %s | printf %q }}", pipe, verb) }

func suffix(text string) string {
	if text == "" {
		return ""
	}
	return " " + text
}
