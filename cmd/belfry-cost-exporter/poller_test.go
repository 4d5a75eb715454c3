package main

import (
	"context"
	"errors"
	"maps"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"
)

// newTestPoller keeps its state in a folder of its own.
func newTestPoller(t *testing.T, dir string, cost func(now time.Time) (map[string]float64, error)) *poller {
	t.Helper()
	p := &poller{config: byService, store: store{dir}, now: time.Now, log: quiet}
	p.cost = func(_ context.Context, now time.Time) (map[string]float64, error) {
		p.sent.Add(1)
		return cost(now)
	}
	var err error
	if p.state, err = p.store.load(byService.question()); err != nil {
		t.Fatal(err)
	}
	return p
}

// runFor lets the poller run for a time, which passes at once.
func runFor(t *testing.T, p *poller, d time.Duration) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	if err := p.run(ctx); err != nil {
		t.Fatal(err)
	}
}

// TestItAsksEveryRefreshAndOnceMoreEachMonth runs from January 2000, where the bubble's clock begins, for 70 days.
func TestItAsksEveryRefreshAndOnceMoreEachMonth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var asked []time.Time
		p := newTestPoller(t, t.TempDir(), func(now time.Time) (map[string]float64, error) {
			asked = append(asked, now)
			return map[string]float64{"Amazon EC2": float64(now.Day())}, nil
		})
		runFor(t, p, 70*24*time.Hour)
		if n := len(asked); n < 265 || n > 300 { // 280 and one a month, each early or late by 5 %
			t.Errorf("it asked %d times in 70 days, want about 280", n)
		}
		firsts := 0
		for i := 1; i < len(asked); i++ {
			wait := asked[i].Sub(asked[i-1])
			newMonth := asked[i].UTC().Month() != asked[i-1].UTC().Month()
			if newMonth {
				firsts++
				if late := asked[i].UTC(); late.Day() != 1 || late.Hour() > 0 || late.Minute() > 10 {
					t.Errorf("the first question of the month is asked at %v", late)
				}
			}
			if wait > 6*time.Hour+18*time.Minute || wait < 5*time.Hour+42*time.Minute && !newMonth {
				t.Errorf("it waited %v before %v", wait, asked[i])
			}
		}
		if firsts != 2 {
			t.Errorf("%d months began, want 2", firsts)
		}
	})
}

// TestFailuresKeepTheLastGoodCostAndAreRetriedEverLater: nothing is asked more often because AWS is in trouble.
func TestFailuresKeepTheLastGoodCostAndAreRetriedEverLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var waits []time.Duration
		begun, last := time.Now(), time.Now()
		p := newTestPoller(t, t.TempDir(), func(now time.Time) (map[string]float64, error) {
			waits = append(waits, now.Sub(last))
			last = now
			if now.Equal(begun) {
				return map[string]float64{"Amazon EC2": 10}, nil
			}
			return nil, errors.New("the network is down")
		})
		runFor(t, p, 3*24*time.Hour)
		for i, want := range []time.Duration{0, 6 * time.Hour, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour, 6 * time.Hour, 6 * time.Hour} {
			if diff := (waits[i] - want).Abs(); float64(diff) > jitter*float64(want)+1 {
				t.Errorf("question %d came after %v, want %v", i, waits[i], want)
			}
		}
		failures := len(waits) - 1
		want := strings.NewReplacer("FAILURES", itoa(failures), "REQUESTS", itoa(failures+1)).Replace(`
# HELP cost_dollars Cost.
# TYPE cost_dollars gauge
cost_dollars{service="Amazon EC2"} 10
# HELP belfry_cost_exporter_last_success_timestamp_seconds When Cost Explorer last gave a whole answer; 0 where it never has.
# TYPE belfry_cost_exporter_last_success_timestamp_seconds gauge
belfry_cost_exporter_last_success_timestamp_seconds 9.466848e+08
# HELP belfry_cost_exporter_refresh_errors_total Refreshes that failed, and left the last good cost in place.
# TYPE belfry_cost_exporter_refresh_errors_total counter
belfry_cost_exporter_refresh_errors_total{reason="denied"} 0
belfry_cost_exporter_refresh_errors_total{reason="invalid"} 0
belfry_cost_exporter_refresh_errors_total{reason="other"} FAILURES
belfry_cost_exporter_refresh_errors_total{reason="throttled"} 0
# HELP belfry_cost_exporter_requests_total Requests sent to Cost Explorer, retries included. AWS bills each one that it answers.
# TYPE belfry_cost_exporter_requests_total counter
belfry_cost_exporter_requests_total REQUESTS
`)
		names := []string{"cost_dollars", prefix + "last_success_timestamp_seconds", prefix + "refresh_errors_total", prefix + "requests_total"}
		if err := testutil.CollectAndCompare(newCollector(p), strings.NewReader(want), names...); err != nil {
			t.Error(err)
		}
	})
}

