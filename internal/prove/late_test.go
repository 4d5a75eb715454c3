package prove

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/belfry-dev/belfry/internal/simulate"
)

const lateAlert = "ErrorsLong8" // of golden/ruler-mimir: it reads a recording that its group has no room for

// split is what is proven of a spec whose groups are divided, with the group that the late alert reads from.
func split(t *testing.T) (in Input, recording *simulate.Group) {
	t.Helper()
	in = compiled(t, "../../golden", "./ruler-mimir")
	var reader *simulate.Group
	for g := range in.Groups {
		for _, rule := range in.Groups[g].Rules {
			if rule.Alert == lateAlert {
				reader = &in.Groups[g]
			}
			if strings.Contains(rule.Record, "1h") {
				recording = &in.Groups[g]
			}
		}
	}
	if reader == nil || recording == nil || reader == recording {
		t.Fatalf("%s does not read from another group", lateAlert)
	}
	return in, recording
}

// TestASplitDelaysByAsMuchAsIsSaid evaluates the group of the recording at other moments than its reader, as rulers do: the alert fires and
// resolves between the earliest and the latest time of its proof, and reaches both.
func TestASplitDelaysByAsMuchAsIsSaid(t *testing.T) {
	in, recording := split(t)
	proof := proven(t, in, lateAlert)[0]
	late, said := proof.Alert.Late, proof.Incidents[0]
	if late != recording.Interval {
		t.Fatalf("it may be %s late, and the recording is made every %s", late, recording.Interval)
	}
	var fires, resolves []time.Duration
	for _, phase := range []time.Duration{time.Millisecond, recording.Interval / 3, recording.Interval / 2, recording.Interval - time.Millisecond} {
		recording.Phase = phase
		one := proven(t, in, lateAlert)[0].Incidents[0]
		fires, resolves = append(fires, one.FiresAfter), append(resolves, one.ResolvesAfter)
	}
	for what, times := range map[string]struct {
		seen []time.Duration
		said time.Duration
	}{"fires": {fires, said.FiresAfter}, "resolves": {resolves, said.ResolvesAfter}} {
		if first, last := slices.Min(times.seen), slices.Max(times.seen); first < times.said || last != times.said+late {
			t.Errorf("it %s after %s, said is %s to %s", what, times.seen, times.said, times.said+late)
		}
	}
}

// TestAllReportsSayHowLateAnAlertMayBe: the table, the words of one alert, the record and JSON agree.
func TestAllReportsSayHowLateAnAlertMayBe(t *testing.T) {
	in, _ := split(t)
	proofs := proven(t, in, lateAlert, "ErrorsLong4")
	late := &proofs[slices.IndexFunc(proofs, func(p Proof) bool { return p.Alert.Name == lateAlert })]
	first := late.Incidents[0]
	times := Duration(first.FiresAfter) + " to " + Duration(first.FiresAfter+30*time.Second)
	var table, details, report bytes.Buffer
	if err := Print(&table, proofs); err != nil {
		t.Fatal(err)
	}
	if err := PrintDetails(&details, late); err != nil {
		t.Fatal(err)
	}
	if err := PrintJSON(&report, proofs); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"table": table.String(), "details": details.String(), "record": string(Record("shop", "", proofs).Data)} {
		if !strings.Contains(text, times) || !strings.Contains(text, lateReason) {
			t.Errorf("the %s does not say %q and why:\n%s", name, times, text)
		}
	}
	var read jsonReport
	if err := json.Unmarshal(report.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	for _, alert := range read.Alerts {
		want := 0.0
		if alert.Alert == lateAlert {
			want = 30
		}
		incident := alert.Incidents[0]
		if have := incident.FiresBy - incident.FiresAfter; have != want {
			t.Errorf("JSON: %s fires up to %g s later, want %g", alert.Alert, have, want)
		}
		if have := incident.ResolvesBy - incident.ResolvesAfter; have != want {
			t.Errorf("JSON: %s resolves up to %g s later, want %g", alert.Alert, have, want)
		}
	}
}

// TestARulerThatWaitsForLateSamplesFiresThatMuchLater: Mimir waits for a minute, others for as long as they are told.
func TestARulerThatWaitsForLateSamplesFiresThatMuchLater(t *testing.T) {
	in, _ := split(t)
	prometheus := &in.Program.Platform.Prometheus
	if prometheus.Ruler.Delay != time.Minute {
		t.Fatalf("Mimir waits for %s", prometheus.Ruler.Delay)
	}
	prometheus.Ruler.Delay = 0
	soonest := proven(t, in)
	for _, delay := range []time.Duration{30 * time.Second, time.Minute, 10 * time.Minute} {
		prometheus.Ruler.Delay = delay
		for i, p := range proven(t, in) {
			if p.Verdict != Proven {
				t.Errorf("%s waited for: %s is %s: %s", delay, p.Alert.Name, p.Verdict, p.Reason)
				continue
			}
			was, is := soonest[i].Incidents[0], p.Incidents[0]
			if is.FiresAfter != was.FiresAfter+delay || is.ResolvesAfter != was.ResolvesAfter+delay {
				t.Errorf("%s waited for: %s fires after %s and resolves after %s, without %s and %s", delay, p.Alert.Name, is.FiresAfter, is.ResolvesAfter,
					was.FiresAfter, was.ResolvesAfter)
			}
		}
	}
}
