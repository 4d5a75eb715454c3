package main

import (
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

func TestMonthToDateIsUTCAndExcludesItsEnd(t *testing.T) {
	kiritimati := time.FixedZone("UTC+14", 14*3600) // where it is tomorrow already
	for name, want := range map[string]struct {
		now        time.Time
		start, end string
	}{
		"in the month":             {noon, "2026-03-01", "2026-03-15"},
		"first minute":             {time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), "2026-03-01", "2026-03-02"},
		"last minute":              {time.Date(2026, 3, 31, 23, 59, 59, 0, time.UTC), "2026-03-01", "2026-04-01"},
		"last of the year":         {time.Date(2026, 12, 31, 12, 0, 0, 0, time.UTC), "2026-12-01", "2027-01-01"},
		"leap day":                 {time.Date(2028, 2, 29, 12, 0, 0, 0, time.UTC), "2028-02-01", "2028-03-01"},
		"first of the month, east": {time.Date(2026, 4, 1, 9, 0, 0, 0, kiritimati), "2026-03-01", "2026-04-01"},
	} {
		if start, end := monthToDate(want.now); start != want.start || end != want.end {
			t.Errorf("%s: [%s, %s), want [%s, %s)", name, start, end, want.start, want.end)
		}
	}
}

// TestPagesAreOneAnswer has a group on two pages, and a credit.
func TestPagesAreOneAnswer(t *testing.T) {
	server := listen(t, func(n int, q question) reply {
		switch n {
		case 0:
			return page(q, "second", group("Amazon EC2", "100.25"), group("Amazon S3", "3.5000000000"))
		case 1:
			return page(q, "third", group("Credits", "-40.125"))
		}
		return page(q, "", group("Amazon EC2", "0.5"))
	})
	amounts, err := explorerOf(t, server, byService).cost(t.Context(), noon)
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]float64{"Amazon EC2": 100.75, "Amazon S3": 3.5, "Credits": -40.125}
	if !maps.Equal(amounts, want) {
		t.Errorf("%v, want %v", amounts, want)
	}
	asked := server.asked()
	if len(asked) != 3 || asked[0].NextPageToken != "" || asked[1].NextPageToken != "second" || asked[2].NextPageToken != "third" {
		t.Fatalf("asked %+v", asked)
	}
	for _, q := range asked {
		if q.TimePeriod.Start != "2026-03-01" || q.TimePeriod.End != "2026-03-15" || q.Granularity != "MONTHLY" ||
			len(q.Metrics) != 1 || q.Metrics[0] != "UnblendedCost" || len(q.GroupBy) != 1 || q.GroupBy[0].Key != "SERVICE" || q.Filter != nil {
			t.Errorf("asked %+v", q)
		}
	}
}

func TestWithoutGroupsTheTotalCounts(t *testing.T) {
	server := listen(t, func(_ int, q question) reply {
		return reply{http.StatusOK, object{"ResultsByTime": []object{{"TimePeriod": q.TimePeriod, "Total": amount("12.5")}}}}
	})
	asked := byService
	asked.GroupBy, asked.Label = "", ""
	amounts, err := explorerOf(t, server, asked).cost(t.Context(), noon)
	if err != nil || !maps.Equal(amounts, map[string]float64{total: 12.5}) {
		t.Errorf("%v, %v", amounts, err)
	}
	if q := server.asked()[0]; len(q.GroupBy) != 0 {
		t.Errorf("asked for groups: %+v", q)
	}
}

