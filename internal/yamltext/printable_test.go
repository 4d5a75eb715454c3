package yamltext

import (
	"bytes"
	"testing"
)

func TestEightBytesAreTakenAtOnceWhereEachMayStand(t *testing.T) {
	for c := range 256 {
		for at := range 8 {
			for _, other := range []byte{' ', 'a', '~'} {
				text := bytes.Repeat([]byte{other}, 8)
				text[at] = byte(c)
				if got, want := allPrintable(string(text)), ' ' <= c && c <= '~'; got != want {
					t.Fatalf("%q: %v, want %v", text, got, want)
				}
			}
		}
	}
}
