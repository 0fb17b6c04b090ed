package whatif

import "testing"

// BenchmarkSeed is all policies in one crowd of the base world.
func BenchmarkSeed(b *testing.B) {
	w := Default()
	for b.Loop() {
		runSeed(b.Context(), &w, 1)
	}
}

// BenchmarkPolicy is one policy in one crowd of the base world.
func BenchmarkPolicy(b *testing.B) {
	w := Default()
	c := newCrowd(&w, 1)
	for _, p := range policies() {
		b.Run(p.name, func(b *testing.B) {
			for b.Loop() {
				simulate(c, p.make())
			}
		})
	}
}
