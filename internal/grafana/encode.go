// Package grafana writes and reads Grafana's classic dashboard JSON. Its subpackages hold the types, under the names of
// packages of Grafana's Foundation SDK (github.com/grafana/grafana-foundation-sdk/go), which cannot be downloaded
// everywhere: the SDK takes their place by changing imports. Only package transform has no counterpart there.
package grafana

import (
	"bytes"
	"encoding/json"
	"fmt"
	"sync"

	"github.com/belfry-dev/belfry/internal/grafana/dashboard"
)

// printer is an encoder and what it prints into.
type printer struct {
	buffer  bytes.Buffer
	encoder *json.Encoder
}

// printers are kept for their memory.
var printers = sync.Pool{New: func() any {
	p := &printer{}
	p.encoder = json.NewEncoder(&p.buffer)
	p.encoder.SetEscapeHTML(false)
	return p
}}

// Encode prints a dashboard the same way every time: two spaces, no escaped <, > or &, a newline at the end.
func Encode(board *dashboard.Dashboard) ([]byte, error) {
	p := printers.Get().(*printer)
	defer printers.Put(p)
	p.buffer.Reset()
	if err := p.encoder.Encode(flatten(board)); err != nil {
		return nil, fmt.Errorf("encode dashboard: %w", err)
	}
	return indented(p.buffer.Bytes()), nil
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
