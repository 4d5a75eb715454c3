package instrument

import (
	"fmt"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// httpView is the middleware.
type httpView struct {
	Requests string     // call that finds the series of the counter, without the receiver
	Duration string     // the same of the histogram, or empty
	Texts    []textEnum // closed sets that a method or a route is looked up in
	Statuses []statusEnum
	HasRoute bool
	HasCode  bool   // a status is recorded as its code
	Counter  string // name of the metric
}

// textEnum finds a value of a closed set by its text.
type textEnum struct{ Type, Other string }

// statusEnum finds a value of a closed set by the code of a response.
type statusEnum struct {
	Type  string
	Cases []statusCase // codes before classes
	Other string       // Go expression
}

// statusCase is one value of a status label.
type statusCase struct{ Condition, Constant string }

// newHTTPView makes the middleware, or nil where none is asked for.
func newHTTPView(http *ir.HTTP, view *packageView) *httpView {
	if http == nil {
		return nil
	}
	shown := &httpView{Counter: http.Requests.Name}
	shown.Requests = shown.call(view.named(http.Requests.Name))
	if http.Duration != nil {
		shown.Duration = shown.call(view.named(http.Duration.Name))
	}
	return shown
}

func (v *packageView) named(name string) *metricView {
	for _, one := range v.Metrics {
		if one.Name == name {
			return one
		}
	}
	return nil
}

// call writes the call of a metric's method with what is known of a request.
func (h *httpView) call(one *metricView) string {
	var arguments []string
	for _, label := range one.Labels {
		role := ir.HTTPRoleOf(label.Name)
		text := map[ir.HTTPRole]string{ir.HTTPMethod: "r.Method", ir.HTTPRoute: "m.routeOf(r)"}[role]
		h.HasRoute = h.HasRoute || role == ir.HTTPRoute
		switch {
		case role == ir.HTTPStatus && label.Enum == nil:
			h.HasCode = true
			arguments = append(arguments, "strconv.Itoa(status)")
		case role == ir.HTTPStatus:
			h.status(label.Enum)
			arguments = append(arguments, "classify"+label.Enum.Type+"(status)")
		case label.Enum == nil:
			arguments = append(arguments, text)
		default:
			h.text(label.Enum)
			arguments = append(arguments, "find"+label.Enum.Type+"("+text+")")
		}
	}
	return one.Method + "(" + strings.Join(arguments, ", ") + ")"
}

func (h *httpView) text(enum *enumView) {
	for _, known := range h.Texts {
		if known.Type == enum.Type {
			return
		}
	}
	h.Texts = append(h.Texts, textEnum{enum.Type, enum.constant(ir.Other)})
}

func (h *httpView) status(enum *enumView) {
	for _, known := range h.Statuses {
		if known.Type == enum.Type {
			return
		}
	}
	shown := statusEnum{Type: enum.Type, Other: enum.Type + "{}"}
	var classes []statusCase
	for _, value := range enum.Values {
		switch code, class := ir.StatusCode(value.Wire), ir.StatusClass(value.Wire); {
		case code > 0:
			shown.Cases = append(shown.Cases, statusCase{fmt.Sprintf("status == %d", code), value.Constant})
		case class > 0:
			classes = append(classes, statusCase{fmt.Sprintf("status/100 == %d", class), value.Constant})
		case value.Wire == ir.Other:
			shown.Other = value.Constant
		}
	}
	shown.Cases = append(shown.Cases, classes...)
	h.Statuses = append(h.Statuses, shown)
}
