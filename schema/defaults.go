package schema

import (
	"encoding/json"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
	"cuelang.org/go/cue/parser"
)

// DefaultPlatform is #Platform with nothing but the language's own defaults: what a service without a platform runs on.
// The result is shared and must not be changed.
var DefaultPlatform = sync.OnceValue(func() *Platform {
	instance := build.NewContext().NewInstance("", nil)
	for name, content := range Sources() {
		// Parsed anew, because building an instance resolves the names in its files.
		file, err := parser.ParseFile(name, content)
		if err != nil {
			panic(err) // a test parses the same files
		}
		if err := instance.AddSyntax(file); err != nil {
			panic(err) // all are of one package
		}
	}
	data, err := cuecontext.New().BuildInstance(instance).LookupPath(cue.MakePath(cue.Def("Platform"))).MarshalJSON()
	if err != nil {
		panic(err) // a test reads the same defaults
	}
	platform := &Platform{}
	if err := json.Unmarshal(data, platform); err != nil {
		panic(err) // the mirror's tests hold the two together
	}
	return platform
})
