package dashboard

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"github.com/belfry-dev/belfry/internal/grafana/cog/variants"
	"github.com/belfry-dev/belfry/internal/grafana/prometheus"
)

// decoder reads a dashboard. A strict one refuses fields, kinds of panels, settings and transformations that it has no
// type for; the other leaves them out, or keeps them as json.RawMessage where the place has no type of its own.
type decoder struct {
	strict *json.Decoder // nil in one that is not strict
	feed   *feed         // what strict reads from
}

// feed hands one JSON value after the other to a single json.Decoder, whose buffer is then made once and not for each of
// the hundreds of values in a dashboard.
type feed struct{ rest []byte }

// Read reads what is left of the present value.
func (f *feed) Read(into []byte) (int, error) {
	if len(f.rest) == 0 {
		return 0, io.EOF
	}
	n := copy(into, f.rest)
	f.rest = f.rest[n:]
	return n, nil
}

// UnmarshalJSONStrict reads a dashboard and refuses everything that has no type here.
func (d *Dashboard) UnmarshalJSONStrict(raw []byte) error {
	// Most of a file is indentation, and every level of it is scanned several times.
	var compact bytes.Buffer
	compact.Grow(len(raw))
	if err := json.Compact(&compact, raw); err != nil {
		return err
	}
	feed := &feed{}
	strict := json.NewDecoder(feed)
	strict.DisallowUnknownFields()
	return decoder{strict, feed}.dashboard(compact.Bytes(), d)
}

// UnmarshalJSON reads a dashboard of anybody's.
func (d *Dashboard) UnmarshalJSON(raw []byte) error { return decoder{}.dashboard(raw, d) }

func (c decoder) into(raw []byte, value any) error {
	if c.strict == nil {
		return json.Unmarshal(raw, value)
	}
	c.feed.rest = raw
	return c.strict.Decode(value)
}

func (c decoder) dashboard(raw []byte, into *Dashboard) error {
	type fields Dashboard
	wire := struct {
		*fields
		Panels []json.RawMessage `json:"panels"`
	}{fields: (*fields)(into)}
	if err := c.into(raw, &wire); err != nil {
		return err
	}
	into.Panels = make([]PanelOrRowPanel, len(wire.Panels))
	for i, panel := range wire.Panels {
		if err := c.panelOrRow(panel, &into.Panels[i]); err != nil {
			return fmt.Errorf("panels[%d]: %w", i, err)
		}
	}
	return nil
}

// wirePanel is a panel or a row before the kind's own parts are read. It is both at once, so that a panel is scanned once
// and not a second time for its type.
type wirePanel struct {
	*panelFields
	Targets         []prometheus.Dataquery `json:"targets"`
	Transformations []wireValue            `json:"transformations"`
	Options         json.RawMessage        `json:"options"`
	FieldConfig     *wireFieldConfig       `json:"fieldConfig"`
	Collapsed       *bool                  `json:"collapsed"`
	Panels          []json.RawMessage      `json:"panels"`
}

type panelFields Panel

func (c decoder) panelOrRow(raw []byte, into *PanelOrRowPanel) error {
	panel := &Panel{}
	wire := wirePanel{panelFields: (*panelFields)(panel)}
	if err := c.into(raw, &wire); err != nil {
		return err
	}
	if panel.Type != "row" {
		into.Panel = panel
		return c.panel(wire, panel)
	}
	into.RowPanel = &RowPanel{}
	return c.row(raw, wire.Panels, into.RowPanel)
}

func (c decoder) row(raw []byte, panels []json.RawMessage, into *RowPanel) error {
	type fields RowPanel
	wire := struct {
		*fields
		Panels json.RawMessage `json:"panels"`
	}{fields: (*fields)(into)}
	if err := c.into(raw, &wire); err != nil {
		return err
	}
	into.Panels = make([]Panel, len(panels))
	for i, raw := range panels {
		wire := wirePanel{panelFields: (*panelFields)(&into.Panels[i])}
		if err := c.into(raw, &wire); err != nil {
			return fmt.Errorf("panels[%d]: %w", i, err)
		}
		if err := c.panel(wire, &into.Panels[i]); err != nil {
			return fmt.Errorf("panels[%d]: %w", i, err)
		}
	}
	return nil
}

