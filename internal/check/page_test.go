package check

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestThePageOfAllCodesIsUpToDate(t *testing.T) {
	const page = "../../docs/checks.md"
	want := Markdown()
	if *update {
		if os.Getenv("CI") != "" {
			t.Fatal("-update is refused under CI")
		}
		if err := os.WriteFile(page, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("run go test ./internal/check -update (-want +got):\n%s", diff)
	}
}
