package ir

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestAMilderAlertFiresBeforeAnUrgentOne(t *testing.T) {
	at := func(value float64, minutes time.Duration) Bound { return Bound{value, minutes * time.Minute} }
	for _, c := range []struct {
		mild, urgent Bound
		above        bool
		want         Escalation
	}{
		{at(2, 5), at(5, 5), true, Rising}, {at(5, 5), at(2, 5), true, Reversed}, {at(5, 5), at(5, 5), true, Together},
		{at(5, 5), at(5, 30), true, Rising}, {at(5, 30), at(5, 5), true, Together},
		{at(5, 5), at(2, 5), false, Rising}, {at(2, 5), at(5, 5), false, Reversed},
	} {
		if diff := cmp.Diff(c.want, c.mild.EscalatesTo(c.urgent, c.above)); diff != "" {
			t.Errorf("%v to %v, above %v (-want +got):\n%s", c.mild, c.urgent, c.above, diff)
		}
	}
}

func TestSeveritiesAreKnownInAnyCase(t *testing.T) {
	critical, _ := SeverityRank("Critical")
	warning, _ := SeverityRank("warning")
	if _, known := SeverityRank("crtical"); known || critical >= warning {
		t.Errorf("critical is %d, warning %d, crtical known: %v", critical, warning, known)
	}
}
