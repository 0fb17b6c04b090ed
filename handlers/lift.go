package handlers

import (
	"math"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle/desk"
	"siyu/throttle/lift"
)

type liftView struct {
	Running  bool            `json:"running"`
	Holdout  *models.Holdout `json:"holdout,omitempty"`
	Season   int64           `json:"season"`
	From     models.Millis   `json:"from"`
	To       models.Millis   `json:"to"`
	EndsAt   models.Millis   `json:"ends_at"`
	Over     bool            `json:"over"`
	Enough   bool            `json:"enough"`
	Missing  *missingView    `json:"missing,omitempty"`
	Groups   int             `json:"groups"`
	Measures []measureView   `json:"measures"`
}

// missingView is what there is not enough of yet.
type missingView struct {
	MemberDays     float64 `json:"member_days"`
	NeedMemberDays float64 `json:"need_member_days,omitempty"`
	NeedLeaves     float64 `json:"need_leaves,omitempty"`
	MoreGroups     int     `json:"more_groups"`
	MoreDays       int     `json:"more_days"`
}

type measureView struct {
	Name        string           `json:"name"`
	Arms        []armView        `json:"arms"`
	Differences []differenceView `json:"differences"`
}

type armView struct {
	Arm        string  `json:"arm"`
	Groups     int     `json:"groups"`
	MemberDays float64 `json:"member_days"`
	Posts      int     `json:"posts"`
	Events     float64 `json:"events"`
	Per1k      float64 `json:"per_1k"`
}

type differenceView struct {
	Arm      string   `json:"arm"`
	Than     string   `json:"than"`
	Per1k    float64  `json:"per_1k"`
	Low      *float64 `json:"low,omitempty"`
	High     *float64 `json:"high,omitempty"`
	Adjusted float64  `json:"adjusted"`
}

// finite leaves out what is not a number that JSON can write.
func finite(x float64) *float64 {
	if math.IsInf(x, 0) || math.IsNaN(x) {
		return nil
	}
	return &x
}

func viewLift(l desk.Lift) liftView {
	v := liftView{Running: l.Running, Season: l.Season.Number, Over: l.Over, Enough: l.Power.Enough, Groups: l.Groups, Measures: []measureView{}}
	if l.Season.Days > 0 {
		v.From, v.To, v.EndsAt = models.Millis(l.From), models.Millis(l.To), models.Millis(l.Season.To)
	}
	if !l.Running {
		return v
	}
	v.Holdout = &l.Holdout
	if !l.Power.Enough {
		v.Missing = &missingView{MemberDays: l.Power.Days, MoreGroups: l.Power.NeedGroups, MoreDays: l.Days}
		if need := finite(l.Power.Need); need != nil {
			v.Missing.NeedMemberDays, v.Missing.NeedLeaves = *need, l.Power.NeedEvents
		}
	}
	for _, m := range l.Measures {
		v.Measures = append(v.Measures, viewMeasure(m, l.Posts))
	}
	return v
}

func viewMeasure(m desk.Measure, posts [lift.None + 1]int) measureView {
	v := measureView{Name: m.Name}
	for _, r := range m.Rates {
		v.Arms = append(v.Arms, armView{Arm: r.Arm.String(), Groups: r.Groups, MemberDays: r.Days, Posts: posts[r.Arm], Events: r.Events, Per1k: r.Per1k})
	}
	for _, d := range m.Differences {
		v.Differences = append(v.Differences, differenceView{Arm: d.Arm.String(), Than: d.Than.String(), Per1k: d.Per1k,
			Low: finite(d.Low), High: finite(d.High), Adjusted: d.Adjusted})
	}
	return v
}

func (s *server) lift(c *gin.Context) (any, error) {
	in := struct {
		Season *int64 `form:"season" binding:"omitempty,min=-100000,max=100000"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	l, err := s.Desk.Lift(c.Request.Context(), account(c).CommunityID, in.Season)
	if err != nil {
		return nil, err
	}
	return viewLift(l), nil
}
