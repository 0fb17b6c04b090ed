package plan_test

import (
	"math"

	"siyu/throttle"
	"siyu/throttle/plan"
)

// The oracle of entitlements: which reach can the brands have at most, by maximum flow, and which of the reachable
// amounts is the weighted max-min fair one? It shares nothing with the planner but the kernel.

// network is a flow network with integer capacities; Dinic's algorithm.
type network struct {
	to, next    []int32
	room        []int64
	head        []int32
	level, at   []int32
	queue       []int32
	source, end int32
}

func newNetwork(nodes int) *network {
	n := &network{head: make([]int32, nodes), level: make([]int32, nodes), at: make([]int32, nodes)}
	for i := range n.head {
		n.head[i] = -1
	}
	return n
}

// add makes an edge and returns its index; the one after it is its reverse.
func (n *network) add(from, to int32, room int64) int {
	i := len(n.to)
	n.to = append(n.to, to, from)
	n.next = append(n.next, n.head[from], n.head[to])
	n.room = append(n.room, room, 0)
	n.head[from], n.head[to] = int32(i), int32(i+1)
	return i
}

func (n *network) levels() bool {
	for i := range n.level {
		n.level[i] = -1
	}
	n.level[n.source] = 0
	n.queue = append(n.queue[:0], n.source)
	for q := 0; q < len(n.queue); q++ {
		v := n.queue[q]
		for i := n.head[v]; i >= 0; i = n.next[i] {
			if w := n.to[i]; n.room[i] > 0 && n.level[w] < 0 {
				n.level[w] = n.level[v] + 1
				n.queue = append(n.queue, w)
			}
		}
	}
	return n.level[n.end] >= 0
}

func (n *network) push(v int32, amount int64) int64 {
	if v == n.end {
		return amount
	}
	sent := int64(0)
	for ; n.at[v] >= 0; n.at[v] = n.next[n.at[v]] {
		i := n.at[v]
		if w := n.to[i]; n.room[i] > 0 && n.level[w] == n.level[v]+1 {
			d := n.push(w, min(amount-sent, n.room[i]))
			n.room[i] -= d
			n.room[i^1] += d
			if sent += d; sent == amount {
				return sent
			}
		}
	}
	return sent
}

func (n *network) flow() int64 {
	sum := int64(0)
	for n.levels() {
		copy(n.at, n.head)
		sum += n.push(n.source, math.MaxInt64)
	}
	return sum
}

// entitlements solves the fair division of a snapshot exactly, up to thousandths of a member.
type entitlements struct {
	s     *plan.Snapshot
	net   *network
	tap   []int // by brand: the edge from the source
	fresh []int64
	x     []float64 // by brand: reach
}

const unit = 1000 // capacities are thousandths of a member

// entitled returns each brand's weighted max-min fair reach.
func entitled(s *plan.Snapshot) []float64 {
	e := &entitlements{s: s, x: make([]float64, len(s.Brands))}
	e.build()
	all := make([]int, len(s.Brands))
	for b := range all {
		all[b] = b
	}
	e.solve(all, map[int]bool{})
	return e.x
}

// build asks the kernel what a group has room for, which of it a brand can use, and how often.
func (e *entitlements) build() {
	s := e.s
	type use struct {
		brand, times int
		mask         uint64
	}
	uses := make([][]use, len(s.Groups))
	rooms := make([]int, len(s.Groups))
	nodes := 2 + len(s.Brands)
	for g := range s.Groups {
		open := roomOf(s, g)
		rooms[g] = len(open)
		for _, edges := range byBrand(s, g) {
			if times, mask := usable(s, g, edges, open); times > 0 {
				uses[g] = append(uses[g], use{brand: s.Offers[edges[0].Offer].Brand, times: times, mask: mask})
			}
		}
		nodes += len(open)
		for _, u := range uses[g] {
			if bitsOf(u.mask) > u.times {
				nodes++
			}
		}
	}
	e.net = newNetwork(nodes)
	e.net.source, e.net.end = 0, 1
	for b := range s.Brands {
		e.tap = append(e.tap, e.net.add(0, int32(2+b), 0))
	}
	node := int32(2 + len(s.Brands))
	for g := range s.Groups {
		reach := s.Groups[g].Reach * unit
		first := node
		for range rooms[g] {
			e.net.add(node, 1, reach)
			node++
		}
		for _, u := range uses[g] {
			from := int32(2 + u.brand)
			if bitsOf(u.mask) > u.times {
				e.net.add(from, node, int64(u.times)*reach)
				from = node
				node++
			}
			for j := range rooms[g] {
				if u.mask&(1<<j) != 0 {
					e.net.add(from, first+int32(j), reach)
				}
			}
		}
	}
	e.fresh = append([]int64(nil), e.net.room...)
}