// TestNothingIsExposedBeforeTheFirstAnswer but that there is none.
func TestNothingIsExposedBeforeTheFirstAnswer(t *testing.T) {
	p := newTestPoller(t, t.TempDir(), nil)
	if n := testutil.CollectAndCount(newCollector(p), "cost_dollars"); n != 0 {
		t.Errorf("%d costs are exposed", n)
	}
	if n := testutil.CollectAndCount(newCollector(p), prefix+"last_success_timestamp_seconds"); n != 1 {
		t.Errorf("%d times of success are exposed, want 1", n)
	}
}

// TestARestartAsksNothing restarts within one refresh, after a success and after a failure.
func TestARestartAsksNothing(t *testing.T) {
	for name, outcome := range map[string]error{"success": nil, "failure": errors.New("no")} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir, asked := t.TempDir(), 0
				for range 100 {
					p := newTestPoller(t, dir, func(time.Time) (map[string]float64, error) {
						asked++
						return map[string]float64{"Amazon EC2": 10}, outcome
					})
					runFor(t, p, 600*time.Millisecond)
				}
				if asked != 1 {
					t.Errorf("%d questions in 100 runs, want 1", asked)
				}
			})
		})
	}
}

// TestACrashWhileAskingWaitsForTheRetry: a process that dies while it waits for the answer has paid for it, and a crash loop
// must not pay again and again.
func TestACrashWhileAskingWaitsForTheRetry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir, asked := t.TempDir(), 0
		for range 100 {
			p := newTestPoller(t, dir, nil)
			ctx, kill := context.WithCancel(t.Context())
			p.cost = func(ctx context.Context, _ time.Time) (map[string]float64, error) {
				asked++
				kill()
				return nil, ctx.Err()
			}
			time.AfterFunc(time.Minute, kill)
			if err := p.run(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if asked < 6 || asked > 8 { // about 100 minutes, one question each 15
			t.Errorf("%d questions in 100 minutes, want one each quarter of an hour", asked)
		}
	})
}

func TestWithoutAPlaceToKeepTheAnswerNothingIsAsked(t *testing.T) {
	p := newTestPoller(t, t.TempDir()+"/gone", func(time.Time) (map[string]float64, error) {
		t.Error("it asked")
		return nil, nil
	})
	if err := p.run(t.Context()); err == nil {
		t.Error("it went on without a state directory")
	}
}

func TestAnotherQuestionIsAskedAtOnce(t *testing.T) {
	p := newTestPoller(t, t.TempDir(), func(time.Time) (map[string]float64, error) { return map[string]float64{"a": 1}, nil })
	if err := p.refresh(t.Context()); err != nil {
		t.Fatal(err)
	}
	changed := byService
	changed.Tags = map[string][]string{"team": {"a"}}
	loaded, err := p.store.load(changed.question())
	if err != nil || loaded.Amounts != nil || !loaded.NotBefore.IsZero() || loaded.Requests != 1 {
		t.Errorf("loaded %+v, %v, want an empty state that counts on", loaded, err)
	}
	renamed := byService
	renamed.Metric, renamed.Refresh = "another_name", duration(12*time.Hour)
	if loaded, err := p.store.load(renamed.question()); err != nil || loaded.Amounts["a"] != 1 {
		t.Errorf("loaded %+v, %v, want what was kept", loaded, err)
	}
}

func TestADamagedStateIsAskedAnew(t *testing.T) {
	s := store{t.TempDir()}
	write(t, s.dir+"/"+stateFile, `{"amounts": {"a"`)
	if loaded, err := s.load("q"); !errors.Is(err, errDamaged) || loaded.Amounts != nil || loaded.Question != "q" {
		t.Errorf("loaded %+v, %v", loaded, err)
	}
}

func TestAClockThatWasWrongDoesNotStopIt(t *testing.T) {
	p := newTestPoller(t, t.TempDir(), nil)
	p.state.NotBefore = time.Now().AddDate(10, 0, 0)
	if due := p.due(); due.After(time.Now()) {
		t.Errorf("it asks next on %v", due)
	}
}

func TestGroupsAboveTheLimitAreAddedUp(t *testing.T) {
	p := &poller{config: byService}
	p.config.MaxGroups = 3
	last := map[string]float64{"small": 1, "gone": 5, "zero": 0, other: 7}
	got := p.complete(map[string]float64{"a": 40, "b": 30, "c": -20, "small": 2}, last)
	if want := map[string]float64{"small": 2, "gone": 0, other: 50}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v: who had a series keeps it, and the sum is exact", got, want)
	}
	p.config.MaxGroups = 30
	got = p.complete(map[string]float64{}, last)
	if want := map[string]float64{"small": 0, "gone": 0}; !maps.Equal(got, want) {
		t.Errorf("%v on the first of a month, want %v", got, want)
	}
}
