package schema

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/format"
	"cuelang.org/go/cue/token"

	"github.com/belfry-dev/belfry/internal/diag"
)

// diagnose says what is wrong with a package that CUE refused: first by comparing what the user wrote with the language,
// then, for places that could not be evaluated, by translating CUE's own errors.
func (b *batch) diagnose(m *member, whole cue.Value, failure error) diag.List {
	loaded, written := m.loaded, whole
	// Where the package deviates from the language, its value with the language is an error. Without it, it is what the user wrote.
	if instance := b.loader.instances([]*member{m}, openLanguage(), false)[0]; instance.Err == nil {
		written = m.context.BuildInstance(instance)
	}
	comparison := &comparer{whole: whole}
	comparison.compare(language()["#Spec"], written, nil)
	places := loaded.placer()
	var found diag.List
	for _, mistake := range comparison.found {
		position, exact := places.position(mistake.path)
		if mistake.atLabel {
			position, exact = places.label(mistake.path)
		}
		// A value that a reference brings in stands where the reference leads, as long as it is the user's own.
		if at, ok := b.loader.userPosition(mistake.value.Pos(), m.folder); ok && !exact {
			position = at
		}
		d := problem(mistake.code, position, mistake.message)
		d.Path, d.Help = pathText(mistake.path), mistake.help
		// Behind a misspelt field of a receiver's channel a secret may stand as well.
		const channelField = 4 // receivers.pager.pagerduty.routingKey
		d.Conceal = mistake.conceal || mistake.atLabel && len(mistake.path) >= channelField && strings.HasPrefix(d.Path, "receivers.")
		found = append(found, d)
	}
	t := translator{loader: b.loader, loaded: loaded, folder: m.folder, written: written}
	found = append(found, t.translate(failure, comparison.found)...)
	return mergeRepeated(found.Sort())
}

// mergeRepeated keeps one of the findings that say the same of the same place: what a comprehension or a shared struct
// gets wrong comes out once for each field that is made of it.
func mergeRepeated(found diag.List) diag.List {
	var merged diag.List
	for _, d := range found {
		last := len(merged) - 1
		if last < 0 || merged[last].Pos != d.Pos || merged[last].Code != d.Code || merged[last].Message != d.Message {
			merged = append(merged, d)
			continue
		}
		merged[last].Notes = append(merged[last].Notes, "the same goes for "+d.Path)
	}
	return merged
}

// openLanguage is the language with a #Spec that allows everything.
var openLanguage = sync.OnceValue(func() map[string][]byte {
	sources := Sources()
	for i, name := range sourceNames() {
		file := languageFiles()[i]
		for _, declaration := range file.Decls {
			field, ok := declaration.(*ast.Field)
			if !ok || labelName(field.Label) != "#Spec" {
				continue
			}
			open := *file
			open.Decls = slices.Clone(file.Decls)
			open.Decls[slices.Index(open.Decls, declaration)] = &ast.Field{
				Label: ast.NewIdent("#Spec"), Value: ast.NewStruct(&ast.Ellipsis{}),
			}
			content, err := format.Node(&open)
			if err != nil {
				panic(err) // the file was parsed from source
			}
			sources[name] = content
		}
	}
	return sources
})

// userPosition converts a position of CUE; false where it lies in the language instead of in the user's files.
func (l *loader) userPosition(position token.Pos, f folder) (diag.Pos, bool) {
	if !position.IsValid() || position.Filename() == "" {
		return diag.Pos{}, false
	}
	if filepath.Dir(position.Filename()) == f.languageFolder() || filepath.Base(position.Filename()) == embeddingFile {
		return diag.Pos{}, false
	}
	return diag.Pos{File: l.display(position.Filename()), Line: position.Line(), Col: position.Column()}, true
}
