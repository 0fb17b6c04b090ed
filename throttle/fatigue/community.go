package fatigue

// Terms are what the organiser says about the community; learning needs no more.
type Terms struct {
	Worth     float64 // of a kept member-day, besides the ads she may still click, in clicks
	Ahead     float64 // days for which a member who stays is counted
	Horizon   float64 // days for which the clicks she may still make are counted; 0 is a quarter of a year
	Mutes     float64 // members who mute the group for one who leaves because of ads; negative is the usual two
	Blindness float64 // share of the response lost per unit of exposure
	Overrides         // of all groups
}

// usualMutes is how many members mute the group for one who leaves: 60-75% of those at risk go quiet first (vendors).
const usualMutes = 2

// usualHorizon is how far ahead the clicks of a member are counted, days: nobody knows what will be on offer later.
const usualHorizon = 90

// Group is what is known of one group.
type Group struct {
	Exposure  Exposure
	Belief    Belief
	Values    Values // of its best offers, per unit of exposure they add
	Overrides Overrides
	Curve     Curve // its thresholds; made by Community.Relearn
}

// Community is what its groups learn together. A new one knows nothing but what people commonly believe.
type Community struct {
	Terms  Terms
	Prior  Prior
	Spread Spread  // of best offers' values, all groups together
	Steps  Ratio   // weight of the best offers: Hits over Foreseen is what the usual post adds to the exposure
	tables *Tables // for the present market
}

// NewCommunity starts a community.
func NewCommunity(t Terms) *Community {
	if t.Mutes < 0 {
		t.Mutes = usualMutes
	}
	if t.Horizon <= 0 {
		t.Horizon = usualHorizon
	}
	return &Community{Terms: t, Prior: NewPrior()}
}

// Offered counts the best offer there was for a group on one day, sent or not: its value per unit of exposure, and the
// exposure it adds.
func (c *Community) Offered(g *Group, value, weight float64) {
	if g.Values.Weight > 3 {
		c.Spread.Observe(value, g.Values.Mean(0))
	}
	g.Values.Observe(value)
	c.Steps.Observe(weight, 1)
}

// Relearn lets the groups learn from one another and makes each one's thresholds anew. It is one step: called every few
// days it follows, called in a loop it settles.
func (c *Community) Relearn(groups []*Group) {
	beliefs := make([]*Belief, len(groups))
	mean := Values{}
	for i, g := range groups {
		g.Belief.Learn(c.Prior)
		beliefs[i] = &g.Belief
		mean.Sum, mean.Weight = mean.Sum+g.Values.Sum, mean.Weight+g.Values.Weight
	}
	c.Prior = Pool(c.Prior, beliefs)
	if c.tables == nil {
		c.Reprice()
	}
	step := c.tables.market.Step
	guess := mean.Mean(0)
	for _, g := range groups {
		o := c.Terms.Tighten(g.Overrides)
		worth := c.Terms.Worth
		if o.Worth > 0 {
			worth = o.Worth
		}
		b := &g.Belief
		if o.Sensitivity > 0 {
			fixed := *b
			fixed.Apply(o)
			b = &fixed
		}
		g.Curve = c.tables.Curve(b, g.Values.Mean(guess)*step, worth*c.Terms.Ahead)
	}
}

// Reprice works the thresholds out anew for what is on offer now: once a month, it is the dear part.
func (c *Community) Reprice() {
	base := 0.0
	for m, p := range c.Prior.Model {
		base += p * c.Prior.Base[m]
	}
	c.tables = NewTables(Market{
		Base: base, Mutes: c.Terms.Mutes, Horizon: c.Terms.Horizon, Blindness: c.Terms.Blindness, Step: c.Steps.Mean(10),
		Shape: c.Spread.Shape(),
	})
}
