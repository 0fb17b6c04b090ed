package keeper

import (
	"context"
	"fmt"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/fatigue"
)

// Report is all that is known of a group's fatigue, for its organiser.
type Report struct {
	Group    models.Group
	Learning models.Learning
	Wishes   models.Fatigue // the organiser's own words that hold
	Seen     int            // groups that the community's common belief was learnt from

	Score, ScoreLow, ScoreHigh float64 // 80% of the belief lies between
	Band                       fatigue.Band
	Exposure                   float64 // sponsored posts still felt
	Threshold                  float64 // the least value worth a post now, clicks per member
	Worth                      float64 // of a member's day that is reckoned with, clicks
	MaxScore                   float64
	UsualAt                    int64 // when the usual post is worth its harm; throttle.Never if not by itself
	Wave                       Wave  // the zero value: none
	Values                     []fatigue.Learned
	Brands                     []BrandReport
	Days                       []models.GroupDay // the last 90
}

// BrandReport is what a brand may expect in a group.
type BrandReport struct {
	Brand   models.Brand
	Match   fatigue.Learned // beside the usual post
	Novelty float64         // 0.5 just seen, 1 fresh
	Value   float64         // clicks per member now
	At      int64           // when its next post is worth its harm; throttle.Never if not by itself
}

// chartDays is how many days a chart shows.
const chartDays = 90

// Report tells an organiser what is known of a group.
func (k *Keeper) Report(ctx context.Context, community models.CommunityID, id models.GroupID) (Report, error) {
	sc := k.o.Store.Read(ctx).In(community)
	g, err := groupOf(sc, id)
	if err != nil {
		return Report{}, err
	}
	policies, err := sc.PoliciesOf([]models.GroupID{id})
	if err != nil {
		return Report{}, err
	}
	wishes := throttle.Wishes(policies, id)
	views, err := k.views(sc, []models.Group{g}, nil, map[models.GroupID]models.Fatigue{id: wishes})
	if err != nil {
		return Report{}, err
	}
	prior, err := sc.Prior()
	if err != nil {
		return Report{}, err
	}
	brands, err := sc.Brands()
	if err != nil {
		return Report{}, err
	}
	r := views[id].report(brands)
	r.Wishes, r.Seen = wishes, prior.GroupsSeen
	r.Days, err = sc.GroupDays([]models.GroupID{id}, calendarOf(g.Zone).day(sc.Now)-chartDays)
	return r, err
}

func groupOf(sc *models.Scope, id models.GroupID) (models.Group, error) {
	g, err := sc.Group(id)
	if models.IsKind(err, models.NotFound) {
		return g, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return g, err
}

// report is what the view tells people.
func (v *View) report(brands []models.Brand) Report {
	b, x := &v.mind.belief, v.exposureAt(v.now)
	r := Report{Group: v.Group, Learning: v.Learning, Score: b.Score(x, middle), ScoreLow: b.Score(x, 0.1), ScoreHigh: b.Score(x, 0.9),
		Exposure: x[1], Threshold: v.price(x), Worth: or(v.rules.Worth, v.k.o.Worth), MaxScore: v.k.o.MaxScore, Wave: v.Wave()}
	r.Band = fatigue.BandOf(r.Score)
	if v.rules.MaxScore > 0 {
		r.MaxScore = float64(v.rules.MaxScore)
	}
	r.UsualAt = v.opens(0, 0)
	r.Values = append(b.Show(x, fatigue.Overrides{Worth: v.rules.Worth}), v.clicks())
	for _, brand := range brands {
		shown := v.answers.response(v.Group.ID, brand.ID).Show(v.answers.rate(v.k.o.Click))
		r.Brands = append(r.Brands, BrandReport{Brand: brand, Match: shown[1], Novelty: v.novelty(brand.ID, v.now),
			Value: v.Value(brand.ID, 0, v.now), At: v.opens(brand.ID, 0)})
	}
	return r
}

// clicks is how many clicks the usual post gets in the group.
func (v *View) clicks() fatigue.Learned {
	return v.answers.response(v.Group.ID, 0).Show(v.answers.rate(v.k.o.Click))[0]
}

// opens is when everything that the keeper holds a brand's post back for is over.
func (v *View) opens(brand models.BrandID, category int64) int64 {
	if v.rules.Off {
		return int64(v.now)
	}
	return max(v.Worthwhile(brand, category), v.calm(), v.full(), int64(v.Wave().Until))
}

// Forget has everything that was learnt of a group forgotten: what was seen until now does not count any more, in what the
// group bears and in what offers bring there, and a pause after a wave of leaves ends. The days stay for people to look at.
// Posts are no lesson but a fact: they are felt as before.
func (k *Keeper) Forget(sc *models.Scope, id models.GroupID, by models.AccountID) error {
	if _, err := groupOf(sc, id); err != nil {
		return err
	}
	g, err := sc.LockGroup(id)
	if err != nil {
		return err
	}
	known, err := sc.LearningsOf([]models.GroupID{id})
	if err != nil {
		return err
	}
	l := models.Learning{GroupID: g.ID, Observed: known[id].Observed, ForgetAt: sc.Now}
	if err := sc.ReplaceLearnings([]models.Learning{l}); err != nil {
		return err
	}
	if err := sc.DeleteRatios(id); err != nil {
		return err
	}
	return sc.AddAudit(by, "fatigue.forget", "group:"+id.String(), fmt.Sprintf("learnt until day %d", known[id].Day))
}
