package fatigue

import "math"

// phis is the grid on which a group's belief stands. The base rate has no grid: for each sensitivity the evidence leaves
// one likely value of it, found by iteration, with a bell around it. (Six fixed base rates were too coarse: what fell
// between two of them was blamed on the ads.)
const phis = 15

// Sensitivity phi: extra leaves per member and day at exposure 1, from nothing measurable to a group that one ad a day
// would empty within weeks. Steps of a factor 1.8.
const (
	phiLeast = 5e-7
	phiStep  = 1.8
)

func phiAt(i int) float64 { return phiLeast * math.Pow(phiStep, float64(i)) }

// Belief is what is believed of one group: its own evidence, seen through the prior that all groups share. Belief values
// are made by Learn and by Observe; the zero value knows nothing and must Learn a prior first.
type Belief struct {
	Evidence Evidence

	weight   [Models][phis]float64 // posterior, sums to 1
	base     float64               // posterior mean of the base leave rate
	baseLow  float64               // one standard deviation down
	baseHigh float64               // and up
	models   [Models]moments       // what each model makes of the evidence, taken alone
}

// moments are one model's reading of the evidence.
type moments struct {
	logZ            float64 // how well it explains it
	logMean, logVar float64 // log phi, given the model
	base            float64 // base rate, given the model
	extra           float64 // leaves that ads caused, given the model
}

// Observe counts what was seen, and reports how many leaves were foreseen. The belief itself moves at the next Learn.
func (b *Belief) Observe(o Observation) (expected float64) {
	expected = max(0, o.MemberDays) * b.Rate(o.X)
	b.Evidence.add(o, expected)
	return expected
}

// Rate is the leave rate expected at an exposure, per member and day.
func (b *Belief) Rate(x [Memories]float64) float64 { return b.base + b.Extra(x) }

// Extra is the part of the leave rate that the ads cause.
func (b *Belief) Extra(x [Memories]float64) float64 {
	sum := 0.0
	for m := range b.weight {
		mean := 0.0
		for i, w := range b.weight[m] {
			mean += w * phiAt(i)
		}
		sum += mean * models[m].at(x)
	}
	return sum
}

// Base is the leave rate without ads, with one standard deviation around it.
func (b *Belief) Base() (mean, low, high float64) { return b.base, b.baseLow, b.baseHigh }

// Phi is the q-quantile of the sensitivity.
func (b *Belief) Phi(q float64) float64 {
	var marginal [phis]float64
	for m := range b.weight {
		for i, w := range b.weight[m] {
			marginal[i] += w
		}
	}
	sum := 0.0
	for i, w := range marginal {
		if sum += w; sum >= q {
			return phiAt(i)
		}
	}
	return phiAt(phis - 1)
}

// Model is how much the i-th explanation is believed.
func (b *Belief) Model(i int) float64 {
	sum := 0.0
	for _, w := range b.weight[i] {
		sum += w
	}
	return sum
}

// cell is one sensitivity under one model.
type cell struct {
	log        float64 // log weight
	base, spot float64 // likely base rate and its standard deviation
}

// Learn works the posterior out of the evidence and the prior.
func (b *Belief) Learn(p Prior) {
	var cells [Models][phis]cell
	top := math.Inf(-1)
	for m := range models {
		hits := b.Evidence.hits(models[m])
		for i := range cells[m] {
			c := &cells[m][i]
			*c = hits.cell(phiAt(i), p.Base[m])
			// Complaints come from ads alone, so they speak of the sensitivity without any base rate in between.
			c.log += p.phi[m][i] + b.Evidence.complaints*math.Log(phiAt(i)) - p.Voice*phiAt(i)*hits.load
			top = max(top, c.log)
		}
	}
	b.weigh(&cells, p, top)
}

// weigh turns log weights into the posterior and its moments.
func (b *Belief) weigh(cells *[Models][phis]cell, p Prior, top float64) {
	var total, base, base2 float64
	for m := range cells {
		var sum, rates, logs, logs2, phi float64
		for i, c := range cells[m] {
			w := math.Exp(c.log-top) + math.SmallestNonzeroFloat64
			x := math.Log(phiAt(i))
			sum, rates, logs, logs2, phi = sum+w, rates+w*c.base, logs+w*x, logs2+w*x*x, phi+w*phiAt(i)
			w *= p.Model[m]
			b.weight[m][i] = w
			total += w
			base, base2 = base+w*c.base, base2+w*(c.base*c.base+c.spot*c.spot)
		}
		mean := logs / sum
		b.models[m] = moments{
			logZ: top + math.Log(sum), logMean: mean, logVar: max(0, logs2/sum-mean*mean), base: rates / sum,
			extra: phi / sum * b.Evidence.load(models[m]),
		}
	}
	for m := range b.weight {
		for i := range b.weight[m] {
			b.weight[m][i] /= total
		}
	}
	b.base = base / total
	sd := math.Sqrt(max(0, base2/total-b.base*b.base))
	b.baseLow, b.baseHigh = max(0, b.base-sd), b.base+sd
}

// hits is the evidence as one model sees it: the levels at which somebody left.
type hits struct {
	n          int
	leaves     [bins]float64
	form, vary [bins]float64 // mean and variance of the form on the days of those leaves
	days, load float64       // all member-days, and the form over them
}

func (e *Evidence) hits(m model) *hits {
	h := new(hits)
	counts := &e.counts[m.memory]
	for j := range counts {
		c := &counts[j]
		h.days, h.load = h.days+c.days, h.load+c.load(m)
		if c.leaves > 0 {
			h.leaves[h.n] = c.leaves
			h.form[h.n], h.vary[h.n] = c.struck(m)
			h.n++
		}
	}
	return h
}

// cell finds the likely base rate for a sensitivity, and how well both explain the evidence: the Poisson log likelihood
// of the leaves, the prior of the base rate (a Gamma of shape priorFirm), and the width of the bell around it (Laplace).
func (h *hits) cell(phi, usual float64) cell {
	base := usual
	days := h.days + priorFirm/usual
	for range 12 {
		own := float64(priorFirm)
		for j := range h.n {
			own += h.leaves[j] * base / (base + phi*h.form[j])
		}
		next := own / days
		done := math.Abs(next-base) < 1e-3*base
		if base = next; done {
			break
		}
	}
	log := priorFirm*math.Log(base/usual) - base*days - phi*h.load
	curve := float64(priorFirm)
	for j := range h.n {
		rate := base + phi*h.form[j]
		log += h.leaves[j] * (math.Log(rate) - phi*phi*h.vary[j]/(2*rate*rate))
		curve += h.leaves[j] * (base / rate) * (base / rate)
	}
	return cell{log: log - math.Log(curve)/2, base: base, spot: base / math.Sqrt(curve)}
}
