package unit

import (
	"strconv"
	"time"

	"github.com/prometheus/common/model"
)

// ParseDuration reads a Prometheus duration, such as "5m" or "1h30m".
func ParseDuration(text string) (time.Duration, error) {
	duration, err := model.ParseDuration(text)
	if err != nil || len(text) > maxText {
		return 0, &SyntaxError{Text: text, Reason: "is no duration", Advice: `write a duration such as "30s", "5m" or "1h30m"`}
	}
	return time.Duration(duration), nil
}

// FormatDuration prints a duration as Prometheus reads it, in days and less: "1h30m", "30d". Durations below a
// millisecond are cut to whole ones; a negative one has a minus sign in front.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(-d)
	}
	text := ""
	for _, step := range []struct {
		unit string
		size time.Duration
	}{
		{"d", 24 * time.Hour}, {"h", time.Hour}, {"m", time.Minute}, {"s", time.Second}, {"ms", time.Millisecond},
	} {
		if d >= step.size {
			text += strconv.FormatInt(int64(d/step.size), 10) + step.unit
			d %= step.size
		}
	}
	if text == "" {
		return "0s"
	}
	return text
}
