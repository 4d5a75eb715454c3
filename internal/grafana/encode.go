// Package grafana writes and reads Grafana's classic dashboard JSON. Its subpackages hold the types, under the names of
// packages of Grafana's Foundation SDK (github.com/grafana/grafana-foundation-sdk/go), which cannot be downloaded
// everywhere: the SDK takes their place by changing imports. Only package transform has no counterpart there.
package grafana

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
)

// Encode prints a dashboard the same way every time: two spaces, no escaped <, > or &, a newline at the end.
func Encode(board *dashboard.Dashboard) ([]byte, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(flatten(board)); err != nil {
		return nil, fmt.Errorf("encode dashboard: %w", err)
	}
	return buffer.Bytes(), nil
}

// flat is a dashboard whose panels print themselves: PanelOrRowPanel's own MarshalJSON prints every panel twice.
type flat struct {
	*dashboard.Dashboard
	Panels []any `json:"panels,omitempty"`
}

func flatten(board *dashboard.Dashboard) flat {
	panels := make([]any, len(board.Panels))
	for i, panel := range board.Panels {
		panels[i] = panel.Panel
		if panel.RowPanel != nil {
			panels[i] = panel.RowPanel
		}
	}
	return flat{Dashboard: board, Panels: panels}
}

// Decode reads anybody's dashboard: what has no type is left out, or kept as json.RawMessage in options and overrides.
func Decode(data []byte) (*dashboard.Dashboard, error) {
	board := &dashboard.Dashboard{}
	if err := json.Unmarshal(data, board); err != nil {
		return nil, fmt.Errorf("decode dashboard: %w", err)
	}
	return board, nil
}

// DecodeStrict reads a dashboard and refuses every field, panel type, override and transformation that has no type.
func DecodeStrict(data []byte) (*dashboard.Dashboard, error) {
	board := &dashboard.Dashboard{}
	if err := board.UnmarshalJSONStrict(data); err != nil {
		return nil, fmt.Errorf("decode dashboard: %w", err)
	}
	return board, nil
}
