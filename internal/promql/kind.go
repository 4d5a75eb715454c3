package promql

// Kind is how the values of an expression behave over time.
type Kind uint8

// The kinds. The zero Kind is not known.
const (
	KindUnknown   Kind = iota
	KindGauge          // goes up and down
	KindCounter        // only grows, and starts again at zero
	KindInfo           // always 1: its labels tell something
	KindState          // 0 or 1: whether something is so
	KindDelta          // how much came up in a range: increase()
	KindRate           // how much comes up per second: rate()
	KindTimestamp      // a point in time, in seconds since 1970
	KindConstant       // a number that the expression itself holds
)

// kindNames are nouns for messages.
var kindNames = [...]string{
	KindUnknown: "unknown", KindGauge: "gauge", KindCounter: "counter", KindInfo: "info", KindState: "state", KindDelta: "increase",
	KindRate: "rate", KindTimestamp: "timestamp", KindConstant: "constant",
}

// String is the kind as a noun.
func (k Kind) String() string { return kindNames[k] }

// Shape is what one sample holds.
type Shape uint8

// The shapes. The zero Shape is not known: a metric that nobody declared may be a native histogram.
const (
	ShapeUnknown   Shape = iota
	ShapeNumber          // one number
	ShapeBucket          // one number that counts the observations up to the bound in label le: a classic histogram's bucket
	ShapeHistogram       // a native histogram
)

var shapeNames = [...]string{
	ShapeUnknown: "unknown", ShapeNumber: "number", ShapeBucket: "classic bucket", ShapeHistogram: "native histogram",
}

// String is the shape as a noun.
func (s Shape) String() string { return shapeNames[s] }

// agreed is what two operands are together: what both are, or unknown.
func agreed[T comparable](a, b T) T {
	if a == b {
		return a
	}
	var unknown T
	return unknown
}
