package handlers

import (
	"fmt"
	"math"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle/fatigue"
	"siyu/throttle/keeper"
)

type fatigueView struct {
	GroupID   models.GroupID     `json:"group_id"`
	Learnt    bool               `json:"learnt"`
	AsOf      models.Millis      `json:"as_of"`
	ForgetAt  models.Millis      `json:"forget_at"`
	Groups    int                `json:"groups"`
	Words     []string           `json:"words"`
	Score     float64            `json:"score"`
	ScoreLow  float64            `json:"score_low"`
	ScoreHigh float64            `json:"score_high"`
	MaxScore  float64            `json:"max_score"`
	Band      string             `json:"band"`
	Doubled   bool               `json:"doubled"`
	Exposure  float64            `json:"exposure"`
	Threshold float64            `json:"threshold"`
	Worth     float64            `json:"worth"`
	PerWeek   float64            `json:"per_week"`
	NextAt    models.Millis      `json:"next_at"`
	Wave      *waveView          `json:"wave,omitempty"`
	Wishes    models.Fatigue     `json:"wishes"`
	Values    []learnedView      `json:"values"`
	Brands    []brandFatigueView `json:"brands"`
	Days      []groupDayView     `json:"days"`
}

type waveView struct {
	At       models.Millis `json:"at"`
	Until    models.Millis `json:"until"`
	Quits    int           `json:"quits"`
	Expected float64       `json:"expected"`
}

type learnedView struct {
	Name     string  `json:"name"`
	Words    string  `json:"words"`
	Value    float64 `json:"value"`
	Low      float64 `json:"low"`
	High     float64 `json:"high"`
	Unit     string  `json:"unit"`
	Evidence float64 `json:"evidence"`
	Of       string  `json:"of"`
}

type brandFatigueView struct {
	BrandID models.BrandID `json:"brand_id"`
	Name    string         `json:"name"`
	Match   learnedView    `json:"match"`
	Novelty float64        `json:"novelty"`
	Value   float64        `json:"value"`
	NextAt  models.Millis  `json:"next_at"`
}

type groupDayView struct {
	Date       string        `json:"date"`
	FromAt     models.Millis `json:"from_at"`
	Members    int           `json:"members"`
	Joins      int           `json:"joins"`
	Quits      int           `json:"quits"`
	Removals   int           `json:"removals"`
	Posts      int           `json:"posts"`
	Clicks     int           `json:"clicks"`
	Claims     int           `json:"claims"`
	Complaints int           `json:"complaints"`
	Vetoes     int           `json:"vetoes"`
	Felt       float64       `json:"felt"`
	Score      float64       `json:"score"`
	Threshold  float64       `json:"threshold"`
}

