package schema

import (
	"encoding/json"
	"sync"

	"cuelang.org/go/cue"
	"cuelang.org/go/cue/build"
	"cuelang.org/go/cue/cuecontext"
)

// DefaultPlatform is #Platform with nothing but the language's own defaults: what a service without a platform runs on.
// The result is shared and must not be changed.
var DefaultPlatform = sync.OnceValue(func() *Platform {
	instance := build.NewContext().NewInstance("", nil)
	for _, name := range sourceNames() {
		if err := instance.AddFile(name, Sources()[name]); err != nil {
			panic(err) // a test parses the same files
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
