package offers_test

import (
	"context"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// TestAnyPartitionIsOneByOne: however claims fall into batches, everybody is told what she would be told if they came one by one
// in the same order. Two offers that are alike are claimed by the same people with the same keys, one way and the other.
func TestAnyPartitionIsOneByOne(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		members := h.members(6)
		members = append(members, h.follower("a-follower"), 12345) // and somebody who does not exist
		h.identify(named("person-0"), followed("a-follower"))
		round := 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			d := h.draft(rapid.IntRange(1, 9).Draw(r, "stock"))
			d.PerMember = rapid.IntRange(1, 3).Draw(r, "limit")
			one, two := h.open(d), h.open(d)
			d = h.draft(9)
			d.PerMember = 2
			other := h.open(d)
			asks := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) [2]int {
				return [2]int{rapid.IntRange(0, len(members)-1).Draw(r, "who"), rapid.IntRange(0, 3).Draw(r, "key")}
			}), 1, 30).Draw(r, "claims")
			inputs := func(o models.OfferID, way string) []offers.ClaimInput {
				if _, err := h.claim(members[1], other.ID, fmt.Sprintf("%s-%d-key-0", way, round)); err != nil {
					r.Fatal(err)
				}
				all := make([]offers.ClaimInput, len(asks))
				for i, a := range asks {
					all[i] = offers.ClaimInput{Community: h.community, Member: members[a[0]], Offer: o, Key: fmt.Sprintf("%s-%d-key-%d", way, round, a[1])}
				}
				return all
			}
			var serial, parts told
			for _, in := range inputs(one.ID, "one") {
				serial.add(h.service.ClaimTogether(context.Background(), []offers.ClaimInput{in}))
			}
			for rest := inputs(two.ID, "two"); len(rest) > 0; {
				n := rapid.IntRange(1, len(rest)).Draw(r, "batch")
				parts.add(h.service.ClaimTogether(context.Background(), rest[:n]))
				rest = rest[n:]
			}
			for i := range asks {
				if serial.answers[i] != parts.answers[i] {
					r.Fatalf("claim %d of %v: one by one %q, in batches %q", i, asks, serial.answers[i], parts.answers[i])
				}
			}
			a, err := h.read().Offer(one.ID)
			b, errB := h.read().Offer(two.ID)
			if err != nil || errB != nil || a.Claimed != b.Claimed || a.Claimed != len(serial.codes) {
				r.Fatalf("%d and %d claimed, %d codes, %v %v", a.Claimed, b.Claimed, len(serial.codes), err, errB)
			}
		})
	})
}

// told is what people were told, in words that do not depend on ids and codes.
type told struct {
	codes   []string
	answers []string
}

func (w *told) add(got []offers.Claimed, errs []error) {
	for i := range got {
		which := -1
		for j, c := range w.codes {
			if c == got[i].Code {
				which = j
			}
		}
		if which < 0 && got[i].Code != "" {
			which, w.codes = len(w.codes), append(w.codes, got[i].Code)
		}
		w.answers = append(w.answers, fmt.Sprintf("%s voucher %d, number %d", models.CodeOf(errs[i]), which, got[i].Seq))
	}
}
