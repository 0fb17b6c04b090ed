package fatigue

// Overrides are the organiser's own words. They stand over what was learned, and under the hard caps: nothing here can
// make a post possible that the rules refuse. Zero values overrule nothing.
type Overrides struct {
	Worth       float64 `json:"worth,omitempty"`       // of a kept member-day, in clicks
	Sensitivity float64 `json:"sensitivity,omitempty"` // fixed phi, instead of the learned one
	Ceiling     int     `json:"ceiling,omitempty"`     // posts in seven days: one more hard cap
	Least       float64 `json:"least,omitempty"`       // value below which nothing is sent, clicks per member
	StopAtRed   bool    `json:"stop_at_red,omitempty"` // nothing while ads cause more than half of the leaves
	Forget      int64   `json:"forget,omitempty"`      // what was seen before this instant does not count (forget and relearn)
}

// Tighten joins two levels of overrides, say the community's and the group's: the stricter word wins.
func (o Overrides) Tighten(p Overrides) Overrides {
	return Overrides{
		Worth: max(o.Worth, p.Worth), Sensitivity: max(o.Sensitivity, p.Sensitivity), Ceiling: lesser(o.Ceiling, p.Ceiling),
		Least: max(o.Least, p.Least), StopAtRed: o.StopAtRed || p.StopAtRed, Forget: max(o.Forget, p.Forget),
	}
}

// lesser is the smaller of two caps of which 0 is none.
func lesser(a, b int) int {
	if a <= 0 || b > 0 && b < a {
		return max(b, 0)
	}
	return a
}

// Apply fixes what the organiser fixed.
func (b *Belief) Apply(o Overrides) {
	if !(o.Sensitivity > 0) {
		return
	}
	at := 0
	for at < phis-1 && phiAt(at) < o.Sensitivity { // rounded up: the strict side
		at++
	}
	for m := range b.weight {
		total := b.Model(m)
		b.weight[m] = [phis]float64{}
		b.weight[m][at] = total
	}
}

// Learned is one learned value as people see it: what it means, in which unit, and between which bounds it lies with a
// chance of about 80%.
type Learned struct {
	Name     string  `json:"name"`
	Meaning  string  `json:"meaning"`
	Unit     string  `json:"unit"`
	Value    float64 `json:"value"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Evidence float64 `json:"evidence"`           // how much was seen: see the unit in Of
	Of       string  `json:"of"`                 // member-days, posts, clicks
	Fixed    bool    `json:"fixed,omitempty"`    // by the organiser
	Override string  `json:"overrule,omitempty"` // the key of Overrides that overrules it
}

// z80 is how many standard deviations hold 80% of a bell.
const z80 = 1.28

// Show lists what is believed of a group at an exposure, its own overrides applied.
func (b *Belief) Show(x [Memories]float64, o Overrides) []Learned {
	days, leaves := b.Evidence.Totals()
	base, low, high := b.Base()
	score := b.Score(x, 0.5)
	quick, slow := b.Model(1), b.Model(2)
	recovery := memory[1] + quick*(memory[0]-memory[1]) + slow*(memory[2]-memory[1])
	return []Learned{
		{
			Name: "fatigue", Meaning: "share of today's leaves that sponsored posts cause", Unit: "%", Value: score,
			Low: b.Score(x, 0.1), High: b.Score(x, 0.9), Evidence: leaves, Of: "leaves", Override: "stop_at_red",
		},
		{
			Name: "exposure", Meaning: "sponsored posts still felt", Unit: "posts", Value: x[1], Low: x[0], High: x[2],
			Evidence: days, Of: "member-days",
		},
		{
			Name: "base", Meaning: "members who would leave without sponsored posts", Unit: "per member and day", Value: base,
			Low: max(0, base-z80*(base-low)), High: base + z80*(high-base), Evidence: leaves, Of: "leaves",
		},
		{
			Name: "sensitivity", Meaning: "members who leave because of one post still fully felt", Unit: "per member and day",
			Value: b.Phi(0.5), Low: b.Phi(0.1), High: b.Phi(0.9), Evidence: leaves, Of: "leaves", Fixed: o.Sensitivity > 0,
			Override: "sensitivity",
		},
		{
			Name: "recovery", Meaning: "time after which a third of the annoyance is left", Unit: "days", Value: recovery,
			Low: memory[0], High: memory[2], Evidence: leaves, Of: "leaves",
		},
		{
			Name: "linear", Meaning: "chance that the harm grows in proportion to the posts and not faster", Unit: "share",
			Value: b.Model(3), Low: 0, High: 1, Evidence: leaves, Of: "leaves",
		},
	}
}

// Show lists what is believed of the responses to a brand in a group, given the click rate guessed at first.
func (r Response) Show(guess float64) []Learned {
	rate := guess * r.All.Mean(firmClicks) * r.Group.Mean(firmGroup)
	sd := guess * r.All.Mean(firmClicks) * r.Group.SD(firmGroup)
	fit := r.Match()
	off := r.Brand.Mean(firmBrand) * r.Pair.SD(firmPair)
	return []Learned{
		{
			Name: "click_rate", Meaning: "clicks that a usual offer gets in this group", Unit: "per member", Value: rate,
			Low: max(0, rate-z80*sd), High: rate + z80*sd, Evidence: r.Group.Hits, Of: "clicks",
		},
		{
			Name: "match", Meaning: "responses to this brand beside what was promised", Unit: "times", Value: fit,
			Low: max(0, fit-z80*off), High: fit + z80*off, Evidence: r.Pair.Hits, Of: "clicks",
		},
	}
}

// Bid is an offer that wants to go to a group.
type Bid struct {
	Allowed bool    // by the hard rules; the learner is asked after them, never instead
	Value   float64 // clicks per member, before the group's tiredness
	Weight  float64 // what it adds to the exposure
}

// Admit is the learner's last word on a bid at now: yes, or not before until (never: unless something changes).
func (c *Curve) Admit(e Exposure, now int64, b Bid, o Overrides) (ok bool, until int64) {
	if !b.Allowed || !(b.Value > 0) || !(b.Weight > 0) || b.Value < o.Least {
		return false, never
	}
	until, _ = c.When(e, now, b.Value/b.Weight)
	return until == now, until
}
