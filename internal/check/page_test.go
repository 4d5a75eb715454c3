package check

import (
	"testing"

	"github.com/belfry-dev/belfry/internal/goldenfile"
)

func TestThePageOfAllCodesIsUpToDate(t *testing.T) {
	goldenfile.CompareFile(t, "../../docs/checks.md", string(Markdown()))
}
