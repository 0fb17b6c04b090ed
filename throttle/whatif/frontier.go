package whatif

import (
	"cmp"
	"slices"
)

// point is what a policy costs and brings.
type point struct{ lost, value float64 }

// frontier is the best that fixed caps can do: from no posts at all on, ever more value for ever more members lost, with
// straight lines between the caps that were tried. Caps that lose more members and bring no more value are left out.
type frontier []point

func newFrontier(points []point) frontier {
	points = slices.Clone(points)
	slices.SortFunc(points, func(a, b point) int { return cmp.Or(cmp.Compare(a.lost, b.lost), cmp.Compare(b.value, a.value)) })
	f := frontier{{}}
	for _, p := range points {
		if p.value > f[len(f)-1].value {
			f = append(f, p)
		}
	}
	return f
}

// value is the most value for so many members lost.
func (f frontier) value(lost float64) float64 {
	for i := 1; i < len(f); i++ {
		if a, b := f[i-1], f[i]; lost < b.lost {
			return a.value + (b.value-a.value)*(lost-a.lost)/(b.lost-a.lost)
		}
	}
	return f[len(f)-1].value
}

// lost is the fewest members lost for so much value. More value than any cap brings is held against the cap that brings
// most.
func (f frontier) lost(value float64) float64 {
	for i := 1; i < len(f); i++ {
		if a, b := f[i-1], f[i]; value < b.value {
			return a.lost + (b.lost-a.lost)*(value-a.value)/(b.value-a.value)
		}
	}
	return f[len(f)-1].lost
}

// mostGain stands for "more than tenfold": a share of nearly nothing says nothing.
const mostGain = 10

// gain is by which share a is more than b.
func gain(a, b float64) float64 {
	if a == b {
		return 0
	}
	if a > (1+mostGain)*b {
		return mostGain
	}
	return a/b - 1
}
