package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer"
	"github.com/aws/aws-sdk-go-v2/service/costexplorer/types"
)

// Limits of one refresh.
const (
	mostPages   = 100 // a dollar: nobody has as many services, so that an endless list is a defect of whoever answers
	mostSeconds = 120
)

// total is the group of a cost that is not divided.
const total = ""

// invalidError is an answer that cannot be believed.
type invalidError struct{ message string }

func (e *invalidError) Error() string { return e.message }

func invalid(format string, arguments ...any) error {
	return &invalidError{fmt.Sprintf(format, arguments...)}
}

// explorer asks Cost Explorer.
type explorer struct {
	client *costexplorer.Client
	config config
}

// monthToDate is the period of Cost Explorer from the first of the month to today, both included, in UTC: its end is
// excluded (GetCostAndUsage, TimePeriod), and so is tomorrow, on the last of December too.
func monthToDate(now time.Time) (start, end string) {
	year, month, day := now.UTC().Date()
	first := time.Date(year, month, 1, 0, 0, 0, 0, time.UTC)
	tomorrow := time.Date(year, month, day+1, 0, 0, 0, 0, time.UTC)
	return first.Format(time.DateOnly), tomorrow.Format(time.DateOnly)
}

// cost returns the cost of the month to date by group. It is the whole answer of all pages or an error. Credits and refunds
// make amounts negative, and are part of the cost.
func (e *explorer) cost(ctx context.Context, now time.Time) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, mostSeconds*time.Second)
	defer cancel()
	start, end := monthToDate(now)
	request := e.request(start, end)
	amounts := map[string]float64{}
	seen := map[string]bool{}
	for {
		page, err := e.client.GetCostAndUsage(ctx, request)
		if err != nil {
			return nil, err
		}
		if err := e.add(amounts, page, start); err != nil {
			return nil, err
		}
		token := aws.ToString(page.NextPageToken)
		if token == "" {
			return amounts, nil
		}
		if seen[token] || len(seen)+1 >= mostPages {
			return nil, invalid("the list of pages does not end: page %d leads to %q", len(seen)+1, token)
		}
		seen[token] = true
		request.NextPageToken = page.NextPageToken
	}
}

func (e *explorer) request(start, end string) *costexplorer.GetCostAndUsageInput {
	request := &costexplorer.GetCostAndUsageInput{
		TimePeriod:  &types.DateInterval{Start: &start, End: &end},
		Granularity: types.GranularityMonthly,
		Metrics:     []string{e.config.Cost},
	}
	if e.config.GroupBy != "" {
		request.GroupBy = []types.GroupDefinition{{Type: types.GroupDefinitionTypeDimension, Key: &e.config.GroupBy}}
	}
	var filters []types.Expression
	for _, key := range slices.Sorted(maps.Keys(e.config.Tags)) {
		filters = append(filters, types.Expression{Tags: &types.TagValues{
			Key: &key, Values: e.config.Tags[key], MatchOptions: []types.MatchOption{types.MatchOptionEquals},
		}})
	}
	switch len(filters) {
	case 0:
	case 1: // And takes two or more
		request.Filter = &filters[0]
	default:
		request.Filter = &types.Expression{And: filters}
	}
	return request
}

// add adds one page. A group may stand on several.
func (e *explorer) add(amounts map[string]float64, page *costexplorer.GetCostAndUsageOutput, start string) error {
	if len(page.ResultsByTime) != 1 {
		return invalid("an answer for one month has %d periods", len(page.ResultsByTime))
	}
	result := page.ResultsByTime[0]
	if result.TimePeriod == nil || aws.ToString(result.TimePeriod.Start) != start {
		return invalid("the answer is not for the month that begins on %s", start)
	}
	if e.config.GroupBy == "" {
		amount, err := e.amount(result.Total)
		amounts[total] += amount
		return err
	}
	for _, group := range result.Groups {
		if len(group.Keys) != 1 {
			return invalid("a group has %d keys, and one dimension was asked for", len(group.Keys))
		}
		amount, err := e.amount(group.Metrics)
		if err != nil {
			return fmt.Errorf("%s: %w", group.Keys[0], err)
		}
		amounts[group.Keys[0]] += amount
	}
	return nil
}

// amount reads the one metric that was asked for.
func (e *explorer) amount(metrics map[string]types.MetricValue) (float64, error) {
	value, ok := metrics[e.config.Cost]
	if !ok {
		return 0, invalid("the answer has no %s", e.config.Cost)
	}
	if unit := aws.ToString(value.Unit); unit != e.config.Currency {
		return 0, invalid("the cost is in %q, and the metric is declared in %s", unit, e.config.Currency)
	}
	amount, err := strconv.ParseFloat(aws.ToString(value.Amount), 64)
	if err != nil || math.IsInf(amount, 0) || math.IsNaN(amount) {
		return 0, invalid("%q is no amount", aws.ToString(value.Amount))
	}
	return amount, nil
}

// reasons of failed refreshes: values of the label reason.
const (
	reasonDenied    = "denied"    // the role lacks ce:GetCostAndUsage, or there are no credentials
	reasonThrottled = "throttled" // too many requests in the account
	reasonInvalid   = "invalid"   // an answer that cannot be believed
	reasonOther     = "other"     // the network, or a failure of AWS
)

var reasons = []string{reasonDenied, reasonInvalid, reasonOther, reasonThrottled}

// codes are the errors of Cost Explorer and of AWS' signature check that have a reason of their own
// (https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/CommonErrors.html).
var codes = map[string]string{
	"AccessDeniedException": reasonDenied, "UnrecognizedClientException": reasonDenied, "InvalidSignatureException": reasonDenied,
	"ExpiredTokenException": reasonDenied, "MissingAuthenticationTokenException": reasonDenied, "OptInRequired": reasonDenied,
	"LimitExceededException": reasonThrottled, "ThrottlingException": reasonThrottled, "TooManyRequestsException": reasonThrottled,
}

// reasonOf classifies the error of a refresh.
func reasonOf(err error) string {
	var mistaken *invalidError
	if errors.As(err, &mistaken) {
		return reasonInvalid
	}
	var coded interface{ ErrorCode() string }
	if errors.As(err, &coded) {
		if reason, ok := codes[coded.ErrorCode()]; ok {
			return reason
		}
	}
	return reasonOther
}
