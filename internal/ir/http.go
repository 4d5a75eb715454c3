package ir

import (
	"slices"
	"strconv"
	"strings"
)

// HTTP is what a middleware records of each HTTP request.
type HTTP struct {
	Requests *Metric // a counter
	Duration *Metric // a histogram of times, or nil
}

// HTTPRole is what a label of an HTTP metric holds.
type HTTPRole string

// The roles.
const (
	HTTPMethod HTTPRole = "method"
	HTTPRoute  HTTPRole = "route"
	HTTPStatus HTTPRole = "status"
)

// Other is the value of a label that stands for all values without a series of their own.
const Other = "other"

// httpRoles are the names that labels of HTTP metrics go by.
var httpRoles = map[string]HTTPRole{
	"method": HTTPMethod, "verb": HTTPMethod,
	"route": HTTPRoute, "endpoint": HTTPRoute, "path": HTTPRoute, "handler": HTTPRoute,
	"status": HTTPStatus, "code": HTTPStatus, "status_code": HTTPStatus,
}

// HTTPRoleOf tells a label's role by its name, or returns an empty one.
func HTTPRoleOf(label string) HTTPRole { return httpRoles[label] }

// StatusClass returns the class that a label's value names, such as 4 of 4xx, or 0.
func StatusClass(value string) int {
	if len(value) == 3 && value[0] >= '1' && value[0] <= '5' && strings.EqualFold(value[1:], "xx") {
		return int(value[0] - '0')
	}
	return 0
}

// StatusCode returns the code that a label's value names, such as 404, or 0.
func StatusCode(value string) int {
	if code, err := strconv.Atoi(value); err == nil && len(value) == 3 && code >= 100 && code < 600 {
		return code
	}
	return 0
}

// CoversStatus reports whether each status of the classes 2 to 5 has a value in the closed set: its class, or Other.
func (l *Label) CoversStatus() bool {
	if slices.Contains(l.Values, Other) {
		return true
	}
	for class := 2; class <= 5; class++ {
		if !slices.ContainsFunc(l.Values, func(value string) bool { return StatusClass(value) == class }) {
			return false
		}
	}
	return true
}
