package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path/filepath"
	"slices"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/ast"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/load"
	"cuelang.org/go/mod/modfile"
	"cuelang.org/go/mod/module"

	"github.com/belfry-dev/belfry/internal/diag"
)

// batch is one CUE context with the language compiled in it.
type batch struct {
	loader   *loader
	context  *cue.Context
	language cue.Value // #Spec
}

// evaluate loads folders of one module in one context and sends an outcome for each, in order.
func (l *loader) evaluate(folders []folder, results chan<- outcome) {
	b := &batch{loader: l, context: cuecontext.New()}
	var err error
	if b.language, err = compileLanguage(b.context); err != nil {
		results <- outcome{err: err}
		return
	}
	for _, next := range folders {
		results <- b.evaluateFolder(next)
	}
}

// languageFolder is where the embedded language appears to lie when it is compiled by itself.
var languageFolder = string(filepath.Separator) + "belfry-language"

// compileLanguage compiles the embedded language and returns #Spec.
func compileLanguage(context *cue.Context) (cue.Value, error) {
	folder := languageFolder
	overlay := map[string]load.Source{}
	for name, content := range Sources() {
		overlay[filepath.Join(folder, name)] = load.FromBytes(content)
	}
	instance := load.Instances([]string{"."}, &load.Config{Dir: folder, ModuleRoot: folder, Overlay: overlay, Registry: noRegistry{}})[0]
	if instance.Err != nil {
		return cue.Value{}, fmt.Errorf("load the language: %w", instance.Err)
	}
	value := context.BuildInstance(instance).LookupPath(cue.MakePath(cue.Def("Spec")))
	if err := value.Err(); err != nil {
		return cue.Value{}, fmt.Errorf("compile the language: %w", err)
	}
	return value, nil
}

func (b *batch) evaluateFolder(f folder) (result outcome) {
	loaded := &Package{Folder: b.loader.display(f.path)}
	defer func() {
		// A panic of the evaluator is a defect of CUE that this package's files bring out; the other packages are not concerned.
		if caught := recover(); caught != nil {
			result = outcome{loaded: loaded, diagnostics: diag.List{problem("spec/evaluator", diag.Pos{File: loaded.Folder},
				fmt.Sprintf("CUE's evaluator failed on this package: %v", caught))}}
		}
	}()
	var problems diag.List
	loaded.Name, loaded.sources, problems = b.loader.read(f)
	if problems != nil {
		b.loader.tags.incomplete()
		return outcome{loaded: loaded, diagnostics: problems.Sort()}
	}
	for _, file := range loaded.sources {
		loaded.Files = append(loaded.Files, file.name)
	}
	instance := b.loader.instance(f, loaded, Sources())
	if instance.Err != nil {
		return outcome{loaded: loaded, diagnostics: b.loader.loadProblems(loaded, instance)}
	}
	loaded.OwnsPlatform = ownsPlatform(instance, f.path)
	value := b.context.BuildInstance(instance)
	if f.wildcard && !holdsSpec(value) {
		return outcome{}
	}
	whole := value.Unify(b.language)
	if err := whole.Validate(cue.Concrete(true), cue.Final()); err != nil {
		return outcome{loaded: loaded, diagnostics: b.diagnose(f, loaded, instance, value, err)}
	}
	spec, problem, err := decode(whole, loaded)
	switch {
	case err != nil:
		return outcome{err: fmt.Errorf("%s: %w", loaded.Folder, err)}
	case problem != nil:
		return outcome{loaded: loaded, diagnostics: diag.List{*problem}}
	}
	loaded.Spec = spec
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

// instance loads the folder's package with the given sources of the language, without a network.
func (l *loader) instance(f folder, loaded *Package, language map[string][]byte) *build.Instance {
	overlay := map[string]load.Source{}
	for _, file := range loaded.sources {
		overlay[file.path] = load.FromBytes(file.content)
	}
	if !f.isModule {
		overlay[filepath.Join(f.root, "cue.mod", "module.cue")] = load.FromString("module: \"spec.invalid@v0\"\nlanguage: version: \"v0.17.0\"\n")
	}
	overlayLanguage(overlay, f.root, language)
	relative, err := filepath.Rel(f.root, f.path)
	if err != nil {
		relative = f.path // both are absolute, so this is another volume, which cue will name
	}
	config := &load.Config{
		Dir: f.root, ModuleRoot: f.root, Package: loaded.Name, Overlay: overlay, Registry: noRegistry{},
		AcceptLegacyModules: true, Tags: l.tags.forFiles(loaded.sources),
	}
	return load.Instances([]string{"./" + filepath.ToSlash(relative)}, config)[0]
}

// overlayLanguage puts the embedded language where the module's files import it from, and empties every other file there:
// an older copy in cue.mod/pkg, or an addition to it, must not change what is checked.
func overlayLanguage(overlay map[string]load.Source, root string, language map[string][]byte) {
	for _, folder := range []string{filepath.FromSlash(VendorFolder), "schema"} {
		target := filepath.Join(root, folder)
		if folder == "schema" && !isOwnModule(root) {
			continue
		}
		if names, err := cueFiles(target); err == nil {
			for _, name := range names {
				overlay[filepath.Join(target, name)] = load.FromString("package schema\n")
			}
		}
		if folder != "schema" && isOwnModule(root) {
			continue
		}
		for name, content := range language {
			overlay[filepath.Join(target, name)] = load.FromBytes(content)
		}
	}
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

// decode turns a valid value into a Spec. A number that fits the language and not the mirror is a diagnostic.
func decode(whole cue.Value, loaded *Package) (*Spec, *diag.Diagnostic, error) {
	content, err := whole.MarshalJSON()
	if err != nil {
		return nil, nil, fmt.Errorf("print the spec as JSON: %w", err)
	}
	spec := &Spec{}
	decoder := json.NewDecoder(bytes.NewReader(content))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(spec); err != nil {
		var mistake *json.UnmarshalTypeError
		if errors.As(err, &mistake) {
			result := problem("schema/range", diag.Pos{File: loaded.Folder}, "a number is too large: "+mistake.Value)
			result.Path = mistake.Field
			return nil, &result, nil
		}
		return nil, nil, fmt.Errorf("read the spec: %w", err)
	}
	if isEmpty(spec) {
		result := problem("spec/empty", diag.Pos{File: loaded.Files[0]}, "the package describes neither a service nor a platform",
			"write a service or a platform; belfry init writes a first spec")
		return nil, &result, nil
	}
	return spec, nil, nil
}

// noRegistry refuses to fetch modules: specs are compiled without a network.
type noRegistry struct{}

var errNoRegistry = errors.New("modules are not fetched: copy the package below cue.mod/pkg")

func (noRegistry) ModFile(context.Context, module.Version) (*modfile.File, error) {
	return nil, errNoRegistry
}

func (noRegistry) Fetch(context.Context, module.Version) (module.SourceLoc, error) {
	return module.SourceLoc{}, errNoRegistry
}

func (noRegistry) ModuleVersions(context.Context, string) ([]string, error) {
	return nil, errNoRegistry
}
