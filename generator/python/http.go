package python

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/ir"
)

// httpView is the middleware.
type httpView struct {
	Requests, Duration        *httpMetricView // Duration may be nil
	HasMethod, HasRoute       bool
	HasKnown, HasClosedStatus bool // a label has a closed set
}

// httpMetricView is how a metric is recorded of a request.
type httpMetricView struct {
	Field     string
	Arguments string
}

// newHTTPView makes the middleware of the metrics that the spec names; nil where it names none.
func newHTTPView(p *ir.Program, v *moduleView, own []*ir.Metric) *httpView {
	if p.Instrument.HTTP == nil || p.Instrument.HTTP.Requests == nil {
		return nil
	}
	http := &httpView{}
	metric := func(m *ir.Metric) *httpMetricView {
		if m == nil {
			return nil
		}
		one := v.Metrics[slices.Index(own, m)]
		var arguments []string
		for i, label := range one.Labels {
			arguments = append(arguments, http.argument(label, ir.HTTPRoleOf(m.Labels[i].Name)))
		}
		return &httpMetricView{one.Field, strings.Join(arguments, ", ")}
	}
	http.Requests, http.Duration = metric(p.Instrument.HTTP.Requests), metric(p.Instrument.HTTP.Duration)
	return http
}

// argument writes what a label of a request is.
func (h *httpView) argument(label *labelView, role ir.HTTPRole) string {
	if role == ir.HTTPStatus {
		if label.Enum == nil {
			return "str(status)"
		}
		h.HasClosedStatus = true
		return "_status(status, " + label.Enum.Constant + ")"
	}
	value := "method"
	if role == ir.HTTPRoute {
		h.HasRoute, value = true, "route"
	} else {
		h.HasMethod = true
	}
	if label.Enum == nil {
		return value
	}
	h.HasKnown = true
	return "_among(" + value + ", " + label.Enum.Constant + ")"
}
