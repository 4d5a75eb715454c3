package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// checkDashboards runs the compiler of TypeScript over a folder of dashboards.
func checkDashboards(t *testing.T, folder string) (string, error) {
	t.Helper()
	for _, program := range []string{"node", "npm"} {
		if _, err := exec.LookPath(program); err != nil {
			unavailable(t, "%s is not installed", program)
		}
	}
	if err := typesOnce(); err != nil {
		t.Fatal(err)
	}
	return attempt(t, "typescript", "node", "check.mjs", folder)
}

// typesOnce installs Grafana's types, exactly as the lock file has them.
var typesOnce = sync.OnceValue(func() error {
	_, err := command("typescript", "npm", "ci", "--no-audit", "--no-fund")
	return err
})

func dashboards(t *testing.T) string {
	return filepath.Join(generated(t), "out", "grafana", "dashboards")
}

// TestGrafanasTypesAcceptEveryDashboard relies on the check's own mistakes too, which it plants into each kind of panel.
func TestGrafanasTypesAcceptEveryDashboard(t *testing.T) {
	printed, err := checkDashboards(t, dashboards(t))
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	t.Log(strings.TrimSpace(printed))
}

func TestGrafanasTypesRefuseAMisspeltOption(t *testing.T) {
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(dashboards(t))); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(folder, "operations.json")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var board map[string]any
	if err := json.Unmarshal(text, &board); err != nil {
		t.Fatal(err)
	}
	misspell(t, board)
	if text, err = json.Marshal(board); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
	printed, err := checkDashboards(t, folder)
	if err == nil || !strings.Contains(printed, "✗ operations") || !strings.Contains(printed, "grafMode") {
		t.Errorf("want operations refused for grafMode: %v\n%s", err, printed)
	}
}

// misspell renames graphMode, an option of stat panels, in the first one.
func misspell(t *testing.T, board map[string]any) {
	t.Helper()
	panels, _ := board["panels"].([]any)
	for len(panels) > 0 {
		panel, _ := panels[0].(map[string]any)
		inner, _ := panel["panels"].([]any)
		panels = append(inner, panels[1:]...)
		options, _ := panel["options"].(map[string]any)
		if mode, ok := options["graphMode"]; ok {
			delete(options, "graphMode")
			options["grafMode"] = mode
			return
		}
	}
	t.Fatal("no panel has the option graphMode")
}
