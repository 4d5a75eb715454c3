package main

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Waiting times.
const (
	firstRetry = 15 * time.Minute // after one failure; it doubles with each further one, up to the refresh
	jitter     = 0.05             // of a waiting time, so that many exporters do not ask at once
	afterMonth = 5 * time.Minute  // after midnight UTC on the first of a month, when a new figure begins
)

// other is the group that holds what exceeds config.MaxGroups.
const other = "other"

// poller holds the last good answer and asks for the next one when it is time.
type poller struct {
	config config
	store  store
	now    func() time.Time
	cost   func(context.Context, time.Time) (map[string]float64, error)
	log    *slog.Logger
	// sent counts the requests since the state was last kept.
	sent atomic.Uint64

	mutex sync.Mutex // of state, which scrapes read while a refresh replaces it
	state state
}

// snapshot is the state as it is now.
func (p *poller) snapshot() state {
	p.mutex.Lock()
	defer p.mutex.Unlock()
	current := p.state
	current.Amounts, current.Errors = maps.Clone(current.Amounts), maps.Clone(current.Errors)
	return current
}

// change replaces the state on the disk and in memory, in this order: what is exposed has been kept.
func (p *poller) change(edit func(*state)) error {
	next := p.snapshot()
	edit(&next)
	next.Requests += p.sent.Swap(0)
	if err := p.store.save(next); err != nil {
		return fmt.Errorf("keep the state: %w", err)
	}
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.state = next
	return nil
}

// run asks whenever it is time, until the context ends. It returns an error where the state cannot be kept: asking
// without it would be billed again at each restart.
func (p *poller) run(ctx context.Context) error {
	for {
		timer := time.NewTimer(p.due().Sub(p.now()))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case <-timer.C:
		}
		if p.due().After(p.now()) {
			continue // the clock was set back
		}
		if err := p.refresh(ctx); err != nil {
			return err
		}
	}
}

// due is when Cost Explorer is asked next. A time that lies further ahead than any that is written here comes from a
// clock that was wrong.
func (p *poller) due() time.Time {
	due := p.snapshot().NotBefore
	if latest := p.now().Add(spread(time.Duration(p.config.Refresh), 1)); due.After(latest) {
		return p.now()
	}
	return due
}

// refresh asks once and keeps the answer, or the last good one where there is none.
func (p *poller) refresh(ctx context.Context) error {
	now := p.now()
	// Kept first: see state.NotBefore.
	if err := p.change(func(s *state) { s.NotBefore = now.Add(p.retryAfter(s.Failures + 1)) }); err != nil {
		return err
	}
	amounts, err := p.cost(ctx, now)
	if err != nil {
		if ctx.Err() != nil {
			return nil // the process is being stopped
		}
		reason := reasonOf(err)
		p.log.Error("refresh failed, the last good cost stays", "reason", reason, "err", err)
		return p.change(func(s *state) {
			s.Failures++
			s.Errors = counted(s.Errors, reason)
		})
	}
	err = p.change(func(s *state) {
		s.Amounts = p.complete(amounts, s.Amounts)
		s.Month, _ = monthToDate(now)
		s.Succeeded, s.NotBefore, s.Failures = now, p.nextAfter(now), 0
	})
	if err == nil {
		kept := p.snapshot()
		p.log.Info("refreshed", "groups", len(kept.Amounts), "next", kept.NotBefore.Format(time.RFC3339))
	}
	return err
}

func counted(errors map[string]uint64, reason string) map[string]uint64 {
	if errors == nil {
		errors = map[string]uint64{}
	}
	errors[reason]++
	return errors
}

// complete keeps a group at zero that had a cost before and is no longer in the answer, as all are on the first of a month:
// a series that vanished would hide the reset. Groups above the limit are added up, so that the sum stays exact.
func (p *poller) complete(amounts, last map[string]float64) map[string]float64 {
	for group, amount := range last {
		if _, ok := amounts[group]; !ok && amount != 0 && group != other {
			amounts[group] = 0
		}
	}
	if p.config.Label == "" || len(amounts) <= p.config.MaxGroups {
		return amounts
	}
	// Whoever had a series keeps it: one that went into "other" and came back would look like new cost.
	known := func(group string) int {
		if _, ok := last[group]; ok {
			return 1
		}
		return 0
	}
	groups := slices.SortedFunc(maps.Keys(amounts), func(a, b string) int {
		return cmp.Or(known(b)-known(a), cmp.Compare(amounts[b], amounts[a]), cmp.Compare(a, b))
	})
	limited := map[string]float64{}
	for _, group := range groups[p.config.MaxGroups-1:] {
		limited[other] += amounts[group]
	}
	for _, group := range groups[:p.config.MaxGroups-1] {
		limited[group] += amounts[group]
	}
	return limited
}

// nextAfter is when to ask after a success: after the refresh, or when a new month has begun, whichever is first. Until
// then the figure would be the last month's.
func (p *poller) nextAfter(now time.Time) time.Time {
	next := now.Add(spread(time.Duration(p.config.Refresh), rand.Float64()))
	year, month, _ := now.UTC().Date()
	begins := time.Date(year, month+1, 1, 0, 0, 0, 0, time.UTC).Add(afterMonth + time.Duration(rand.Float64()*float64(afterMonth)))
	if begins.Before(next) {
		return begins
	}
	return next
}

// retryAfter is how long to wait after a number of failures in a row.
func (p *poller) retryAfter(failures int) time.Duration {
	wait := firstRetry
	for range failures - 1 {
		if wait *= 2; wait >= time.Duration(p.config.Refresh) {
			return spread(time.Duration(p.config.Refresh), rand.Float64())
		}
	}
	return spread(wait, rand.Float64())
}

// spread lengthens or shortens a time by up to the jitter: share is 0 for the shortest and 1 for the longest.
func spread(d time.Duration, share float64) time.Duration {
	return time.Duration(float64(d) * (1 - jitter + 2*jitter*share))
}
