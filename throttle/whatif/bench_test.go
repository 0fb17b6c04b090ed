package whatif

import "testing"

// BenchmarkSeed is all policies in one crowd of the base world.
func BenchmarkSeed(b *testing.B) {
	w := Default()
	for b.Loop() {
		runSeed(b.Context(), &w, 1)
	}
}