func (c decoder) panel(wire wirePanel, into *Panel) error {
	known, ok := kinds[into.Type]
	if !ok && c.strict != nil {
		return fmt.Errorf("unknown panel type %q", into.Type)
	}
	if c.strict != nil && (wire.Collapsed != nil || wire.Panels != nil) {
		return fmt.Errorf("a %s panel holds no panels", into.Type)
	}
	var err error
	if into.Options, err = c.typed(wire.Options, known.options); err != nil {
		return fmt.Errorf("options: %w", err)
	}
	if into.FieldConfig, err = c.fieldConfig(wire.FieldConfig, known); err != nil {
		return fmt.Errorf("fieldConfig: %w", err)
	}
	for _, target := range wire.Targets {
		into.Targets = append(into.Targets, variants.Dataquery(target))
	}
	for _, transformation := range wire.Transformations {
		options, err := c.typed(transformation.Options, transformations[transformation.Id])
		if err != nil {
			return fmt.Errorf("transformation %q: %w", transformation.Id, err)
		}
		into.Transformations = append(into.Transformations, DataTransformerConfig{Id: transformation.Id, Options: options})
	}
	return nil
}

// wireValue is a transformation or a setting whose type its id tells.
type wireValue struct {
	Id      string          `json:"id"`
	Options json.RawMessage `json:"options"`
	Value   json.RawMessage `json:"value"`
}

// wireFieldConfig is a FieldConfigSource before the kind's own parts are read.
type wireFieldConfig struct {
	Defaults  wireField `json:"defaults"`
	Overrides []struct {
		Matcher    MatcherConfig `json:"matcher"`
		Properties []wireValue   `json:"properties"`
	} `json:"overrides"`
}

// wireField is a FieldConfig before the kind's own part is read, and the mappings, of which only those of values are typed.
type wireField struct {
	*FieldConfig
	Mappings json.RawMessage `json:"mappings"`
	Custom   json.RawMessage `json:"custom"`
}

func (c decoder) fieldConfig(wire *wireFieldConfig, known kind) (*FieldConfigSource, error) {
	if wire == nil {
		return nil, nil
	}
	source := &FieldConfigSource{Overrides: make([]DashboardFieldConfigSourceOverrides, 0, len(wire.Overrides))}
	if wire.Defaults.FieldConfig != nil {
		source.Defaults = *wire.Defaults.FieldConfig
	}
	var err error
	if source.Defaults.Custom, err = c.typed(wire.Defaults.Custom, known.custom); err != nil {
		return nil, fmt.Errorf("custom: %w", err)
	}
	mappings, err := c.typed(wire.Defaults.Mappings, func() any { return &[]ValueMap{} })
	if err != nil {
		return nil, fmt.Errorf("mappings: %w", err)
	}
	if list, ok := mappings.(*[]ValueMap); ok {
		source.Defaults.Mappings = *list
	}
	for _, override := range wire.Overrides {
		read := DashboardFieldConfigSourceOverrides{Matcher: override.Matcher}
		for _, property := range override.Properties {
			value, err := c.typed(property.Value, properties[property.Id])
			if err != nil {
				return nil, fmt.Errorf("override %q: %w", property.Id, err)
			}
			read.Properties = append(read.Properties, DynamicConfigValue{Id: property.Id, Value: value})
		}
		source.Overrides = append(source.Overrides, read)
	}
	return source, nil
}

// typed reads raw into the type that make makes and returns a pointer to it.
func (c decoder) typed(raw json.RawMessage, make func() any) (any, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	if make == nil {
		if c.strict != nil {
			return nil, fmt.Errorf("unknown: %s", raw)
		}
		return raw, nil
	}
	value := make()
	if err := c.into(raw, value); err != nil {
		if c.strict != nil {
			return nil, err
		}
		return raw, nil
	}
	return value, nil
}
