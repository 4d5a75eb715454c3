package promql

import "github.com/belfry-dev/belfry/internal/diag"

// Code is a code of findings, with what it means.
type Code struct {
	Code     string
	Severity diag.Severity // the worst that it is reported with
	Warns    bool          // an error in bad cases, a warning in milder ones
	Summary  string        // a clause
	Why      string
}

// The codes.
const (
	codeAbsentNever      = "promql/absent-never"
	codeAggregatesOne    = "promql/aggregates-one"
	codeBool             = "promql/bool"
	codeChangesOfInfo    = "promql/changes-of-info"
	codeConstant         = "promql/constant-comparison"
	codeDeltaOfCounter   = "promql/delta-of-counter"
	codeInvertedShare    = "promql/inverted-share"
	codeLabelReplace     = "promql/label-replace"
	codeLabelValue       = "promql/label-value"
	codeManyToOne        = "promql/many-to-one"
	codeNeverMatches     = "promql/never-matches"
	codeOppositeWindows  = "promql/opposite-windows"
	codeOrAlways         = "promql/or-always"
	codeQuantileNoLe     = "promql/quantile-without-le"
	codeQuantileOf       = "promql/quantile-of-non-bucket"
	codeQuantileRange    = "promql/quantile-range"
	codeRangeShort       = "promql/range-too-short"
	codeRateOfGauge      = "promql/rate-of-gauge"
	codeRateWithIncrease = "promql/rate-with-increase"
	codeRawCounter       = "promql/raw-counter"
	codeUnitMismatch     = "promql/unit-mismatch"
	codeUnknownLabel     = "promql/unknown-label"
	codeUnknownMetric    = "promql/unknown-metric"
	codeUnreachableComp  = "promql/unreachable-comparison"
	codeWindowThresholds = "promql/window-thresholds"
	codeZeroDivisor      = "promql/zero-divisor"
)

// Codes lists what Analyze finds, by code.
var Codes = []Code{
	{codeAbsentNever, diag.Error, false, "absent() is asked of what always has a result",
		"vector(…), and whatever stands before or vector(…), is never absent: the alert would never fire."},
	{codeAggregatesOne, diag.Warning, false, "one series is aggregated",
		"An aggregation without by leaves one series, and an aggregation of one series changes nothing: the inner one should keep a label."},
	{codeBool, diag.Warning, false, "an alert compares with bool",
		"With bool a comparison gives 0 or 1 for every series instead of keeping those for which it holds, and an alert fires for every result."},
	{codeChangesOfInfo, diag.Error, false, "the changes of an info metric are counted",
		"An info metric is always 1. What changes is its labels, and each set of labels is a series of its own."},
	{codeConstant, diag.Warning, false, "a comparison always holds",
		"It filters nothing, so that what it should decide is not decided."},
	{codeDeltaOfCounter, diag.Warning, false, "a counter is treated as a gauge",
		"delta(), deriv() and predict_linear() take a counter's start at zero for a fall. increase() and rate() know better."},
	{codeInvertedShare, diag.Warning, false, "a whole is divided by its part",
		"The result is never below 1, where a share is never above 1: the sides are exchanged."},
	{codeLabelReplace, diag.Error, false, "label_replace() has a pattern that is no regular expression",
		"The expression parses, but every evaluation fails."},
	{codeLabelValue, diag.Error, true, "a matcher names a value that its label never has",
		"The selector is always empty, and an alert on it never fires. A negative matcher on such a value excludes nothing."},
	{codeManyToOne, diag.Error, true, "several series of one side match one of the other",
		"Without group_left or group_right Prometheus refuses to evaluate the expression as soon as two series match."},
	{codeNeverMatches, diag.Error, true, "the two sides of an operator can never match",
		"Prometheus matches series by their labels. The result is always empty, and an alert on it never fires."},
	{codeOppositeWindows, diag.Warning, false, "two windows of one quantity are compared in opposite directions",
		"Two windows are asked for so that an alert starts and ends in time: both must exceed the threshold. One above and one below holds only while it is being crossed."},
	{codeOrAlways, diag.Error, false, "an alert fires for what or adds",
		"x or vector(0) adds 0 unless x has a series without labels. Where all series of x have labels the 0 is always there, and an alert that 0 fulfils always fires."},
	{codeQuantileOf, diag.Error, true, "a quantile is taken of what are no buckets",
		"histogram_quantile() needs the rates of the buckets, or of native histograms; of other series it gives nothing or nonsense."},
	{codeQuantileRange, diag.Error, false, "a quantile lies outside 0 to 1",
		"The 95th percentile is 0.95; of 95 the result is always +Inf."},
	{codeQuantileNoLe, diag.Error, false, "the buckets have lost their label le",
		"histogram_quantile() tells the buckets apart by le. Without it the result is always empty."},
	{codeRangeShort, diag.Error, true, "a range holds too few samples",
		"A rate needs two samples. Below twice the scrape interval there is often only one; below four times, one failed scrape leaves a hole."},
	{codeRateOfGauge, diag.Error, true, "a rate is taken of what is no counter",
		"rate(), irate() and increase() take each fall for a restart at zero, so that a gauge that goes up and down gives nonsense."},
	{codeRateWithIncrease, diag.Warning, false, "a rate meets an increase",
		"rate() is per second and increase() is of the whole range, so that their quotient or sum depends on how long the range is."},
	{codeRawCounter, diag.Warning, false, "a counter is compared or drawn as it is",
		"A counter tells how much came up since its process started. What matters is its rate() or increase()."},
	{codeUnitMismatch, diag.Error, true, "values of different units meet",
		"Seconds and bytes cannot be added or compared, nor can seconds and milliseconds without a conversion."},
	{codeUnknownLabel, diag.Error, true, "a label is named that no series has",
		"A matcher on it selects nothing, and a grouping by it groups by nothing."},
	{codeUnknownMetric, diag.Error, true, "there is no metric of that name",
		"The query would always be empty, and an alert on it would never fire."},
	{codeUnreachableComp, diag.Error, true, "a comparison can never hold",
		"A share never exceeds 1, a rate is never below 0, and a quantile never exceeds the last bucket: an alert on it never fires."},
	{codeWindowThresholds, diag.Warning, false, "two windows of one quantity are compared with thresholds that are far apart",
		"Two windows are asked for so that an alert starts and ends in time: both must exceed one threshold. Where one is ten times the other, its window decides alone, " +
			"and most often one of the two is in another unit, or was changed without the other."},
	{codeZeroDivisor, diag.Warning, false, "a divisor is filled up with zeros",
		"Where or puts 0 for what is absent, a quotient by it is +Inf or NaN there. Zeros belong into what is divided."},
}
