package python

import (
	"strings"
)

func either(hasA bool, a string, hasB bool, b string) string {
	switch {
	case hasA && hasB:
		return "Union[" + a + ", " + b + "]"
	case hasA:
		return a
	default:
		return b
	}
}

// imports lists what the module needs of the standard library.
func (v *moduleView) imports() []string {
	needed := func(needs []need) []string {
		var names []string
		for _, n := range needs {
			if n.is {
				names = append(names, n.name)
			}
		}
		return names
	}
	series, http, enums := v.HasSeries(), v.HTTP != nil, len(v.Enums) > 0
	var lines []string
	for _, module := range needed([]need{
		{"asyncio", http || v.HasCounter}, {"functools", v.HasBlock()}, {"inspect", v.HasBlock()}, {"itertools", v.HasEager}, {"logging", v.HasLog()},
		{"math", v.HasTimer() || v.HasCounter || v.HasHistogram}, {"re", v.HasPattern}, {"threading", v.HasOpen || v.HasAnyGauge()}, {"time", v.HasTimer() || v.HasTimestampGauge},
	}) {
		lines = append(lines, "import "+module)
	}
	if v.HasUnit() {
		lines = append(lines, "from datetime import "+strings.Join(needed([]need{{"datetime", v.HasTimestampGauge}, {"timedelta", true}}), ", "))
	}
	names := needed([]need{
		{"Any", series || http}, {"Awaitable", v.HasBlock() || http}, {"Callable", series}, {"Dict", series || v.HasInfo},
		{"Final", v.HasOpen || enums}, {"Generic", series}, {"Iterable", true}, {"List", series}, {"Literal", enums},
		{"MutableMapping", http}, {"Optional", true}, {"Set", v.HasOpen}, {"Tuple", series || enums}, {"TypeVar", series},
		{"Union", v.HasUnit() || v.HasClosed && v.HasOpen || series && v.HasInfo}, {"cast", v.HasBlock()},
	})
	return append(lines, "from typing import (\n    "+strings.Join(names, ",\n    ")+",\n)")
}

type need struct {
	name string
	is   bool
}
