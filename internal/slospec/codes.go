package slospec

// The codes of what is found in specs of other tools.
const (
	codeNothing     = "import/nothing"
	codeInvalid     = "import/invalid"
	codeServices    = "import/services"
	codeLeftOut     = "import/left-out"
	codeChanged     = "import/changed"
	codePlaceholder = "import/placeholder"
)
