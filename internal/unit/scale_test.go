package unit

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strconv"
	"testing"
)

func TestAScaleMultipliesTheDecimalNumber(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	scales := []scale{{100, 0}, {0, 100}, {1e3, 0}, {1e9, 0}, {0, 60}, {3600, 0}, {1 << 30, 0}, {0, 1 << 40}, {1e21, 7}, {86400, 2.6298e6}}
	for range 200_000 {
		var v float64
		switch random.IntN(4) {
		case 0:
			v = math.Round(random.Float64()*1e6) / 1e6
		case 1:
			v = float64(random.IntN(1e6)-5e5) / math.Pow10(random.IntN(9))
		case 2:
			v = math.Float64frombits(random.Uint64())
		case 3:
			v = random.NormFloat64() * math.Pow10(random.IntN(40)-20)
		}
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		s := scales[random.IntN(len(scales))]
		numerator, denominator := s.parts()
		exactly, _ := new(big.Rat).SetString(strconv.FormatFloat(v, 'g', -1, 64))
		exactly.Mul(exactly, new(big.Rat).SetFloat64(numerator))
		exactly.Quo(exactly, new(big.Rat).SetFloat64(denominator))
		if want, _ := exactly.Float64(); s.apply(v) != want {
			t.Fatalf("%v times %v is %v, want %v", v, s, s.apply(v), want)
		}
	}
}
