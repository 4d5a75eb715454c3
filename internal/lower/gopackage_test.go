package lower_test

import "testing"

func TestAGoPackageHasANameThatGoImports(t *testing.T) {
	for name, refused := range map[string]bool{"metrics": false, "func": true, "main": true, "vendor": true, "string": false} {
		list := lowered(t, sloShop+`
instrument: go: package: "`+name+`"`)
		if got := len(list) == 1 && list[0].Code == "instrument/module" && list[0].Path == "instrument.go.package"; got != refused || len(list) > 1 {
			t.Errorf("%s: %v", name, list)
		}
	}
}
