package fatigue

import "math"

// Prior is what all groups share: how sensitive groups are and how much they differ, how many leave anyway, and which
// model explains leaves. Each model has its own numbers: a recovery time of three days makes the same leaves out of less
// exposure than one of fourteen. Pool learns it.
type Prior struct {
	LogPhi [Models]float64 // mean of log phi over groups
	Spread [Models]float64 // standard deviation of log phi over groups
	Base   [Models]float64 // base leave rate per member and day
	Model  [Models]float64 // how much each model is believed; sums to 1
	Voice  float64         // complaints for one leave that ads cause

	phi [Models][phis]float64 // log weights of the grid
}

// What is believed before anything is seen, and how firmly. The base rate is what healthy groups lose (0.05-0.29% a day
// is reported). The sensitivity is a wide guess: a factor of nearly four to either side is one standard deviation.
const (
	priorPhi        = 1.5e-5
	priorPhiSpread  = 0.9
	priorGroupSD    = 0.9
	priorGroupNu    = 10 // groups' worth of belief in priorGroupSD
	priorBase       = 8e-4
	priorBaseLeaves = 20   // leaves' worth of belief in priorBase
	priorFirm       = 6    // groups differ by about 40% in their base rate
	priorVoice      = 0.1  // few complain: one for ten who leave, our guess...
	priorVoiced     = 10   // ...worth so many leaves
	evidenceWeight  = 0.15 // of a group's word on the model: days of one group are not independent
)

// usualPhi is where the sensitivity of each model is guessed: half way to doing the same harm at three posts a week.
func usualPhi(m int) float64 {
	return math.Log(priorPhi) - math.Log(memory[models[m].memory]/memory[1])
}

// NewPrior is the belief before anything is seen.
func NewPrior() Prior {
	p := Prior{Model: modelPrior, Voice: priorVoice}
	for m := range models {
		p.LogPhi[m], p.Spread[m], p.Base[m] = usualPhi(m), math.Hypot(priorGroupSD, priorPhiSpread), priorBase
	}
	return p.made()
}

// made fills in the grid: a bell with a floor under it, so that nothing is impossible.
func (p Prior) made() Prior {
	for m := range p.phi {
		sum := 0.0
		for i := range p.phi[m] {
			z := (math.Log(phiAt(i)) - p.LogPhi[m]) / p.Spread[m]
			p.phi[m][i] = math.Exp(-z*z/2) + 0.002
			sum += p.phi[m][i]
		}
		for i := range p.phi[m] {
			p.phi[m][i] = math.Log(p.phi[m][i] / sum)
		}
	}
	return p
}

// Pool is one step of learning the prior from the groups' beliefs (an EM step: repeat it, daily or a few times a week,
// with Learn in between). The groups' own evidence is not changed.
func Pool(before Prior, groups []*Belief) Prior {
	p := before
	var logZ [Models]float64
	for m := range models {
		n, sum := 0.0, 0.0
		days, anyway := priorBaseLeaves/priorBase, float64(priorBaseLeaves)
		for _, b := range groups {
			if watched, _ := b.Evidence.Totals(); watched > 0 {
				n++
				sum += b.models[m].logMean
				days += watched
				anyway += watched * b.models[m].base
				logZ[m] += b.models[m].logZ - b.models[0].logZ
			}
		}
		if n == 0 {
			return before
		}
		p.Base[m] = anyway / days
		p.LogPhi[m], p.Spread[m] = bell(before, groups, m, n, sum)
	}
	p.Model = mixture(logZ)
	heard, left := float64(priorVoice*priorVoiced), float64(priorVoiced)
	for _, b := range groups {
		heard += b.Evidence.complaints
		for m := range models {
			left += p.Model[m] * b.models[m].extra
		}
	}
	p.Voice = heard / left
	return p.made()
}

// bell is how sensitive n groups are under a model, sum being that of their means of log phi.
func bell(before Prior, groups []*Belief, m int, n, sum float64) (mean, spread float64) {
	within := before.Spread[m] * before.Spread[m]
	tight := 1 / (priorPhiSpread * priorPhiSpread)
	mean = (usualPhi(m)*tight + sum/within) / (tight + n/within)
	squares := priorGroupNu * priorGroupSD * priorGroupSD
	for _, b := range groups {
		if watched, _ := b.Evidence.Totals(); watched > 0 {
			away := b.models[m].logMean - mean
			squares += b.models[m].logVar + away*away
		}
	}
	// With few groups the mean itself is uncertain, and a group's prior must be as wide as that.
	return mean, math.Sqrt(squares/(priorGroupNu+n) + 1/(tight+n/within))
}

// mixture weighs the models by what all groups say; none is ever ruled out.
func mixture(logZ [Models]float64) (p [Models]float64) {
	top, sum := math.Inf(-1), 0.0
	for m := range p {
		p[m] = math.Log(modelPrior[m]) + evidenceWeight*logZ[m]
		top = max(top, p[m])
	}
	for m := range p {
		p[m] = max(math.Exp(p[m]-top), 1e-3)
		sum += p[m]
	}
	for m := range p {
		p[m] /= sum
	}
	return p
}
