package whatif

import (
	"math"
	"slices"
)

// Report is what Compare found.
type Report struct {
	Worlds  []WorldReport `json:"worlds"`
	Summary Summary       `json:"summary"`
}

// WorldReport is one world.
type WorldReport struct {
	Name     string `json:"name"`
	About    string `json:"about"`
	Seeds    int    `json:"seeds"`
	Days     int    `json:"days"`
	Policies []Row  `json:"policies"` // in the order of PolicyNames
	Caps     []Row  `json:"caps"`     // ranked caps from hardly any to two a day: the frontier
	Siyu     *Gains `json:"siyu,omitempty"`
}

// Row is what a policy came to, as the mean of the seeds.
type Row struct {
	Name         string  `json:"name"`
	PostsPerWeek float64 `json:"posts_per_week"` // and group
	SponsorValue float64 `json:"sponsor_value"`  // clicks
	MembersLost  float64 `json:"members_lost"`   // driven away or made mute by posts
	TotalValue   float64 `json:"total_value"`    // clicks, and what the members are worth who stayed
}

// Gains is how Siyu compares; shares are fractions, and negative where it loses.
type Gains struct {
	FrontierValue   Share   `json:"frontier_value"`   // more sponsor value than the best fixed cap that loses as many members
	FrontierLost    Share   `json:"frontier_lost"`    // fewer members lost than by the best fixed cap that brings as much
	FirstComeValue  Share   `json:"first_come_value"` // more sponsor value than three a week, first come
	FirstComeLost   Share   `json:"first_come_lost"`  // fewer members lost than by it
	UnthrottledLost Share   `json:"unthrottled_lost"` // fewer members lost than without any throttle
	Regret          float64 `json:"regret"`           // share of total value that the world's best policy has more
	Best            string  `json:"best"`             // which that is, the caps of the frontier included
}

// Share is a fraction and its 95 % confidence interval over paired seeds.
type Share struct {
	Mean float64 `json:"mean"`
	Low  float64 `json:"low"`
	High float64 `json:"high"`
}

// Summary is all worlds in one line; fractions, 0.75 is 75 % better.
type Summary struct {
	RegretMean           float64 `json:"regret_mean"`
	RegretMax            float64 `json:"regret_max"`
	FirstComeValueMedian float64 `json:"first_come_value_median"`
	FirstComeLostMedian  float64 `json:"first_come_lost_median"`
	FrontierValueMin     float64 `json:"frontier_value_min"`
	FrontierLostMin      float64 `json:"frontier_lost_min"`
	UnthrottledLostMin   float64 `json:"unthrottled_lost_min"`
}

// PolicyNames are the policies of every report, in order.
func PolicyNames() []string { return namesOf(policies()) }

func namesOf(all []named) []string {
	names := make([]string, len(all))
	for i, p := range all {
		names[i] = p.name
	}
	return names
}

// The policies that gains are measured by.
const (
	ours       = "siyu"
	firstCome  = "fixed-3"
	noThrottle = "unthrottled"
)

func report(worlds []World, runs [][]seedRun) Report {
	var r Report
	for i := range worlds {
		r.Worlds = append(r.Worlds, reportWorld(&worlds[i], runs[i]))
	}
	r.summarise()
	return r
}

func reportWorld(w *World, runs []seedRun) WorldReport {
	r := WorldReport{Name: w.Name, About: w.About, Seeds: len(runs), Days: w.Days}
	for i, name := range namesOf(policies()) {
		r.Policies = append(r.Policies, rowOf(w, name, runs, func(s seedRun) Tally { return s.named[i] }))
	}
	for i, name := range namesOf(sweep()) {
		r.Caps = append(r.Caps, rowOf(w, name, runs, func(s seedRun) Tally { return s.swept[i] }))
	}
	r.Siyu = gains(r, runs)
	return r
}

// rowOf is the mean over the seeds.
func rowOf(w *World, name string, runs []seedRun, of func(seedRun) Tally) Row {
	row := Row{Name: name}
	n := float64(len(runs))
	for _, s := range runs {
		t := of(s)
		row.PostsPerWeek += float64(t.Posts) / float64(w.Groups.Count) / (float64(w.Days) / 7) / n
		row.SponsorValue += float64(t.Clicks) / n
		row.MembersLost += float64(t.Lost) / n
		row.TotalValue += t.Value(w) / n
	}
	for _, x := range []*float64{&row.PostsPerWeek, &row.SponsorValue, &row.MembersLost, &row.TotalValue} {
		*x = digits(*x)
	}
	return row
}