func TestTagsNarrowTheCost(t *testing.T) {
	for name, c := range map[string]struct {
		tags map[string][]string
		want string
	}{
		"one":     {map[string][]string{"team": {"a", "b"}}, `{"Tags":{"Key":"team","MatchOptions":["EQUALS"],"Values":["a","b"]}}`},
		"several": {map[string][]string{"team": {"a"}, "app": {"x"}}, `{"And":[{"Tags":{"Key":"app","MatchOptions":["EQUALS"],"Values":["x"]}},{"Tags":{"Key":"team","MatchOptions":["EQUALS"],"Values":["a"]}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			server := listen(t, func(_ int, q question) reply { return page(q, "") })
			asked := byService
			asked.Tags = c.tags
			if _, err := explorerOf(t, server, asked).cost(t.Context(), noon); err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := errors.Join(json.Unmarshal(server.asked()[0].Filter, &got), json.Unmarshal([]byte(c.want), &want)); err != nil {
				t.Fatal(err)
			}
			if text, _ := json.Marshal(got); string(text) != c.want {
				t.Errorf("asked with the filter %s, want %s", text, c.want)
			}
		})
	}
}

// TestAnswersThatCannotBeBelieved has a good first page each: nothing of it may be taken.
func TestAnswersThatCannotBeBelieved(t *testing.T) {
	for name, c := range map[string]struct {
		second func(q question) reply
		want   string
	}{
		"another currency": {func(q question) reply {
			return page(q, "", object{"Keys": []string{"a"}, "Metrics": object{"UnblendedCost": object{"Amount": "1", "Unit": "CNY"}}})
		}, `the cost is in "CNY"`},
		"no figure":    {func(q question) reply { return page(q, "", group("a", "much")) }, `"much" is no amount`},
		"infinite":     {func(q question) reply { return page(q, "", group("a", "inf")) }, `"inf" is no amount`},
		"other metric": {func(q question) reply { return page(q, "", object{"Keys": []string{"a"}, "Metrics": object{}}) }, "has no UnblendedCost"},
		"two keys": {func(q question) reply {
			return page(q, "", object{"Keys": []string{"a", "b"}, "Metrics": amount("1")})
		}, "a group has 2 keys"},
		"no period": {func(question) reply { return reply{http.StatusOK, object{"ResultsByTime": []object{}}} }, "has 0 periods"},
		"another month": {func(q question) reply {
			q.TimePeriod.Start = "2026-02-01"
			return page(q, "")
		}, "not for the month that begins on 2026-03-01"},
		"circle": {func(q question) reply { return page(q, "again", group("a", "1")) }, "does not end"},
	} {
		t.Run(name, func(t *testing.T) {
			server := listen(t, func(n int, q question) reply {
				if n == 0 {
					return page(q, "again", group("Amazon EC2", "100"))
				}
				return c.second(q)
			})
			amounts, err := explorerOf(t, server, byService).cost(t.Context(), noon)
			if err == nil || amounts != nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, %v, want an error with %q", amounts, err, c.want)
			}
			if got := reasonOf(err); got != reasonInvalid {
				t.Errorf("the reason is %s, want invalid", got)
			}
		})
	}
}

func TestAnEndlessListOfPagesIsLeft(t *testing.T) {
	server := listen(t, func(n int, q question) reply { return page(q, strings.Repeat("x", n+1), group("a", "1")) })
	if _, err := explorerOf(t, server, byService).cost(t.Context(), noon); reasonOf(err) != reasonInvalid {
		t.Errorf("the error is %v", err)
	}
	if n := len(server.asked()); n != mostPages {
		t.Errorf("%d requests, want %d", n, mostPages)
	}
}

func TestThrottlingAndFailuresAreTriedAgain(t *testing.T) {
	for name, first := range map[string]reply{
		"throttled": failure(http.StatusBadRequest, "LimitExceededException"),
		"failed":    failure(http.StatusInternalServerError, "InternalServerError"),
	} {
		t.Run(name, func(t *testing.T) {
			server := listen(t, func(n int, q question) reply {
				if n < attempts-1 {
					return first
				}
				return page(q, "", group("a", "1"))
			})
			amounts, err := explorerOf(t, server, byService).cost(t.Context(), noon)
			if err != nil || amounts["a"] != 1 {
				t.Errorf("%v, %v", amounts, err)
			}
			if n := len(server.asked()); n != attempts {
				t.Errorf("%d requests, want %d", n, attempts)
			}
		})
	}
}

func TestErrorsHaveAReason(t *testing.T) {
	for name, c := range map[string]struct {
		answer   reply
		reason   string
		requests int
	}{
		"no right":          {failure(http.StatusBadRequest, "AccessDeniedException"), reasonDenied, 1},
		"wrong signature":   {failure(http.StatusForbidden, "InvalidSignatureException"), reasonDenied, 1},
		"throttled":         {failure(http.StatusBadRequest, "LimitExceededException"), reasonThrottled, attempts},
		"failure of AWS":    {failure(http.StatusServiceUnavailable, "ServiceUnavailable"), reasonOther, attempts},
		"data is not there": {failure(http.StatusBadRequest, "DataUnavailableException"), reasonOther, 1},
	} {
		t.Run(name, func(t *testing.T) {
			server := listen(t, func(int, question) reply { return c.answer })
			amounts, err := explorerOf(t, server, byService).cost(t.Context(), noon)
			if amounts != nil || err == nil || reasonOf(err) != c.reason {
				t.Errorf("%v, %v, want the reason %s", amounts, err, c.reason)
			}
			if n := len(server.asked()); n != c.requests {
				t.Errorf("%d requests, want %d", n, c.requests)
			}
		})
	}
}

// TestTheSignatureIsChecked: a server that took every signature would make the tests above say nothing about it.
func TestTheSignatureIsChecked(t *testing.T) {
	server := listen(t, func(_ int, q question) reply { return page(q, "") })
	e := explorerOf(t, server, byService)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "another")
	other, err := newClient(t.Context(), server.URL, func() {})
	if err != nil {
		t.Fatal(err)
	}
	for _, client := range []*explorer{e, {other, byService}} {
		if _, err := client.cost(t.Context(), noon); err != nil {
			t.Fatal(err)
		}
	}
	if len(server.problems) != 1 || !strings.Contains(server.problems[0], "its signature is") {
		t.Errorf("found %q, want one wrong signature", server.problems)
	}
	server.problems = nil
}