func (s *server) readFatigue(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	r, err := s.Keeper.Report(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	return s.viewFatigue(requestLanguage(c), r), nil
}

// forgetFatigue has what was learnt of a group forgotten, and answers with what is left.
func (s *server) forgetFatigue(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Offers.ForgetFatigue(c.Request.Context(), a.CommunityID, id, a.ID); err != nil {
		return nil, err
	}
	return s.readFatigue(c)
}

func (s *server) viewFatigue(lang string, r keeper.Report) fatigueView {
	l := r.Learning
	v := fatigueView{GroupID: r.Group.ID, Learnt: l.Day != 0, AsOf: l.AsOf, ForgetAt: l.ForgetAt, Groups: r.Seen,
		Words: s.fatigueWords(lang, r), Score: r.Score, ScoreLow: r.ScoreLow, ScoreHigh: r.ScoreHigh, MaxScore: r.MaxScore,
		Band: r.Band.String(), Doubled: r.Score > 50, Exposure: r.Exposure, Threshold: r.Threshold, Worth: r.Worth, PerWeek: l.PerWeek,
		NextAt: instant(r.UsualAt), Wishes: r.Wishes, Values: []learnedView{}, Brands: []brandFatigueView{}, Days: []groupDayView{}}
	if r.Wave.Until != 0 {
		v.Wave = &waveView{At: r.Wave.At, Until: r.Wave.Until, Quits: r.Wave.Quits, Expected: r.Wave.Expected}
	}
	for _, x := range r.Values {
		v.Values = append(v.Values, s.viewLearned(lang, x))
	}
	for _, b := range r.Brands {
		v.Brands = append(v.Brands, brandFatigueView{BrandID: b.Brand.ID, Name: b.Brand.Name, Match: s.viewLearned(lang, b.Match),
			Novelty: b.Novelty, Value: b.Value, NextAt: instant(b.At)})
	}
	for _, d := range r.Days {
		v.Days = append(v.Days, groupDayView{Date: time.Unix(int64(d.Day)*86_400, 0).UTC().Format(time.DateOnly), FromAt: d.FromAt,
			Members: d.Members, Joins: d.Joins, Quits: d.Quits, Removals: d.Removals, Posts: d.Posts, Clicks: d.Clicks, Claims: d.Claims,
			Complaints: d.Complaints, Vetoes: d.Vetoes, Felt: d.Felt, Score: d.Score, Threshold: d.Threshold})
	}
	return v
}

// fatigueWords says in sentences what matters most: how tired the group is, how sure that is, and when it may be asked again.
func (s *server) fatigueWords(lang string, r keeper.Report) []string {
	say := func(id string, args map[string]any) string { return s.texts.say(lang, "fatigue_"+id, args) }
	words := []string{say(r.Band.String(), map[string]any{"score": math.Round(r.Score), "low": math.Round(r.ScoreLow), "high": math.Round(r.ScoreHigh)})}
	if r.Score > 50 {
		words = append(words, say("doubled", nil))
	} else {
		words = append(words, say("not_doubled", nil))
	}
	if r.Learning.Day == 0 {
		words = append(words, say("unlearnt", map[string]any{"groups": r.Seen}))
	}
	switch at := instant(r.UsualAt); {
	case r.Wishes.Off:
		words = append(words, say("off", nil))
	case r.Wave.Until != 0 && r.Wave.Until >= at && at != 0:
		words = append(words, say("wave", map[string]any{"left": r.Wave.Quits, "foreseen": fmt.Sprintf("%.1f", r.Wave.Expected),
			"until": localTime(lang, r.Group.Zone, r.Wave.Until)}))
	case at == 0:
		words = append(words, say("never", nil))
	case at > models.MillisOf(s.Store.Clock().Now()):
		words = append(words, say("next", map[string]any{"at": localTime(lang, r.Group.Zone, at)}))
	default:
		words = append(words, say("now", nil))
	}
	return words
}

// localTime is a day and a time as the group's clocks show it.
func localTime(lang, zone string, at models.Millis) string {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		loc = time.UTC
	}
	t := at.Time().In(loc)
	if lang == english {
		return t.Format("Monday 2 January 15:04")
	}
	days := [...]string{"周日", "周一", "周二", "周三", "周四", "周五", "周六"}
	return fmt.Sprintf("%d月%d日%s %s", int(t.Month()), t.Day(), days[t.Weekday()], t.Format("15:04"))
}

func (s *server) viewLearned(lang string, l fatigue.Learned) learnedView {
	args := map[string]any{"value": figure(l, l.Value), "low": figure(l, l.Low), "high": figure(l, l.High)}
	return learnedView{Name: l.Name, Words: s.texts.say(lang, "learnt_"+l.Name, args), Value: l.Value, Low: l.Low, High: l.High, Unit: l.Unit,
		Evidence: l.Evidence, Of: l.Of}
}

// figure is a number as people read it: rates of members and clicks in percent, the rest with what digits it needs.
func figure(l fatigue.Learned, v float64) string {
	switch l.Name {
	case "base", "sensitivity":
		return fmt.Sprintf("%.2g%%", 100*v)
	case "click_rate", "linear":
		return fmt.Sprintf("%.3g%%", 100*v)
	case "fatigue":
		return fmt.Sprintf("%.0f%%", v)
	}
	return fmt.Sprintf("%.1f", v)
}
