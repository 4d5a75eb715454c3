package diag

import (
	"slices"
	"testing"
)

func TestClosestFindsWhatWasMeant(t *testing.T) {
	names := []string{"error_rate", "availability", "response_time", "queue_depth", "up", "HighErrorRate", "above", "below"}
	for word, want := range map[string]string{
		"eror_rate": "error_rate", "error_rates": "error_rate", "avialability": "availability", "responsetime": "response_time",
		"abov": "above", "abvoe": "above", "Up": "up", "higherrorrate": "HighErrorRate", "error_rate": "error_rate",
	} {
		if got, ok := Closest(word, names); got != want || !ok {
			t.Errorf("Closest(%q) = %q, %v; want %q", word, got, ok, want)
		}
	}
	for _, word := range []string{"", "x", "ab", "latency", "cost_per_ticket", "bellows_and_more"} {
		if got, ok := Closest(word, names); ok {
			t.Errorf("Closest(%q) = %q, want none", word, got)
		}
	}
}

func TestClosestDoesNotDependOnOrder(t *testing.T) {
	names := []string{"cat_c", "cat_b", "cat_a"}
	first, _ := Closest("cat_x", names)
	slices.Reverse(names)
	second, _ := Closest("cat_x", names)
	if first != "cat_a" || second != first {
		t.Errorf("the suggestion is %q, and %q in another order; want cat_a", first, second)
	}
}

func TestDistanceCountsTypingErrors(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want int
	}{
		{"", "", 0}, {"", "abc", 3}, {"abc", "abc", 0}, {"abc", "acb", 1}, {"abc", "abcd", 1}, {"abc", "ab", 1}, {"abc", "axc", 1},
		{"kitten", "sitting", 3}, {"ca", "abc", 3}, {"größe", "grösse", 2},
	} {
		if got, back := distance([]rune(c.a), []rune(c.b), 100), distance([]rune(c.b), []rune(c.a), 100); got != c.want || back != c.want {
			t.Errorf("%q and %q are %d and %d apart, want %d", c.a, c.b, got, back, c.want)
		}
		for limit := range c.want + 2 { // the same up to the limit, and above it only that
			if got := distance([]rune(c.a), []rune(c.b), limit); got != c.want && (got <= limit || c.want <= limit) {
				t.Errorf("distance of %q and %q is %d up to %d, want %d", c.a, c.b, got, limit, c.want)
			}
		}
	}
}

func TestASlipIsALetterTooManyOrTwoSwapped(t *testing.T) {
	for pair, want := range map[[2]string]bool{
		{"orders", "order"}: true, {"order", "orders"}: true, {"oredrs", "orders"}: true, {"xorders", "orders"}: true,
		{"orders", "orders"}: false, {"order", "orbit"}: false, {"rx", "tx"}: false, {"p90", "p09"}: false, {"shard1", "shard"}: false,
		{"orders", "ord"}: false, {"", "a"}: true, {"", ""}: false, {"abc", "cba"}: false,
	} {
		if got := IsSlip(pair[0], pair[1]); got != want {
			t.Errorf("%q and %q: %v", pair[0], pair[1], got)
		}
	}
}
