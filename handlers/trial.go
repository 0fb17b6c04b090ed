package handlers

import (
	"encoding/json"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/desk"
)

// verdictView is an answer of the throttle.
type verdictView struct {
	Allow    bool          `json:"allow"`
	Reasons  []string      `json:"reasons"`
	Deciding string        `json:"deciding"`
	NextAt   models.Millis `json:"next_at"` // zero: not by itself
}

func viewVerdict(v throttle.Verdict) verdictView {
	out := verdictView{Allow: v.Allow, Reasons: viewReasons(v.Reasons), Deciding: v.Deciding.String()}
	if v.Next != throttle.Never {
		out.NextAt = models.Millis(v.Next)
	}
	return out
}

func viewReasons(all throttle.Reasons) []string {
	codes := []string{}
	for r := range all.All() {
		codes = append(codes, r.String())
	}
	return codes
}

type tallyView struct {
	Posts int `json:"posts"`
	Held  int `json:"held"`
	Today int `json:"today"`
	Facts int `json:"facts"`
	Freed int `json:"freed"`
}

type reasonTallyView struct {
	Reason string `json:"reason"`
	Held   int    `json:"held"`
}

type brandTallyView struct {
	BrandID   models.BrandID `json:"brand_id"`
	BrandName string         `json:"brand_name"`
	tallyView
}

type groupTrialView struct {
	GroupID models.GroupID `json:"group_id"`
	Name    string         `json:"name"`
	tallyView
	Items  []itemView  `json:"items"`
	Before verdictView `json:"before"`
	After  verdictView `json:"after"`
}

type itemView struct {
	PlacementID models.PlacementID `json:"placement_id"`
	OfferTitle  string             `json:"offer_title"`
	BrandName   string             `json:"brand_name"`
	At          models.Millis      `json:"at"`
	Freed       bool               `json:"freed"`
	Reasons     []string           `json:"reasons"`
	Deciding    string             `json:"deciding"`
}

type waitingView struct {
	PlacementID models.PlacementID `json:"placement_id"`
	GroupID     models.GroupID     `json:"group_id"`
	GroupName   string             `json:"group_name"`
	OfferTitle  string             `json:"offer_title"`
	Before      verdictView        `json:"before"`
	After       verdictView        `json:"after"`
}

type trialView struct {
	Changes []desk.Difference `json:"changes"`
	Effect  desk.Effect       `json:"effect"`
	Days    int               `json:"days"`
	tallyView
	Reasons   []reasonTallyView `json:"by_reason"`
	Brands    []brandTallyView  `json:"brands"`
	Groups    []groupTrialView  `json:"groups"`
	Pending   []waitingView     `json:"pending"`
	Unseen    []string          `json:"unseen"`
	Total     int               `json:"total"`
	NextAfter models.GroupID    `json:"next_after"`
}

func viewTrial(t desk.Trial) trialView {
	v := trialView{Changes: t.Changes, Effect: t.Effect, Days: t.Days, tallyView: tallyView(t.Tally), Unseen: t.Unseen, Total: t.Total,
		NextAfter: t.Next, Reasons: make([]reasonTallyView, len(t.Reasons)), Brands: make([]brandTallyView, len(t.Brands)),
		Groups: make([]groupTrialView, len(t.Groups)), Pending: make([]waitingView, len(t.Pending))}
	for i, r := range t.Reasons {
		v.Reasons[i] = reasonTallyView{Reason: r.Reason.String(), Held: r.Held}
	}
	for i, b := range t.Brands {
		v.Brands[i] = brandTallyView{BrandID: b.Brand, BrandName: b.Name, tallyView: tallyView(b.Tally)}
	}
	for i, g := range t.Groups {
		items := make([]itemView, len(g.Items))
		for j, x := range g.Items {
			items[j] = itemView{PlacementID: x.Placement, OfferTitle: x.OfferTitle, BrandName: x.BrandName, At: x.At, Freed: x.Freed,
				Reasons: viewReasons(x.Reasons), Deciding: x.Deciding.String()}
		}
		v.Groups[i] = groupTrialView{GroupID: g.Group, Name: g.Name, tallyView: tallyView(g.Tally), Items: items,
			Before: viewVerdict(g.Before), After: viewVerdict(g.After)}
	}
	for i, w := range t.Pending {
		v.Pending[i] = waitingView{PlacementID: w.Placement, GroupID: w.Group, GroupName: w.GroupName, OfferTitle: w.OfferTitle,
			Before: viewVerdict(w.Before), After: viewVerdict(w.After)}
	}
	return v
}

func (s *server) tryRules(c *gin.Context) (any, error) {
	group, err := ownerParam(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Rules json.RawMessage `json:"rules" binding:"required"`
		Days  int             `json:"days" binding:"min=0,max=90"`
		After models.GroupID  `json:"after"`
		Limit int             `json:"limit" binding:"min=0,max=500"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	rules, err := readRulesOf(in.Rules)
	if err != nil {
		return nil, err
	}
	t, err := s.Desk.Try(c.Request.Context(), account(c).CommunityID,
		desk.Proposal{Group: group, Rules: rules, Days: in.Days, After: in.After, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	return viewTrial(t), nil
}
