package schema

import (
	"bytes"
	"fmt"
	"strings"
)

// referenceHead introduces the reference: how a file begins, and what holds everywhere.
const referenceHead = `# The spec language

<!-- Generated from the definitions in schema/*.cue. To change this page, change their comments and run: go test ./schema -update -->

A spec is one package of CUE files in one folder. One of its files begins like this, and the others with the package
clause alone:

` + "```cue" + `
@experiment(explicitopen)

package monitoring

import "` + ImportPath + `"

schema.#Spec

service: name: "shop"
` + "```" + `

The import and ` + "`schema.#Spec`" + ` make ` + "`cue vet`" + ` and editors know the language, and the attribute makes them find misspelt
fields at every depth. Belfry checks all of it in any case, also where a package embeds nothing. Files of parent folders
that have the same package name belong to the package. Hidden fields (` + "`_name`" + `), definitions (` + "`#Name`" + `) and
` + "`let`" + ` are free for your own use.

Names of metrics, signals, alerts and receivers are checked by belfry, and so are quantities: a number with its unit is
converted to the unit that it is compared with, and another dimension is a mistake.

`

// ReferenceMarkdown renders the reference of the language as Markdown, the content of docs/spec.md. An error means that a
// definition cannot be printed.
func ReferenceMarkdown() ([]byte, error) {
	definitions, err := Reference()
	if err != nil {
		return nil, err
	}
	var page bytes.Buffer
	page.WriteString(referenceHead)
	page.WriteString("## Contents\n\n")
	for _, definition := range definitions {
		fmt.Fprintf(&page, "- %s: %s\n", definitionLink(definition.Name), definitionSummary(definition))
	}
	for _, definition := range definitions {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n", strings.TrimPrefix(definition.Name, "#"), escapeCell(withoutName(definition)))
		if definition.Type != "" {
			fmt.Fprintf(&page, "\nIn CUE: `%s`\n", definition.Type)
			continue
		}
		for _, embedded := range definition.Embeds {
			fmt.Fprintf(&page, "\nIt also takes every field of %s.\n", definitionLink(embedded))
		}
		page.WriteString("\n| field | value | default | meaning |\n|---|---|---|---|\n")
		writeFields(&page, "", definition.Fields)
	}
	return page.Bytes(), nil
}

func writeFields(page *bytes.Buffer, prefix string, fields []Field) {
	for _, field := range fields {
		fallback := ""
		switch {
		case field.Required:
			fallback = "**required**"
		case field.Default != "":
			fallback = "`" + field.Default + "`"
		}
		fmt.Fprintf(page, "| `%s%s` | %s | %s | %s |\n", prefix, field.Name, escapeCell(valueWords(field.shape)), escapeCell(fallback),
			escapeCell(field.Doc))
		writeFields(page, prefix+field.Name+".", field.Fields)
	}
}

// valueWords says what a field takes, with links to definitions.
func valueWords(s *shape) string {
	switch {
	case s.definition != "":
		return definitionLink(s.definition)
	case len(s.alternatives) > 0:
		var all []string
		for _, alternative := range s.alternatives {
			all = append(all, valueWords(alternative))
		}
		return strings.Join(all, ", or ")
	case s.values != nil:
		return "by name: " + valueWords(s.values)
	case s.elements != nil:
		return "list of " + valueWords(s.elements)
	case s.isStruct():
		return "struct"
	case len(s.enum) > 0 && s.basic == "string":
		var quoted []string
		for _, value := range s.enum {
			quoted = append(quoted, fmt.Sprintf("`%q`", value))
		}
		return listing(quoted, "or")
	default:
		return strings.TrimPrefix(wanted(s), "a ")
	}
}

func definitionLink(name string) string {
	bare := strings.TrimPrefix(name, "#")
	return "[" + bare + "](#" + strings.ToLower(bare) + ")"
}

// definitionSummary is the first sentence about a definition, without the name that it begins with.
func definitionSummary(definition Definition) string {
	return firstSentence(strings.TrimPrefix(withoutName(definition), "It "))
}

// withoutName turns "#Alert fires when …" into "Fires when …": the heading says the name.
func withoutName(definition Definition) string {
	rest := strings.TrimPrefix(definition.Doc, definition.Name+" ")
	if rest == definition.Doc || rest == "" {
		return definition.Doc
	}
	for _, verb := range []string{"is ", "are "} {
		rest = strings.TrimPrefix(rest, verb)
	}
	return strings.ToUpper(rest[:1]) + rest[1:]
}

// escapeCell keeps Markdown from reading a value as the end of a table's cell or as HTML.
func escapeCell(text string) string {
	return strings.NewReplacer("|", `\|`, "<", `&lt;`).Replace(text)
}
