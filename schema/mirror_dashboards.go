package schema

// Dashboard mirrors #Dashboard: one Grafana dashboard.
type Dashboard struct {
	UID         string       `json:"uid"`
	Title       string       `json:"title"`
	Description string       `json:"description,omitempty"`
	Tags        []string     `json:"tags,omitempty"`
	Refresh     string       `json:"refresh"` // duration
	From        string       `json:"from"`    // duration before now
	Variables   []string     `json:"variables,omitempty"`
	Annotations []Annotation `json:"annotations,omitempty"`
	Rows        []Row        `json:"rows"`
}

// Annotation mirrors #Annotation: a line whenever a new series of an info metric appears.
type Annotation struct {
	Title string `json:"title"`
	Info  string `json:"info"`
}

// Row mirrors #Row: a row of panels under an optional heading.
type Row struct {
	Title     string  `json:"title,omitempty"`
	Collapsed bool    `json:"collapsed"`
	Panels    []Panel `json:"panels"`
}

// Panel mirrors #Panel: one signal, or several series, drawn.
type Panel struct {
	Params
	Kind        string   `json:"kind"` // timeseries, stat, gauge, bars, pie or table
	Title       string   `json:"title,omitempty"`
	Description string   `json:"description,omitempty"`
	Signal      string   `json:"signal,omitempty"`
	Series      []Series `json:"series,omitempty"`
	Stack       *bool    `json:"stack,omitempty"`  // nil where it was left out
	Width       int      `json:"width,omitempty"`  // 1 to 24 columns; 0 where it was left out
	Height      int      `json:"height,omitempty"` // 2 to 40 units of 30 pixels; 0 where it was left out
}

// Series mirrors #Series: one query of a panel.
type Series struct {
	Params
	Signal string `json:"signal"`
	Name   string `json:"name,omitempty"`
	Axis   string `json:"axis"` // left or right
}
