package lint

// corePanels are the panels that come with Grafana, today's and older ones (public/app/plugins/panel). Others are plug-ins, whose
// names say so: grafana-piechart-panel.
var corePanels = []string{"alertGroups", "alertlist", "annolist", "barchart", "bargauge", "candlestick", "canvas", "dashlist", "datagrid",
	"debug", "flamegraph", "gauge", "geomap", "gettingstarted", "graph", "heatmap", "heatmap-new", "histogram", "live", "logs", "logs-new", "news",
	"nodeGraph", "piechart", "pluginlist", "row", "singlestat", "stat", "state-timeline", "status-history", "table", "table-old", "text", "text2",
	"timeseries", "traces", "trend", "welcome", "xychart"}

// queriedPanels are those of them that draw the results of queries.
var queriedPanels = []string{"barchart", "bargauge", "candlestick", "gauge", "graph", "heatmap", "histogram", "piechart", "singlestat", "stat",
	"state-timeline", "status-history", "table", "table-old", "timeseries", "trend", "xychart"}
