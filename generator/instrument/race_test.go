package instrument

import (
	"os/exec"
	"strings"
	"testing"
)

// TestGeneratedCodeHasNoRaces runs the tests of the generated package, among them many goroutines at once, with Go's race
// detector, where there is the C compiler that it needs.
func TestGeneratedCodeHasNoRaces(t *testing.T) {
	if enabled, err := exec.Command("go", "env", "CGO_ENABLED").Output(); err != nil || strings.TrimSpace(string(enabled)) != "1" {
		t.Skip("the race detector needs cgo")
	}
	if _, err := exec.LookPath("cc"); err != nil {
		t.Skip("the race detector needs a C compiler")
	}
	output, err := exec.Command("go", "test", "-race", "-short", "./internal/support").CombinedOutput()
	if err != nil {
		t.Errorf("%v\n%s", err, output)
	}
}
