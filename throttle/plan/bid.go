package plan

import (
	"math/bits"

	"siyu/throttle"
)

// maxBrands is how many brands a bid can name.
const maxBrands = 1 << 16

// bid is a brand's wish for one opening of a group: the k-th wish of a brand has the value of its k-th best offer there.
type bid struct {
	value float32
	brand uint16
	part  bool // only some openings are possible: see masks
}

// bids lists what the brands want in a group: as many wishes of each as its own rules leave room for. Whether the kernel
// agrees is seen when the turns are filled; here only the rules that count a brand's or an offer's own posts are
// estimated, so that few choices are refused there.
func (w *worker) bids(g int) {
	w.wish, w.masks = w.wish[:0], w.masks[:0]
	group := &w.s.Groups[g]
	if len(w.open) == 0 {
		return
	}
	w.thresholds(g)
	fresh, _ := w.room(group, nil)
	for from := 0; from < len(group.Edges); {
		brand := w.s.Offers[group.Edges[from].Offer].Brand
		to := from + 1
		for to < len(group.Edges) && w.s.Offers[group.Edges[to].Offer].Brand == brand {
			to++
		}
		w.wishes(group, brand, group.Edges[from:to], fresh)
		from = to
	}
}

// thresholds notes the least value worth a post at each opening if all before it are used.
func (w *worker) thresholds(g int) {
	w.least = w.least[:0]
	w.before = w.before[:0]
	for _, o := range w.open {
		least := 0.0
		if w.s.Least != nil {
			least = w.s.Least(g, o.s, w.before)
			w.before = append(w.before, Turn{Offer: -1, Slot: int(o.slot), S: o.s, E: o.e})
		}
		w.least = append(w.least, least)
	}
}

// wishes appends those of one brand.
func (w *worker) wishes(group *Group, brand int, edges []Edge, room int) {
	allowed := uint64(1)<<len(w.open) - 1
	if len(w.open) == maxSlots {
		allowed = ^uint64(0)
	}
	id := w.s.Brands[brand].ID
	touched := false
	for i := range group.Ask.Live {
		if group.Ask.Live[i].Brand == id {
			touched = true
			break
		}
	}
	full := allowed
	if touched {
		w.ends = w.ends[:0]
		for i := range group.Ask.Live {
			if l := &group.Ask.Live[i]; l.Brand == id {
				w.ends = append(w.ends, l.E)
			}
		}
		room, allowed = w.room(group, w.ends)
	}
	if room == 0 {
		return
	}
	first := len(w.wish)
	wish := bid{brand: uint16(brand)} //nolint:gosec // check: fewer than maxBrands
	for _, e := range edges {
		mask := w.possible(group, e, touched) & allowed
		if mask != 0 {
			wish.value = e.Value
			w.insert(first, room, wish, mask)
		}
	}
	var any uint64
	for _, m := range w.masks[first:] {
		any |= m
	}
	for i := first; i < len(w.wish); i++ { // a wish is a brand's, not an offer's: it may take any opening that one of them can
		w.masks[i], w.wish[i].part = any, any != full
	}
}

// insert keeps the best room wishes of a brand in order of value.
func (w *worker) insert(first, room int, b bid, mask uint64) {
	at := len(w.wish)
	for at > first && w.wish[at-1].value < b.value {
		at--
	}
	if at-first >= room {
		return
	}
	if len(w.wish)-first < room {
		w.wish, w.masks = append(w.wish, bid{}), append(w.masks, 0)
	}
	copy(w.wish[at+1:], w.wish[at:])
	copy(w.masks[at+1:], w.masks[at:])
	w.wish[at], w.masks[at] = b, mask
}

// possible are the openings that an offer's flight, its value and its own earlier posts allow.
func (w *worker) possible(group *Group, e Edge, touched bool) uint64 {
	if e.Value <= 0 || w.spent[e.Offer] {
		return 0
	}
	o := &w.s.Offers[e.Offer]
	var mask uint64
	for j := range w.open {
		at := w.open[j].s
		if o.Start <= at && (o.End == 0 || o.End > at) && float64(e.Value) >= w.least[j] {
			mask |= 1 << j
		}
	}
	if !touched || mask == 0 {
		return mask
	}
	for i := range group.Ask.Live {
		if l := &group.Ask.Live[i]; l.Offer == o.ID {
			for _, r := range group.Ask.Rules {
				if r.Scope == throttle.ScopeOffer && r.K == 1 {
					mask = w.from(mask, l.E, r.W)
				}
			}
		}
	}
	return mask
}

// from takes away the openings before an end plus a window.
func (w *worker) from(mask uint64, end, window int64) uint64 {
	for m := mask; m != 0; m &= m - 1 {
		if j := bits.TrailingZeros64(m); w.open[j].s-window < end {
			mask &^= 1 << j
		}
	}
	return mask
}

// room estimates how many of the openings a brand can use beside its own earlier posts, given by their ends, and which.
func (w *worker) room(group *Group, ends []int64) (int, uint64) {
	var mask uint64
	w.taken = append(w.taken[:0], ends...)
	n := 0
	for j, o := range w.open {
		alone, more := true, true
		for _, r := range group.Ask.Rules {
			if r.Scope != throttle.ScopeBrand {
				continue
			}
			alone = alone && count(ends, o.s-r.W) < r.K
			more = more && count(w.taken, o.s-r.W) < r.K
		}
		if alone {
			mask |= 1 << j
		}
		if more {
			n++
			w.taken = append(w.taken, o.e)
		}
	}
	return n, mask
}

// count counts the ends after an instant.
func count(ends []int64, after int64) int {
	n := 0
	for _, e := range ends {
		if e > after {
			n++
		}
	}
	return n
}
