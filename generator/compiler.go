// Package generator is Belfry's public API. Packages of CUE come in; artifacts and diagnostics go out. Compile is the whole
// program on one screen; Write is the one place that touches the output folder.
package generator

import (
	"errors"
	"fmt"
	"path"
	"slices"

	"github.com/belfry-dev/belfry/generator/kubernetes"
	"github.com/belfry-dev/belfry/internal/artifact"
	"github.com/belfry-dev/belfry/internal/check"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/internal/lower"
	"github.com/belfry-dev/belfry/schema"
	"github.com/belfry-dev/belfry/templates"
)

// Options say what is compiled.
type Options struct {
	// Dir is the folder that packages and positions are relative to; empty for the working directory.
	Dir string
	// Packages are folders as cue takes them, such as "./spec" or "./services/...".
	Packages []string
	// Tags are CUE tags such as "region=eu". The tag env chooses one of the platform's environments.
	Tags []string
	// Templates is a folder with templates that replace the built-in ones; empty for none.
	Templates string
	// Kinds restricts what is generated; empty for everything.
	Kinds []artifact.Kind
	// CheckOnly stops before anything is generated.
	CheckOnly bool
	// Inspect looks for more in each program without errors; what it finds can be accepted by the spec. It may be nil, and is
	// called for several programs at once.
	Inspect func(*ir.Program) diag.List

	cache    *Cache                // set by Generate; nil for none
	progress func(done, total int) // set by Generate; may be nil
	held     func(folder string)   // set by Generate alone: the others write nothing
}

// Output is what one package compiles to for one environment.
type Output struct {
	// Folder is where it belongs below the output folder: "" for a package that stands alone, else its name, under the
	// environment's name where there are several.
	Folder    string
	Program   *ir.Program
	Artifacts []artifact.Artifact // in output order; nil where only checks were asked for

	kept    *member // what is known of an output that was not compiled; only Generate meets such
	pending pending
}

// Result is what all packages compile to.
type Result struct {
	Outputs     []Output  // of the packages without errors
	Diagnostics diag.List // sorted
	Unreadable  bool      // a package could not be read at all
}

// Compile compiles every package. Mistakes of the user are diagnostics; the error is a failure of this machine or a defect
// of Belfry, such as an artifact that its own consumer refuses.
func Compile(options Options) (*Result, error) {
	result := &Result{}
	err := Each(options, func(outputs []Output, found diag.List) error {
		result.Outputs = append(result.Outputs, outputs...)
		result.Diagnostics = append(result.Diagnostics, found...)
		result.Unreadable = result.Unreadable || schema.Unreadable(found)
		return nil
	})
	result.Diagnostics = result.Diagnostics.Sort()
	return result, err
}

// Each compiles as Compile does and hands over package by package, so that the artifacts of a large fleet need not be
// held at once. All environments of a package come together: none of them where one has errors. Cluster-wide files come
// last, because Alertmanager's routes are those of all services.
func Each(options Options, visit func([]Output, diag.List) error) error {
	c, found, err := newCompiler(options)
	if err != nil || found != nil {
		return errors.Join(err, visitAll(visit, found))
	}
	load := schema.LoadOptions{
		Dir: options.Dir, Patterns: options.Packages, Tags: c.tags, Environment: c.environment, Total: func(n int) { c.total = n },
	}
	if options.cache != nil && options.Inspect == nil && !options.CheckOnly {
		load.Known = options.cache.known
	}
	queue := newQueue(c.compile, func(done compiled) error { return c.deliver(done, visit) })
	err = schema.Each(load, func(loaded *schema.Package, found diag.List) error {
		return queue.add(loaded, found)
	})
	if failure := queue.wait(); err == nil {
		err = failure
	}
	if err != nil {
		return err
	}
	outputs, found, err := c.platforms()
	if err != nil || outputs == nil && found == nil {
		return err
	}
	return visit(outputs, found)
}

func visitAll(visit func([]Output, diag.List) error, found diag.List) error {
	if found == nil {
		return nil
	}
	return visit(nil, found)
}

// compiler is one run.
type compiler struct {
	options     Options
	tags        []string // without env
	environment string   // the one that was asked for, or empty
	templates   *templates.Set
	fleet       fleet
	services    map[string]string // folder of the output to the package that has it
	done, total int               // folders
	broken      bool              // a package has errors
}

// newCompiler reads what all packages share.
func newCompiler(options Options) (*compiler, diag.List, error) {
	set, found, err := templates.Load(options.Templates)
	c := &compiler{options: options, templates: set, services: map[string]string{}}
	c.environment, c.tags = splitEnvironment(options.Tags)
	return c, found, err
}

// compiled is what became of one package.
type compiled struct {
	loaded  *schema.Package // nil for findings that belong to no package
	outputs []Output        // none where there are errors
	members []*member       // what the fleet needs to know of each output
	found   diag.List
	err     error
}

