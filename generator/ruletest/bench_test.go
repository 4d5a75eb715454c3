package ruletest

import "testing"

// BenchmarkEmit makes the tests of the reference's 26 alerts.
func BenchmarkEmit(b *testing.B) {
	p, _ := reference(b)
	for b.Loop() {
		if _, err := Emit(p); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkVerify reads them.
func BenchmarkVerify(b *testing.B) {
	p, _ := reference(b)
	artifacts, err := Emit(p)
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := Verify(artifacts[0]); err != nil {
			b.Fatal(err)
		}
	}
}
