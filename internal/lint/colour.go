package lint

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// colour is how good what it marks is taken to be.
type colour uint8

const (
	colourUnknown colour = iota // blue, white, purple
	colourGreen
	colourYellow
	colourOrange
	colourRed
)

var colourNames = []struct {
	word   string
	colour colour
}{{"green", colourGreen}, {"yellow", colourYellow}, {"orange", colourOrange}, {"red", colourRed}, {"critical", colourRed},
	{"warning", colourOrange}, {"ok", colourGreen}}

// hues are where the colours lie on the colour wheel, in degrees.
var hues = []struct {
	to     float64
	colour colour
}{{18, colourRed}, {45, colourOrange}, {68, colourYellow}, {75, colourUnknown}, {165, colourGreen}, {335, colourUnknown}, {360, colourRed}}

// colourOf reads a colour of Grafana: a name such as semi-dark-green, #d44a3a, or rgba(50, 172, 45, 0.97).
func colourOf(text string) colour {
	text = strings.ToLower(strings.TrimSpace(text))
	if r, g, b, ok := components(text); ok {
		return byHue(r, g, b)
	}
	for _, known := range colourNames {
		if text == known.word || strings.HasSuffix(text, "-"+known.word) {
			return known.colour
		}
	}
	return colourUnknown
}

func components(text string) (r, g, b float64, ok bool) {
	if digits, isHex := strings.CutPrefix(text, "#"); isHex && len(digits) >= 6 {
		value, err := strconv.ParseUint(digits[:6], 16, 32)
		return float64(value >> 16), float64(value >> 8 & 255), float64(value & 255), err == nil
	}
	_, inner, isRGB := strings.Cut(text, "(")
	if !isRGB || !strings.HasPrefix(text, "rgb") {
		return 0, 0, 0, false
	}
	n, _ := fmt.Sscanf(strings.NewReplacer(",", " ", ")", " ").Replace(inner), "%g %g %g", &r, &g, &b)
	return r, g, b, n == 3
}

// byHue knows a colour by its hue, unless it is nearly grey or black.
func byHue(r, g, b float64) colour {
	highest, lowest := max(r, g, b), min(r, g, b)
	if highest < 60 || highest-lowest < highest/4 {
		return colourUnknown
	}
	var hue float64
	switch spread := highest - lowest; highest {
	case r:
		hue = math.Mod((g-b)/spread+6, 6)
	case g:
		hue = (b-r)/spread + 2
	default:
		hue = (r-g)/spread + 4
	}
	for _, known := range hues {
		if hue*60 <= known.to {
			return known.colour
		}
	}
	return colourUnknown
}