// run is the greatest flow with the given amounts at the taps.
func (e *entitlements) run(amount func(b int) int64) int64 {
	copy(e.net.room, e.fresh)
	for b, i := range e.tap {
		e.net.room[i] = amount(b)
	}
	return e.net.flow()
}

// solve divides what the fixed brands leave among those given: all at one level if that can be; else those that cannot
// reach it among themselves first, and the others what is left then.
func (e *entitlements) solve(brands []int, fixed map[int]bool) {
	active := map[int]bool{}
	for _, b := range brands {
		active[b] = true
	}
	all := e.run(func(b int) int64 {
		switch {
		case active[b]:
			return math.MaxInt64 / 4
		case fixed[b]:
			return int64(e.x[b] * unit)
		}
		return 0
	})
	for b := range fixed {
		all -= int64(e.x[b] * unit)
	}
	level := e.level(brands, float64(all)/unit)
	want := int64(0)
	for _, b := range brands {
		e.x[b] = e.at(b, level)
		want += int64(e.x[b] * unit)
	}
	sum := int64(0)
	for b := range fixed {
		sum += int64(e.x[b] * unit)
	}
	got := e.run(func(b int) int64 {
		if active[b] || fixed[b] {
			return int64(e.x[b] * unit)
		}
		return 0
	})
	if len(brands) == 1 || got >= want+sum-int64(len(e.x)+len(fixed)+2)*2 {
		return
	}
	var tight, loose []int
	for _, b := range brands {
		if e.net.level[2+b] >= 0 {
			tight = append(tight, b)
		} else {
			loose = append(loose, b)
		}
	}
	if len(tight) == 0 || len(loose) == 0 {
		return
	}
	e.solve(tight, fixed)
	for _, b := range tight {
		fixed[b] = true
	}
	e.solve(loose, fixed)
	for _, b := range tight {
		delete(fixed, b)
	}
}

func (e *entitlements) at(b int, level float64) float64 {
	return math.Max(0, e.s.Brands[b].Weight*level-float64(e.s.Brands[b].Delivered))
}

// level is where the brands together have an amount.
func (e *entitlements) level(brands []int, amount float64) float64 {
	lo, hi := 0.0, 1e12
	for range 200 {
		mid, sum := (lo+hi)/2, 0.0
		for _, b := range brands {
			sum += e.at(b, mid)
		}
		if sum < amount {
			lo = mid
		} else {
			hi = mid
		}
	}
	return lo
}

func bitsOf(mask uint64) int {
	n := 0
	for ; mask != 0; mask &= mask - 1 {
		n++
	}
	return n
}

// roomOf lists the instants at which a group alone has room, one in each stretch at most.
func roomOf(s *plan.Snapshot, g int) []int64 {
	in := s.Groups[g].Ask
	in.Live = append([]throttle.Entry(nil), in.Live...)
	var open []int64
	for k := range len(s.Slots) - 1 {
		v := throttle.Decide(in, s.Slots[k])
		if !v.Allow && v.Next < s.Slots[k+1] {
			v = throttle.Decide(in, v.Next)
		}
		if v.Allow {
			open = append(open, v.S)
			in.Live = append(in.Live, throttle.Entry{Interval: throttle.Interval{S: v.S, E: v.E}})
		}
	}
	return open
}

func byBrand(s *plan.Snapshot, g int) [][]plan.Edge {
	var all [][]plan.Edge
	edges := s.Groups[g].Edges
	for i := 0; i < len(edges); {
		j := i
		for j < len(edges) && s.Offers[edges[j].Offer].Brand == s.Offers[edges[i].Offer].Brand {
			j++
		}
		all = append(all, edges[i:j])
		i = j
	}
	return all
}

// usable tells how many of the openings a brand can use if it had the group for itself, and which come into question.
func usable(s *plan.Snapshot, g int, edges []plan.Edge, open []int64) (times int, mask uint64) {
	in := s.Groups[g].Ask
	own := append([]throttle.Entry(nil), in.Live...)
	used := map[int32]bool{}
	for j, at := range open {
		took := false
		for _, e := range edges {
			o := s.Offers[e.Offer]
			in.Brand, in.Offer, in.Start, in.End = s.Brands[o.Brand].ID, o.ID, o.Start, o.End
			in.Live = s.Groups[g].Ask.Live
			if mask&(1<<j) == 0 && throttle.Decide(in, at).Allow {
				mask |= 1 << j
			}
			if in.Live = own; took || used[e.Offer] {
				if mask&(1<<j) != 0 {
					break
				}
				continue
			}
			if v := throttle.Decide(in, at); v.Allow {
				times, took, used[e.Offer] = times+1, true, true
				own = append(own, throttle.Entry{Interval: throttle.Interval{S: v.S, E: v.E}, Brand: in.Brand, Offer: in.Offer})
			}
		}
	}
	return times, mask
}
