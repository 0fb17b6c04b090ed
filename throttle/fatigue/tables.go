package fatigue

import "math"

// The scales of a member's worth, in units of a group's usual best offer, for which tables are made: from ten to some
// twenty thousand, in steps of a factor three; in between they are interpolated.
const (
	scales     = 8
	scaleLeast = 10
	scaleStep  = 3
)

// Market is what all groups' thresholds have in common.
type Market struct {
	Base      float64            // leave rate without ads, per member and day
	Mutes     float64            // members who mute the group for one who leaves because of ads
	Horizon   float64            // days ahead that clicks count
	Blindness float64            // share of the response lost per unit of exposure
	Step      float64            // what the usual post adds to the exposure; 0 is 1
	Shape     [Quantiles]float64 // values of best offers as multiples of their group's mean
}

// Tables are the thresholds of a market for every (model, sensitivity, scale of worth), worked out when first asked for
// and shared by all groups. Not safe for several goroutines at once.
type Tables struct {
	market Market
	made   [Models][scales]*[phis]Thresholds
}

// NewTables starts the tables of a market.
func NewTables(m Market) *Tables {
	if m.Shape == [Quantiles]float64{} {
		m.Shape = usualShape
	}
	return &Tables{market: m}
}

// usualShape is the spread of best offers believed before any were seen: bounded, a little skewed.
var usualShape = [Quantiles]float64{0.45, 0.62, 0.74, 0.84, 0.93, 1.02, 1.12, 1.24, 1.4, 1.64}

// of are the thresholds of one model and scale for all sensitivities, in units of the group's usual best offer. A more
// sensitive group never has a lower threshold.
func (t *Tables) of(m, scale int) *[phis]Thresholds {
	if made := t.made[m][scale]; made != nil {
		return made
	}
	made := new([phis]Thresholds)
	for i := range made {
		made[i] = Solve(Problem{
			Harm: phiAt(i) * (1 + t.market.Mutes), Linear: models[m].linear, Memory: memory[models[m].memory],
			Base: t.market.Base, Horizon: t.market.Horizon, Worth: scaleLeast * math.Pow(scaleStep, float64(scale)),
			Blindness: t.market.Blindness, Step: t.market.Step, Values: t.market.Shape,
		})
		if i > 0 {
			for j := range made[i] {
				made[i][j] = max(made[i][j], made[i-1][j])
			}
		}
	}
	t.made[m][scale] = made
	return made
}
