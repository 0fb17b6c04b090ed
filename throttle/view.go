package throttle

import (
	"siyu/models"
)

// View is what the ledger has read of some groups, to be asked anything about them. Nothing is locked and nothing changes:
// what it says was true when it was read.
type View struct{ d *desk }

// Change is rules that are not stored, in place of the newest revision of a group or, with Group zero, of the community.
type Change struct {
	Group models.GroupID
	Rules models.Rules
}

// View reads some groups, and some offers that will be asked about, in few statements; with a change as if its rules were in
// force already.
func (l *Ledger) View(sc *models.Scope, groups []models.Group, offers []models.OfferID, change *Change) (*View, error) {
	read := l.policy
	if change != nil {
		text, err := change.Rules.Text()
		if err != nil {
			return nil, err
		}
		read = func(g models.Group, newest map[models.GroupID]models.Policy) (policy, error) {
			own := newest[change.Group]
			own.RulesJSON, own.Rev = text, own.Rev+1
			newest[change.Group] = own
			p, err := l.fresh(g, newest)
			own.Rev-- // it is read again for the next group
			newest[change.Group] = own
			return p, err
		}
	}
	d, err := l.sitUnder(sc, groups, offers, false, read)
	if err != nil {
		return nil, err
	}
	return &View{d: d}, nil
}

// Question is one that a view is asked: about a group, and an offer if it is not nil. An offer that was not named when the
// view was read is taken as it is, without vetoes and near groups: a draft has none.
type Question struct {
	Group     models.GroupID
	Offer     *models.Offer
	Placement models.Placement // the one that waits, if there is one
}

// Answer is the kernel's, with what it was asked.
type Answer struct {
	Verdict
	Input    Input
	Now      int64 // the time in the group
	Readable bool  // the group has rules; if not, the kernel was not asked
}

// Ask answers some questions, in their order.
func (v *View) Ask(questions []Question) ([]Answer, error) {
	out := make([]Answer, len(questions))
	for from := 0; from < len(questions); {
		seen := map[models.GroupID]bool{}
		to := from
		for ; to < len(questions) && !seen[questions[to].Group]; to++ { // hooks are asked about a group once at a time
			seen[questions[to].Group] = true
		}
		if err := v.askSome(questions[from:to], out[from:to]); err != nil {
			return nil, err
		}
		from = to
	}
	return out, nil
}

func (v *View) askSome(questions []Question, out []Answer) error {
	asks := make([]Ask, len(questions))
	for i, q := range questions {
		asks[i] = v.d.ask(q.Group, q.Placement)
		if q.Offer != nil {
			asks[i].Offer = *q.Offer
		}
	}
	more, err := v.d.l.hooked(v.d.sc, asks)
	if err != nil {
		return err
	}
	for i, q := range questions {
		if _, readable := v.d.policies[q.Group]; !readable {
			out[i].Verdict = Verdict{Reasons: Reasons(0).With(NoPolicy), Deciding: NoPolicy, Next: Never}
			continue
		}
		out[i].Readable = true
		out[i].Input, out[i].Now = v.d.input(q.Group, q.Offer, more[i])
		out[i].Verdict = v.d.verdict(q.Group, out[i].Input, out[i].Now)
	}
	return nil
}

// Limits are a group's rules, all levels together; false if it has none that can be read.
func (v *View) Limits(group models.GroupID) (models.Rules, bool) {
	p, ok := v.d.policies[group]
	return p.limits, ok
}

// Longest is how far back posts count in a group, milliseconds.
func (v *View) Longest(group models.GroupID) int64 { return v.d.policies[group].longest }

// Near lists the groups that share so many members with a group that the same offer keeps away from both.
func (v *View) Near(group models.GroupID) []models.Overlap { return v.d.near[group] }
