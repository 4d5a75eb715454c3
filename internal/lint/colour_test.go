package lint

import "testing"

func TestColoursAreKnownByNameAndByHue(t *testing.T) {
	for text, want := range map[string]colour{
		"green": colourGreen, "semi-dark-red": colourRed, "super-light-orange": colourOrange, "#73BF69": colourGreen, "#299c46": colourGreen,
		"#d44a3a": colourRed, "#F2495C": colourRed, "#EAB839": colourOrange, "rgba(237, 129, 40, 0.89)": colourOrange, "rgba(50, 172, 45, 0.97)": colourGreen,
		"#FADE2A": colourYellow, "rgb(31, 120, 193)": colourUnknown, "blue": colourUnknown, "#ffffff": colourUnknown, "transparent": colourUnknown,
		"#": colourUnknown, "rgb(": colourUnknown, "": colourUnknown,
	} {
		if got := colourOf(text); got != want {
			t.Errorf("%s is %d, want %d", text, got, want)
		}
	}
}
