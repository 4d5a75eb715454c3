package prove

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/belfry-dev/belfry/internal/ir"
)

// The size of a plot in characters, without its axis.
const (
	plotWidth  = 64
	plotHeight = 7
)

// plot draws the signal over an incident, with the threshold as a dotted line, and below it when the alert fires and resolves.
func (p *Proof) plot(b *strings.Builder, i int) {
	incident := &p.Incidents[i]
	from, to := incident.Timeline[0].After, incident.Ends
	values := sampled(incident.Timeline, from, to)
	threshold := p.threshold(i)
	low, high := threshold, threshold
	for _, v := range values {
		if !math.IsNaN(v) {
			low, high = math.Min(low, v), math.Max(high, v)
		}
	}
	if low > 0 && low < 2*(high-low) {
		low = 0 // it is close enough to show
	}
	if low == high {
		return
	}
	row := func(v float64) int { return int(math.Round((v - low) / (high - low) * (plotHeight - 1))) }
	grid := make([][]rune, plotHeight)
	for y := range grid {
		grid[y] = []rune(strings.Repeat(" ", plotWidth))
		if y == row(threshold) {
			grid[y] = []rune(strings.Repeat("·", plotWidth))
		}
	}
	drawLine(grid, values, row)
	axis := map[int]string{0: p.axis(low), plotHeight - 1: p.axis(high), row(threshold): p.axis(threshold)}
	width := 0
	for _, text := range axis {
		width = max(width, len([]rune(text)))
	}
	for y := plotHeight - 1; y >= 0; y-- {
		fmt.Fprintf(b, "  %*s ┤%s\n", width, axis[y], strings.TrimRight(string(grid[y]), " "))
	}
	p.marks(b, incident, width, func(at time.Duration) int {
		return min(plotWidth-1, int(float64(at-from)/float64(to-from)*plotWidth))
	})
}

// threshold is the value past which the alert fires, in what the plot shows.
func (p *Proof) threshold(i int) float64 {
	switch {
	case p.Alert.SLO == nil || p.Alert.Kind == ir.AlertTraffic:
		return p.Alert.Threshold.Value
	case p.Alert.SLO.SLI == ir.SLISlice && !showsErrors(p.Alert):
		return p.Alert.SLO.Bound.Value
	}
	errors := p.Alert.Tier[i].Factor * (1 - p.Alert.SLO.Objective)
	if p.Alert.SLO.Good && !showsErrors(p.Alert) {
		return 1 - errors
	}
	return errors
}

// axis prints a value of what the plot shows: of time slices the signal that makes them good or bad.
func (p *Proof) axis(v float64) string {
	if slo := p.Alert.SLO; slo != nil && slo.SLI == ir.SLISlice && !showsErrors(p.Alert) {
		return slo.Signal.Default.Unit.Format(v)
	}
	return p.format(v)
}

// sampled is the value in the middle of each column; NaN where there is none.
func sampled(points []Point, from, to time.Duration) []float64 {
	values := make([]float64, plotWidth)
	next := 0
	for x := range values {
		at := from + time.Duration((float64(x)+0.5)/plotWidth*float64(to-from))
		for next < len(points)-1 && points[next+1].After <= at {
			next++
		}
		values[x] = points[next].Value
	}
	return values
}

// drawLine joins the values with a line of box characters.
func drawLine(grid [][]rune, values []float64, row func(float64) int) {
	before := -1
	for x, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			before = -1
			continue
		}
		y := row(v)
		switch {
		case before < 0 || before == y:
			grid[y][x] = '─'
		case before < y:
			grid[before][x], grid[y][x] = '╯', '╭'
		default:
			grid[before][x], grid[y][x] = '╮', '╰'
		}
		for between := min(before, y) + 1; before >= 0 && between < max(before, y); between++ {
			grid[between][x] = '│'
		}
		before = y
	}
}

// marks writes the line below a plot: when the incident begins and ends, and when the alert fires and resolves.
func (p *Proof) marks(b *strings.Builder, incident *Incident, width int, column func(time.Duration) int) {
	line := []rune(strings.Repeat(" ", plotWidth+32))
	free := 0
	put := func(at time.Duration, text string) {
		x := max(column(at), free) // behind the mark before it
		free = x + copy(line[min(x, len(line)):], []rune(text)) + 1
	}
	put(0, "↑0")
	put(incident.FiresAfter, "↑fires "+Duration(incident.FiresAfter))
	put(incident.Lasts+incident.ResolvesAfter, "↑resolves "+Duration(incident.Lasts+incident.ResolvesAfter))
	fmt.Fprintf(b, "  %*s  %s\n", width, "", strings.TrimRight(string(line), " "))
}
