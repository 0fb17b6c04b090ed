package plan

// What is paid to a brand for a missing share, on top of the value of its offers, is found as the multipliers of the
// problem "the most value such that every brand has its share" are: each sweep meets prices that react gently to what it
// does itself (a steep reaction would freeze the first division: two openings have to change hands for one gain), and
// after it the prices stay where they have come to. What a brand has beyond its share is taxed in the same way, so that
// a small brand is not swamped by what others leave.
const (
	promise     = 0.90 // of a brand's share: what a plan is to keep
	target      = 0.93 // of a brand's share: nothing is paid for what is missing above it; what is over the promise is reserve
	plenty      = 1.50 // of a brand's share: what is above it is taxed
	gentle      = 1.0  // the reaction of a price to a whole share, in mean values
	firm        = 6.0  // and in the last sweeps, which are to meet the shares
	gentleTurns = 9
	firmTurns   = 4
	noShare     = 1e6 // a brand without any share takes only what nobody else wants
)

// worth moves the openings of the groups given to where they are worth most while every brand keeps its share.
func (p *pass) worth(groups []int32) {
	mean := p.mean
	part := p.part(groups)
	for i := range gentleTurns + firmTurns {
		reaction := gentle * mean
		if i >= gentleTurns {
			reaction = firm * mean
		}
		price := func(b int) { p.quote(b, mean, reaction) }
		p.sweep(groups, 1, p.got, price, func(c *cell) []uint16 { return c.own })
		for b := range p.paid {
			p.paid[b], p.taxed[b] = p.multipliers(b, reaction*part)
		}
	}
}

// multipliers are what a brand is paid and taxed per reach, as it stands.
func (p *pass) multipliers(b int, reaction float64) (paid, taxed float64) {
	if p.fair[b] <= 0 {
		return 0, 0
	}
	level := p.got[b] / p.fair[b]
	return max(0, p.paid[b]+reaction*(p.aim(b)-level)), max(0, p.taxed[b]+reaction*(level-plenty))
}

// aim is the part of its share that a brand is paid up to. A brand of few posts aims higher, so that it can miss one.
func (p *pass) aim(b int) float64 {
	return min(1, max(target, promise+p.usual/p.fair[b]))
}

// quote sets a brand's price, and how fast it falls with reach.
func (p *pass) quote(b int, mean, reaction float64) {
	if p.fair[b] <= 0 {
		p.price[b], p.slope[b] = -noShare*mean, 0
		return
	}
	paid, taxed := p.multipliers(b, reaction)
	p.price[b], p.slope[b] = paid-taxed, 0
	if paid > 0 || taxed > 0 {
		p.slope[b] = reaction / p.fair[b]
	}
}

// part is how much of all openings the groups given have. Prices move for good only by that much: a single group cannot
// bring a brand its share, and that it cannot is no reason to pay ever more.
func (p *pass) part(groups []int32) float64 {
	if len(groups) == len(p.cells) {
		return 1
	}
	some, all := 0, 0
	for _, g := range groups {
		some += len(p.cells[g].open)
	}
	for g := range p.cells {
		all += len(p.cells[g].open)
	}
	return float64(some) / float64(max(all, 1))
}

// meanValue is the mean of the best wish of each group: the scale of prices.
func (p *pass) meanValue() float64 {
	sum, n := 0.0, 0
	for g := range p.cells {
		best := float32(0)
		for i := range p.cells[g].wish {
			best = max(best, p.cells[g].wish[i].value)
		}
		if best > 0 {
			sum += float64(best)
			n++
		}
	}
	if n == 0 {
		return 1
	}
	return sum / float64(n)
}
