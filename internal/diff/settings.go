package diff

import (
	"fmt"
	"reflect"
	"strings"
	"time"
	"unicode"

	"github.com/belfry-dev/belfry/internal/ir"
)

// setting is one field that differs.
type setting struct {
	path    string // such as "scrape interval"
	was, is string
	conceal bool // its values may be secret
}

func (s setting) words() string {
	if s.conceal {
		return s.path + " changed"
	}
	return s.path + " " + turned(s.was, s.is)
}

// identity are the settings of a service that every alert carries as a label, so that routes and silences match them.
var identity = map[string]bool{"name": true, "namespace": true, "team": true}

// prose are settings that only people read.
var prose = map[string]bool{"title": true, "description": true}

// settings compares the service, the platform and the instrumentation.
func (p *pair) settings() {
	if p.before.Service != nil && p.after.Service != nil {
		for _, s := range settingsOf(p.before.Service, p.after.Service) {
			c := Change{Mark: Changed, Kind: Setting, Name: "service", Text: s.words()}
			switch {
			case identity[s.path]:
				c.Danger, c.Text = true, s.words()+": a label of every alert, which routes and silences of others may match"
			case prose[s.path]:
				c.Kind = Text
			}
			p.add(c)
		}
	}
	for _, s := range settingsOf(p.before.Platform, p.after.Platform) {
		p.add(Change{Mark: Changed, Kind: Setting, Name: "platform", Text: s.words()})
	}
	p.instrumentation()
}

// instrumentation compares which code is generated.
func (p *pair) instrumentation() {
	of := func(program *ir.Program) ir.Instrument {
		if program.Instrument == nil {
			return ir.Instrument{}
		}
		return ir.Instrument{GoPackage: program.Instrument.GoPackage, PythonModule: program.Instrument.PythonModule}
	}
	before, after := of(p.before), of(p.after)
	if p.before.Service == nil || p.after.Service == nil {
		return
	}
	for _, s := range settingsOf(&before, &after) {
		p.add(Change{Mark: Changed, Kind: Setting, Name: "instrument", Text: s.words()})
	}
}

// settingsOf lists the fields that differ between two pointers to structs of one type, by their names in words.
func settingsOf(before, after any) []setting {
	return differing("", reflect.ValueOf(before), reflect.ValueOf(after))
}

func differing(path string, before, after reflect.Value) []setting {
	if before.Kind() == reflect.Pointer && !before.IsNil() && !after.IsNil() {
		return differing(path, before.Elem(), after.Elem())
	}
	_, version := before.Interface().(ir.Version)
	_, secret := before.Interface().(ir.Secret)
	if before.Kind() != reflect.Struct || version || secret {
		if reflect.DeepEqual(before.Interface(), after.Interface()) {
			return nil
		}
		return []setting{{strings.TrimSpace(path), value(before), value(after), strings.HasSuffix(path, " url")}}
	}
	var all []setting
	for i := range before.NumField() {
		name := before.Type().Field(i).Name
		if name == "Path" && before.Field(i).Kind() == reflect.String && before.Type() != reflect.TypeFor[ir.Scrape]() || name == "Declared" {
			continue
		}
		all = append(all, differing(path+" "+inWords(name), before.Field(i), after.Field(i))...)
	}
	return all
}

// inWords turns the name of a field into words: FullnameOverride is "fullname override", ChatID "chat id".
func inWords(field string) string {
	var b strings.Builder
	runes := []rune(field)
	for i, r := range runes {
		if i > 0 && unicode.IsUpper(r) && !unicode.IsUpper(runes[i-1]) {
			b.WriteByte(' ')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// value prints a field for people.
func value(v reflect.Value) string {
	switch field := v.Interface().(type) {
	case time.Duration:
		return duration(field)
	case ir.Version:
		return fmt.Sprintf("%d.%d", field.Major, field.Minor)
	case ir.Secret:
		return field.Name + "/" + field.Key
	case map[string]string:
		var pairs []string
		for _, name := range joined(field, field) {
			pairs = append(pairs, name+"="+field[name])
		}
		return strings.Join(pairs, ",")
	case []string:
		return list(field)
	}
	if v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		return value(v.Elem())
	}
	if _, described := v.Interface().(fmt.Stringer); v.Kind() == reflect.Struct && !described {
		return "set" // where one side has none: its fields may be secret, and the spec shows them
	}
	return fmt.Sprint(v.Interface())
}
