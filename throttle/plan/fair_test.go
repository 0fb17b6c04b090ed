package plan_test

import (
	"sort"
	"testing"

	"siyu/throttle/plan"
	"siyu/throttle/plan/planbench"
)

// What every plan must show: each brand has nine tenths of what it is entitled to, the brands' shares are even, and that
// costs at most a twentieth of the greedy value wherever any plan that is as fair can do so.
const (
	leastShare  = 0.90
	leastJain   = 0.95
	leastValue  = 0.95
	belowBound  = 0.015 // how much of the greedy value a plan may miss of the best that is as fair
	seedsAShape = 2
	boundRounds = 40
)

func TestShares(t *testing.T) {
	t.Parallel()
	for _, shape := range planbench.Shapes() {
		t.Run(shape.Name, func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(seedsAShape) {
				if seed > 0 && (shape.Groups > 1000 || testing.Short()) {
					break
				}
				checkShares(t, shape, seed+1)
			}
		})
	}
}

func checkShares(t *testing.T, shape planbench.Shape, seed uint64) {
	t.Helper()
	s := shape.Snapshot(seed)
	p, err := plan.Make(s)
	if err != nil {
		t.Fatal(err)
	}
	right := entitled(s)
	value, reach := planbench.Value(s, p.Turns)
	naive, _ := planbench.Naive(s)
	greedy, greedyReach := planbench.Value(s, func(g int) []plan.Turn { return naive[g] })
	post := 0.0 // the largest single post: what can be divided no further
	for g := range s.Groups {
		post = max(post, float64(s.Groups[g].Reach))
	}
	var shares, greedyShares, levels []float64
	least, worst := 1e9, 0
	for b, x := range right {
		if x <= 0 {
			continue
		}
		shares, greedyShares = append(shares, reach[b]/x), append(greedyShares, greedyReach[b]/x)
		levels = append(levels, (float64(s.Brands[b].Delivered)+reach[b])/s.Brands[b].Weight)
		if share := reach[b] / x; share < least {
			least, worst = share, b
		}
	}
	bound := bestValue(s, right, leastShare) / greedy
	t.Logf("seed %d, %d groups, %d offers, %d brands: least share %.3f (greedy %.3f), Jain of shares %.3f (greedy %.3f), of levels %.3f, "+
		"value %.4f of greedy, at most %.4f at these shares", seed, len(s.Groups), len(s.Offers), len(s.Brands), least,
		minOf(greedyShares), planbench.Jain(shares), planbench.Jain(greedyShares), planbench.Jain(levels), value/greedy, bound)
	if least < leastShare && reach[worst] < leastShare*right[worst]-post {
		t.Errorf("brand %d has %.3f of the %.0f it is entitled to", worst, least, right[worst])
	}
	if least < leastShare && right[worst] > 20*post {
		t.Errorf("brand %d has %.3f of the %.0f it is entitled to", worst, least, right[worst])
	}
	if j := planbench.Jain(shares); j < leastJain {
		t.Errorf("Jain's index is %.3f", j)
	}
	if value < leastValue*greedy && value/greedy < bound-belowBound {
		t.Errorf("value %.4f of greedy; a plan that is as fair may have %.4f", value/greedy, bound)
	}
	if shape.Name == planbench.Main && value < leastValue*greedy {
		t.Errorf("value %.4f of greedy", value/greedy)
	}
}

func minOf(all []float64) float64 {
	least := all[0]
	for _, x := range all {
		least = min(least, x)
	}
	return least
}

// bestValue bounds from above the value of any plan in which every brand has a part of what it is entitled to: whatever is
// paid per reach to a brand for being served, minus what that part would earn it. It looks at whole groups, each brand
// once, wherever in the week: more than the rules allow.
func bestValue(s *plan.Snapshot, right []float64, part float64) float64 {
	type wish struct {
		value float64
		brand int
	}
	wishes, room := make([][]wish, len(s.Groups)), make([]int, len(s.Groups))
	scale := 0.0
	for g := range s.Groups {
		room[g] = len(roomOf(s, g))
		for _, edges := range byBrand(s, g) {
			best := 0.0
			for _, e := range edges {
				best = max(best, float64(e.Value))
			}
			wishes[g] = append(wishes[g], wish{best, s.Offers[edges[0].Offer].Brand})
			scale = max(scale, best)
		}
	}
	paid, bound := make([]float64, len(s.Brands)), 1e18
	for round := range boundRounds {
		got, value := make([]float64, len(s.Brands)), 0.0
		for g := range wishes {
			w, reach := wishes[g], float64(s.Groups[g].Reach)
			sort.Slice(w, func(i, j int) bool { return w[i].value+paid[w[i].brand] > w[j].value+paid[w[j].brand] })
			for _, x := range w[:min(room[g], len(w))] {
				value += (x.value + paid[x.brand]) * reach
				got[x.brand] += reach
			}
		}
		for b := range paid {
			value -= paid[b] * part * right[b]
		}
		bound = min(bound, value)
		for b := range paid {
			if right[b] > 0 {
				paid[b] = max(0, paid[b]+0.1*scale/(1+float64(round)/8)*(part-got[b]/right[b]))
			}
		}
	}
	return bound
}