// digits leaves four places after the point: more are noise, and differ between processors.
func digits(x float64) float64 { return math.Round(x*1e4) / 1e4 }

// gains holds Siyu against the others: the means of the seeds against the means, and seed by seed for the intervals. It is
// nil if Siyu was not among the policies.
func gains(r WorldReport, runs []seedRun) *Gains {
	names := PolicyNames()
	us, three, all := slices.Index(names, ours), slices.Index(names, firstCome), slices.Index(names, noThrottle)
	if us < 0 {
		return nil
	}
	pointOf := func(t Tally) point { return point{float64(t.Lost), float64(t.Clicks)} }
	compare := func(siyu, three, all point, caps []point) [5]float64 {
		f := newFrontier(caps)
		return [5]float64{gain(siyu.value, f.value(siyu.lost)), -gain(siyu.lost, f.lost(siyu.value)),
			gain(siyu.value, three.value), -gain(siyu.lost, three.lost), -gain(siyu.lost, all.lost)}
	}
	meanOf := func(row Row) point { return point{row.MembersLost, row.SponsorValue} }
	var caps []point
	for _, row := range r.Caps {
		caps = append(caps, meanOf(row))
	}
	means := compare(meanOf(r.Policies[us]), meanOf(r.Policies[three]), meanOf(r.Policies[all]), caps)
	var bySeed [5][]float64
	for _, s := range runs {
		caps = caps[:0]
		for _, t := range s.swept {
			caps = append(caps, pointOf(t))
		}
		for i, x := range compare(pointOf(s.named[us]), pointOf(s.named[three]), pointOf(s.named[all]), caps) {
			bySeed[i] = append(bySeed[i], x)
		}
	}
	var shares [5]Share
	for i, x := range means {
		half := halfWidth(bySeed[i])
		shares[i] = Share{Mean: digits(x), Low: digits(x - half), High: digits(x + half)}
	}
	g := &Gains{FrontierValue: shares[0], FrontierLost: shares[1], FirstComeValue: shares[2], FirstComeLost: shares[3],
		UnthrottledLost: shares[4]}
	g.Best, g.Regret = best(append(slices.Clone(r.Policies), r.Caps...), r.Policies[us].TotalValue)
	return g
}

// best is the row of most total value, and by which share it has more than value.
func best(rows []Row, value float64) (name string, regret float64) {
	top := rows[0]
	for _, row := range rows {
		if row.TotalValue > top.TotalValue {
			top = row
		}
	}
	if top.TotalValue <= 0 {
		return top.Name, 0
	}
	return top.Name, digits((top.TotalValue - value) / top.TotalValue)
}

// halfWidth of the 95 % interval of a mean; 0 if one seed leaves it unknown.
func halfWidth(x []float64) float64 {
	n := float64(len(x))
	if n < 2 {
		return 0
	}
	mean, squares := 0.0, 0.0
	for _, v := range x {
		mean += v / n
	}
	for _, v := range x {
		squares += (v - mean) * (v - mean)
	}
	return student(len(x)-1) * math.Sqrt(squares/(n-1)/n)
}

// student is the 97.5 % quantile of Student's t.
func student(freedom int) float64 {
	table := []float64{12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
		2.120, 2.110, 2.101, 2.093, 2.086}
	if freedom <= len(table) {
		return table[freedom-1]
	}
	return 1.96 + 2.5/float64(freedom) // within 0.005 from here on
}

// summarise fills in the summary from the worlds.
func (r *Report) summarise() {
	var regrets, values, losses, atLoss, atValue, all []float64
	for _, w := range r.Worlds {
		if w.Siyu == nil {
			return
		}
		regrets = append(regrets, w.Siyu.Regret)
		values = append(values, w.Siyu.FirstComeValue.Mean)
		losses = append(losses, w.Siyu.FirstComeLost.Mean)
		atLoss = append(atLoss, w.Siyu.FrontierValue.Mean)
		atValue = append(atValue, w.Siyu.FrontierLost.Mean)
		all = append(all, w.Siyu.UnthrottledLost.Mean)
	}
	total := 0.0
	for _, x := range regrets {
		total += x
	}
	r.Summary = Summary{RegretMean: digits(total / float64(len(regrets))), RegretMax: slices.Max(regrets),
		FirstComeValueMedian: median(values), FirstComeLostMedian: median(losses), FrontierValueMin: slices.Min(atLoss),
		FrontierLostMin: slices.Min(atValue), UnthrottledLostMin: slices.Min(all)}
}

func median(x []float64) float64 {
	x = slices.Sorted(slices.Values(x))
	return (x[(len(x)-1)/2] + x[len(x)/2]) / 2
}