// compile compiles a loaded package for each of its environments. It runs beside others.
func (c *compiler) compile(loaded *schema.Package, found diag.List) compiled {
	done := compiled{loaded: loaded, found: found}
	if loaded != nil && loaded.Origin.Known {
		return c.recall(loaded)
	}
	if loaded == nil || loaded.Spec == nil {
		return done
	}
	environments, several, mistake := c.environmentsOf(loaded)
	done.found = append(done.found, mistake...)
	for _, environment := range environments {
		current, more, err := c.reload(loaded, environment)
		if done.found = append(done.found, more...); err != nil || current == nil {
			done.err = err
			return done
		}
		program, more := c.program(current, environment)
		done.found = append(append(done.found, more...), c.wholeFleet(current, program)...)
		output := Output{Folder: c.folder(current, program, several), Program: program}
		done.outputs = append(done.outputs, output)
		done.members = append(done.members, newMember(current, output))
	}
	if done.found.HasErrors() {
		done.outputs = nil
		return done
	}
	done.outputs, done.found, done.err = c.generateAll(done.outputs, func(o Output) bool { return !waits(o) }, done.found)
	c.options.cache.begin(loaded, done.found, done.outputs, done.members)
	return done
}

// recall returns what the cache knows of a package.
func (c *compiler) recall(loaded *schema.Package) compiled {
	known := c.options.cache.used[loaded.Origin.Key]
	done := compiled{loaded: loaded, members: known.Members, found: known.findings()}
	for _, m := range known.Members {
		m.place = loaded.Origin.Locate
		done.outputs = append(done.outputs, Output{Folder: m.Folder, kept: m})
	}
	return done
}

// deliver hands over one package, in order. Platforms wait for the routes of all services.
func (c *compiler) deliver(done compiled, visit func([]Output, diag.List) error) error {
	if done.err != nil {
		return done.err
	}
	if c.done++; c.options.progress != nil && c.total > 0 {
		c.options.progress(min(c.done, c.total), c.total)
	}
	var ready []Output
	for i, output := range done.outputs {
		m := done.members[i]
		if other, taken := c.services[output.Folder]; taken {
			c.broken = true
			return visit(nil, append(done.found, sameName(m, other)).Sort())
		}
		c.services[output.Folder] = done.loaded.Folder
		if output.kept == nil && waits(output) {
			platform := owner{output, platformKey{m.Platform, m.Environment}, done.loaded.Origin}
			done.found = append(done.found, c.fleet.wait(platform)...)
			continue
		}
		done.found = append(done.found, c.fleet.join(m)...)
		if output.kept == nil && m.OwnsPlatform {
			done.found = append(done.found, c.fleet.tooManyGroups(platformKey{m.Platform, m.Environment}, output.Program)...)
		}
		ready = append(ready, output)
	}
	if done.found.HasErrors() {
		c.broken, ready = true, nil
	}
	return visit(ready, done.found.Sort())
}

// generateAll fills in the artifacts of the outputs that are due. A mistake in a template of the user is a diagnostic, and so is
// a dashboard that grew too large.
func (c *compiler) generateAll(outputs []Output, due func(Output) bool, found diag.List) ([]Output, diag.List, error) {
	if c.options.CheckOnly {
		return outputs, found, nil
	}
	for i := range outputs {
		if !due(outputs[i]) {
			continue
		}
		var mistake *templates.Error
		var large *kubernetes.TooLargeError
		artifacts, err := c.generate(outputs[i].Program)
		switch {
		case errors.As(err, &mistake):
			return nil, append(found, mistake.Finding), nil
		case errors.As(err, &large):
			return nil, append(found, large.Finding), nil
		}
		if err != nil {
			return nil, found, err
		}
		outputs[i].Artifacts = artifacts
	}
	return outputs, found, nil
}

// program lowers and checks a package. What the spec accepts is not reported.
func (c *compiler) program(loaded *schema.Package, environment string) (*ir.Program, diag.List) {
	program, found := lower.Lower(lower.Input{
		Spec: loaded.Spec, OwnsPlatform: loaded.OwnsPlatform, Environment: environment, Locate: loaded.Locate,
	})
	if !found.HasErrors() {
		found = append(found, check.Run(program)...)
		if c.options.Inspect != nil {
			found = append(found, c.options.Inspect(program)...)
		}
	}
	return program, withoutShared(loaded, check.Apply(found, loaded.Spec.Accept, loaded.Locate)).Sort()
}

// generate emits, packages and verifies the artifacts of a program.
func (c *compiler) generate(p *ir.Program) ([]artifact.Artifact, error) {
	var all []artifact.Artifact
	for _, g := range registry {
		if !c.needed(g) {
			continue
		}
		emitted, err := g.emit(p, all, c.templates)
		if err != nil {
			return nil, fmt.Errorf("generate %s: %w", g.kinds[0], err)
		}
		for _, a := range emitted {
			if err := g.verify(a, all); err != nil {
				return nil, fmt.Errorf("this is a defect of Belfry: %s would be refused by what it is for: %w", a.Path, err)
			}
		}
		all = append(all, emitted...)
	}
	if len(c.options.Kinds) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(a artifact.Artifact) bool { return !slices.Contains(c.options.Kinds, a.Kind) }), nil
}

// needed reports whether one of the kinds asked for comes from the generator. What Kubernetes wraps is needed for it.
func (c *compiler) needed(g generatorEntry) bool {
	if len(c.options.Kinds) == 0 || g.wrapped && slices.Contains(c.options.Kinds, artifact.Kubernetes) {
		return true
	}
	return slices.ContainsFunc(g.kinds, func(kind artifact.Kind) bool { return slices.Contains(c.options.Kinds, kind) })
}

// Paths lists every file of an output below the output folder, for printing.
func (o Output) Paths() []string {
	paths := make([]string, len(o.Artifacts))
	for i, a := range o.Artifacts {
		paths[i] = path.Join(o.Folder, a.Path)
	}
	return paths
}
