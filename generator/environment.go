package generator

import (
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// splitEnvironment takes the tag env out of the tags: it chooses an environment, and the loader sets it by itself.
func splitEnvironment(tags []string) (environment string, others []string) {
	for _, tag := range tags {
		if name, ok := strings.CutPrefix(tag, "env="); ok {
			environment = name
			continue
		}
		others = append(others, tag)
	}
	return environment, others
}

// environmentsOf lists the environments that a package is compiled for, and whether it declares several.
func (c *compiler) environmentsOf(loaded *schema.Package) (environments []string, several bool, found diag.List) {
	var declared []string
	if loaded.Spec.Platform != nil {
		declared = loaded.Spec.Platform.Environments
	}
	several = len(declared) > 1
	switch {
	case c.environment != "" && len(declared) > 0 && !slices.Contains(declared, c.environment):
		return nil, several, diag.List{{
			Code: "reference/environment", Severity: diag.Error, Path: "platform.environments", Pos: loaded.Locate("platform.environments"),
			Message: fmt.Sprintf("there is no environment %q", c.environment), Help: "there are " + strings.Join(declared, ", "),
		}}
	case c.environment != "" || len(declared) == 0:
		return []string{c.environment}, several, nil
	}
	return declared, several, nil
}

// reload loads a package once more with the CUE tag env set.
func (c *compiler) reload(loaded *schema.Package, environment string) (*schema.Package, diag.List, error) {
	if environment == loaded.Environment || environment == c.environment {
		return loaded, nil, nil
	}
	pattern := loaded.Folder
	if !filepath.IsAbs(pattern) && !strings.HasPrefix(pattern, ".") {
		pattern = "./" + pattern
	}
	_, tags := splitEnvironment(loaded.Tags) // those of others are no mistake of this package
	packages, found, err := schema.Load(schema.LoadOptions{
		Dir: c.options.Dir, Patterns: []string{pattern}, Tags: tags, Environment: environment,
	})
	if err != nil || found.HasErrors() || len(packages) != 1 {
		return nil, found, err
	}
	return packages[0], found, nil
}

// folder is where a program's output belongs: on its own it fills the output folder, next to others it has one of its name.
func (c *compiler) folder(loaded *schema.Package, p *ir.Program, several bool) string {
	inherits := loaded.Spec.Platform != nil && !loaded.OwnsPlatform
	recursive := slices.ContainsFunc(c.options.Packages, func(pattern string) bool { return strings.HasSuffix(pattern, "...") })
	folder := ""
	if inherits || recursive || len(c.options.Packages) > 1 {
		folder = p.Name()
	}
	if several {
		folder = path.Join(p.Environment, folder)
	}
	return folder
}

// sameName reports two packages whose outputs would be one folder.
func sameName(m *member, other string) diag.Diagnostic {
	return diag.Diagnostic{
		Code: "names/collision", Severity: diag.Error, Path: m.NameField, Pos: m.place(m.NameField),
		Message: fmt.Sprintf("package %s has the name %q too: their files would be the same", other, m.Name),
		Help:    "give each package its own name",
	}
}
