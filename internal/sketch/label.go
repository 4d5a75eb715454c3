package sketch

import (
	"slices"
	"strings"

	"github.com/grafana/regexp"

	"github.com/belfry-dev/belfry/internal/read"
)

// label is one label of a declaration: a closed set, or a limit.
type label struct {
	name    string
	seen    int
	values  []string // nil where others may come
	max     int
	pattern string
	outcome string // matching what failed, where it says how an answer ended; empty otherwise
}

// outcomes are the ways in which labels say how requests end.
var outcomes = []struct {
	names           []string
	value           *regexp.Regexp
	pattern, failed string
}{
	{[]string{"status", "code", "status_code", "http_status", "http_status_code", "http_response_status_code", "response_code"},
		regexp.MustCompile(`^[1-5][0-9][0-9]$`), "[1-5][0-9][0-9]", "=~'5..'"},
	{[]string{"status", "code", "status_code", "status_class", "code_class"}, regexp.MustCompile(`^[1-5]xx$`), "[1-5]xx", "='5xx'"},
	// What of gRPC's codes is the server's fault (OpenTelemetry's semantic conventions for gRPC).
	{[]string{"grpc_code", "rpc_grpc_status_code", "code"},
		regexp.MustCompile(`^(OK|Canceled|Unknown|InvalidArgument|DeadlineExceeded|NotFound|AlreadyExists|PermissionDenied|ResourceExhausted|FailedPrecondition|Aborted|OutOfRange|Unimplemented|Internal|Unavailable|DataLoss|Unauthenticated)$`),
		"", "=~'Unknown|DeadlineExceeded|Unimplemented|Internal|Unavailable|DataLoss'"},
}

const (
	mostClosed   = 6  // values that are taken for all that there are
	fewestOpen   = 10 // room of a label with a limit
	statusRoom   = 20
	roomPerValue = 2
)

// word is a value that somebody chose, as against a number, an address, a path or a version.
var word = regexp.MustCompile(`^[a-zA-Z][a-zA-Z_ -]*$`)

// growing are names of labels whose values come and go, however few were seen.
var growing = regexp.MustCompile(`(?i)(^|_)(method|verb|version|host|hostname|node|pod|name|user|tenant|customer|client|device|address|ip|path|url|uri|route|handler|endpoint|id|uid|uuid|revision|branch|model|container|image|namespace|cluster|region|zone|topic|table|database|db|file|filename|mountpoint|fstype|interface|job_name|queue)$`)

// labelOf closes a label that has few words as values on every series, and gives others room for twice of what was seen.
func labelOf(m read.Metric, l read.MetricLabel, isInfo bool) label {
	made := label{name: l.Name, seen: l.Distinct}
	for _, o := range outcomes {
		isValue := func(value string) bool { return o.value.MatchString(value) }
		if slices.Contains(o.names, strings.ToLower(l.Name)) && len(l.Values) > 0 &&
			!slices.ContainsFunc(l.Values, func(v string) bool { return !isValue(v) }) {
			made.max, made.pattern, made.outcome = max(statusRoom, roomFor(l.Distinct)), o.pattern, l.Name+o.failed
			return made
		}
	}
	isClosed := !isInfo && l.Series == m.Series && l.Distinct >= 2 && l.Distinct <= mostClosed && len(l.Values) == l.Distinct &&
		!growing.MatchString(l.Name)
	if isClosed && !slices.ContainsFunc(l.Values, func(value string) bool { return !word.MatchString(value) }) {
		made.values = l.Values
		return made
	}
	made.max = roomFor(l.Distinct)
	return made
}

// roomFor is a round number of at least twice of what was seen.
func roomFor(seen int) int {
	room := fewestOpen
	for step := 0; room < seen*roomPerValue; step++ {
		if step%3 == 1 {
			room = room / 2 * 5 // 10, 20, 50, 100
		} else {
			room *= 2
		}
	}
	return room
}
