package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle"
	"siyu/throttle/desk"
	"siyu/throttle/plan"
)

type decisionView struct {
	verdictView
	Now    models.Millis `json:"now"`
	S      models.Millis `json:"s"`
	E      models.Millis `json:"e"`
	Closed []gateView    `json:"closed"`
	Rooms  []roomView    `json:"rooms"`
}

type gateView struct {
	Reason string        `json:"reason"`
	Until  models.Millis `json:"until"`
}

type roomView struct {
	Reason  string        `json:"reason"`
	Scope   string        `json:"scope"`
	Level   desk.Level    `json:"level"`
	Used    int           `json:"used"`
	Most    int           `json:"most"`
	Window  int64         `json:"window"`
	Per     string        `json:"per"`
	Holds   bool          `json:"holds"`
	Until   models.Millis `json:"until"`
	FreesAt models.Millis `json:"frees_at"`
}

// instant is a time of the kernel's for people: zero where it does not come.
func instant(t int64) models.Millis {
	if t == throttle.Never {
		return 0
	}
	return models.Millis(t)
}

func viewDecision(d desk.Decision) decisionView {
	v := decisionView{verdictView: viewVerdict(d.Verdict), Now: models.Millis(d.Now), S: models.Millis(d.S), E: models.Millis(d.E),
		Closed: make([]gateView, len(d.Closed)), Rooms: make([]roomView, len(d.Rooms))}
	for i, g := range d.Closed {
		v.Closed[i] = gateView{Reason: g.Code.String(), Until: instant(g.Until)}
	}
	for i, r := range d.Rooms {
		x := roomView{Reason: r.Code.String(), Scope: r.Rule.Scope.String(), Level: r.Level, Used: r.Used, Most: r.Most, Window: r.Rule.W,
			Holds: r.Until != d.Now, Until: instant(r.Until), FreesAt: models.Millis(r.Frees)}
		if r.Calendar != (throttle.Calendar{}) {
			x.Scope, x.Per = r.Calendar.Scope.String(), r.Calendar.Unit.String()
		}
		v.Rooms[i] = x
	}
	return v
}

func (s *server) decision(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	in := struct {
		Offer models.OfferID `form:"offer"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	d, err := s.Desk.Decide(c.Request.Context(), account(c).CommunityID, id, in.Offer)
	if err != nil {
		return nil, err
	}
	return viewDecision(d), nil
}

type stretchView struct {
	S        models.Millis `json:"s"`
	E        models.Millis `json:"e"`
	Free     bool          `json:"free"`
	Reasons  []string      `json:"reasons"`
	Deciding string        `json:"deciding"`
}

type groupCalendarView struct {
	GroupID     models.GroupID `json:"group_id"`
	Name        string         `json:"name"`
	Zone        string         `json:"zone"`
	FirstFreeAt models.Millis  `json:"first_free_at"`
	Stretches   []stretchView  `json:"stretches"`
}

func viewStretches(all []plan.Stretch) []stretchView {
	views := make([]stretchView, len(all))
	for i, x := range all {
		views[i] = stretchView{S: models.Millis(x.S), E: models.Millis(x.E), Free: x.Free, Reasons: viewReasons(x.Reasons), Deciding: x.Deciding.String()}
	}
	return views
}

func (s *server) calendar(c *gin.Context) (any, error) {
	group, err := ownerParam(c)
	if err != nil {
		return nil, err
	}
	in := struct {
		Offer    models.OfferID `form:"offer"`
		Brand    models.BrandID `form:"brand"`
		Category string         `form:"category" binding:"max=40"`
		StartsAt models.Millis  `form:"starts_at" binding:"min=0,max=4102444800000"`
		EndsAt   models.Millis  `form:"ends_at" binding:"min=0,max=4102444800000"`
		Days     int            `form:"days" binding:"min=0,max=28"`
		After    models.GroupID `form:"after"`
		Limit    int            `form:"limit" binding:"min=0,max=50"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	look := desk.Look{Group: group, Offer: in.Offer, Days: in.Days, After: in.After, Limit: in.Limit}
	if in.Offer == 0 && in.Brand != 0 {
		look.Draft = &models.Offer{BrandID: in.Brand, Category: in.Category, StartsAt: in.StartsAt, EndsAt: in.EndsAt}
	}
	all, err := s.Desk.Calendar(c.Request.Context(), account(c).CommunityID, look)
	if err != nil {
		return nil, err
	}
	views := make([]groupCalendarView, len(all.Groups))
	for i, g := range all.Groups {
		views[i] = groupCalendarView{GroupID: g.Group.ID, Name: g.Group.Name, Zone: g.Group.Zone, FirstFreeAt: models.Millis(g.FirstFree),
			Stretches: viewStretches(g.Stretches)}
	}
	return gin.H{"from": models.Millis(all.From), "to": models.Millis(all.To), "groups": views, "total": all.Total, "next_after": all.Next}, nil
}
