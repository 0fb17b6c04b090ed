package models

import (
	"slices"
	"testing"
)

// TestInBatches: of ids that repeat each is given once, in their order, a thousand at a time; so nobody's rows are read twice
// because her id stood in two batches.
func TestInBatches(t *testing.T) {
	t.Parallel()
	var want, all, got []MemberID
	for i := range 1500 {
		want = append(want, MemberID(i+1))
	}
	all = append(append(all, want...), want...)
	err := inBatches(all, func(some []MemberID) error {
		if len(some) > batch {
			t.Errorf("%d at a time", len(some))
		}
		got = append(got, some...)
		return nil
	})
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%d of %d ids, %v", len(got), len(want), err)
	}
}
