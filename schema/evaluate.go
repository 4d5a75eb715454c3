package schema

import (
	"fmt"
	"path/filepath"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"

	"github.com/belfry-dev/belfry/internal/diag"
)

// batch is packages of one module that are evaluated together, so that the language that they import is compiled once.
type batch struct {
	loader  *loader
	members []*member

	// Of packages that are built directly:
	imports *build.Context
	form    func() map[string][]byte // the language that they import: one, because a CUE context knows it by its path
	syntax  map[string]*ast.File     // of files in parent folders, by path
}

// member is one package of a batch on its way.
type member struct {
	folder   folder
	loaded   *Package
	problems diag.List
	syntax   []*ast.File // its files, where it may be built directly
	instance *build.Instance
	context  *cue.Context // to evaluate the instance in
}

// evaluate loads folders of one module in one context and sends an outcome for each, in order.
func (l *loader) evaluate(folders []folder, results chan<- outcome) {
	b := newBatch(l)
	for _, next := range folders {
		b.members = append(b.members, l.read(next))
	}
	b.load()
	for _, next := range b.members {
		results <- b.evaluateMember(next)
	}
}

func newBatch(l *loader) *batch {
	return &batch{loader: l, imports: build.NewContext(), form: bareLanguage, syntax: map[string]*ast.File{}}
}

// load loads all packages that could be read: those that need cue's loader at once, so that what they import is parsed and
// compiled once.
func (b *batch) load() {
	var readable, others []*member
	for _, m := range b.members {
		if m.problems != nil {
			continue
		}
		readable = append(readable, m)
		if m.syntax = b.syntaxOf(m); m.syntax != nil && !isData(m.syntax) {
			b.form = leanLanguage
		}
	}
	context := cuecontext.New()
	for _, m := range readable {
		if m.instance, m.context = b.directly(m), context; m.instance == nil {
			others = append(others, m)
		}
	}
	if len(others) == 0 {
		return
	}
	context = cuecontext.New()
	instances := b.loader.instances(others, leanLanguage(), true)
	for i, m := range others {
		// A failure that concerns the whole module, such as a broken module.cue, comes alone.
		m.instance, m.context = instances[min(i, len(instances)-1)], context
	}
}

func (b *batch) evaluateMember(m *member) (result outcome) {
	loaded := m.loaded
	defer func() {
		// A panic of the evaluator is a defect of CUE that this package's files bring out; the other packages are not concerned.
		if caught := recover(); caught != nil {
			result = outcome{loaded: loaded, diagnostics: diag.List{problem("spec/evaluator", diag.Pos{File: loaded.Folder},
				fmt.Sprintf("CUE's evaluator failed on this package: %v", caught))}}
		}
	}()
	if m.problems != nil {
		b.loader.tags.incomplete()
		return outcome{loaded: loaded, diagnostics: m.problems.Sort()}
	}
	if m.instance.Err != nil {
		return outcome{loaded: loaded, diagnostics: b.loader.loadProblems(m)}
	}
	loaded.OwnsPlatform = ownsPlatform(m.instance, m.folder.path)
	whole := m.context.BuildInstance(m.instance)
	if m.folder.wildcard && !holdsSpec(whole) {
		return outcome{}
	}
	if first := b.loader.undecided(m, whole); first != "" {
		return b.loader.inEnvironment(m.folder, first)
	}
	err := whole.Validate(cue.Concrete(true), cue.Final())
	if err != nil {
		// The whole language has the last word, and says why.
		m.context = cuecontext.New()
		whole = m.context.BuildInstance(b.loader.instances([]*member{m}, Sources(), true)[0])
		err = whole.Validate(cue.Concrete(true), cue.Final())
	}
	if err != nil {
		return outcome{loaded: loaded, diagnostics: b.diagnose(m, whole, err)}
	}
	spec, problem := decode(whole, writtenIn(m.instance.Files), loaded)
	if problem != nil {
		return outcome{loaded: loaded, diagnostics: diag.List{*problem}}
	}
	loaded.Spec = spec
	loaded.Tags = b.loader.tags.declaredIn(loaded.sources)
	if declaresEnvironment(loaded.sources) {
		loaded.Environment = b.loader.options.Environment
	}
	return outcome{loaded: loaded}
}

// holdsSpec reports whether a package has a field that the language knows. Other packages of a repository have none.
func holdsSpec(value cue.Value) bool {
	if value.Err() != nil {
		return true // what is wrong with it is worth saying
	}
	return slices.ContainsFunc(language()["#Spec"].fields, func(field property) bool {
		return value.LookupPath(cue.MakePath(cue.Str(field.name))).Exists()
	})
}

// ownsPlatform reports whether a file in the package's own folder declares platform.
func ownsPlatform(instance *build.Instance, folder string) bool {
	return slices.ContainsFunc(instance.Files, func(file *ast.File) bool {
		return filepath.Dir(file.Filename) == folder && declaresPlatform(file.Decls)
	})
}

func declaresPlatform(declarations []ast.Decl) bool {
	return slices.ContainsFunc(declarations, func(declaration ast.Decl) bool {
		switch d := declaration.(type) {
		case *ast.Field:
			return labelName(d.Label) == "platform"
		case *ast.EmbedDecl:
			return expressionDeclaresPlatform(d.Expr)
		case *ast.Comprehension:
			value, ok := d.Value.(*ast.StructLit)
			return ok && declaresPlatform(value.Elts)
		}
		return false
	})
}

func expressionDeclaresPlatform(expression ast.Expr) bool {
	switch x := expression.(type) {
	case *ast.StructLit:
		return declaresPlatform(x.Elts)
	case *ast.ParenExpr:
		return expressionDeclaresPlatform(x.X)
	case *ast.BinaryExpr:
		return expressionDeclaresPlatform(x.X) || expressionDeclaresPlatform(x.Y)
	}
	return false
}
