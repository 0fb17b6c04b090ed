package fatigue

// Models are the explanations of leaves that compete: how the harm grows with the exposure, and how fast it fades. The
// quadratic ones are what opt-out studies of messages look like; Pandora measured a linear one with ads (35 M listeners,
// 21 months).
const Models = 4

// model is one explanation: extra leaves per member and day are phi * form(X[memory]).
type model struct {
	memory int
	linear bool
}

var models = [Models]model{{memory: 1}, {memory: 0}, {memory: 2}, {memory: 1, linear: true}}

// modelPrior is how much each is believed before anything is seen. Seven days are strongly preferred: wide open recovery
// times cost 1-3% of the value in worlds where seven is right.
var modelPrior = [Models]float64{0.85, 0.05, 0.05, 0.05}

// hinge is the exposure at which the linear and the quadratic form do the same harm for the same phi.
const hinge = 3.0

// form is the shape of the harm: X squared, or a straight line.
func (m model) form(x float64) float64 {
	if m.linear {
		return hinge * x
	}
	return x * x
}

// at is the form at an exposure.
func (m model) at(x [Memories]float64) float64 { return m.form(x[m.memory]) }
