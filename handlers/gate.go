package handlers

import (
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
	"siyu/models"
)

// appealView is an appeal as its member and the organiser see it.
type appealView struct {
	ID         models.AppealID    `json:"id"`
	MemberID   models.MemberID    `json:"member_id"`
	OfferID    models.OfferID     `json:"offer_id"`
	OfferTitle string             `json:"offer_title"`
	Reasons    []string           `json:"reasons"`
	Text       string             `json:"text"`
	State      models.AppealState `json:"state"`
	CreatedAt  models.Millis      `json:"created_at"`
	DecidedAt  models.Millis      `json:"decided_at"`
	Note       string             `json:"note"`
	Until      models.Millis      `json:"until"`
}

func viewAppeal(a models.Appeal, o models.Offer) appealView {
	return appealView{ID: a.ID, MemberID: a.MemberID, OfferID: a.OfferID, OfferTitle: o.Title, Reasons: strings.Fields(a.Reasons),
		Text: a.Body, State: a.State, CreatedAt: a.CreatedAt, DecidedAt: a.DecidedAt, Note: a.Note, Until: a.Until}
}

// viewAppeals shows appeals with the titles of their offers.
func (s *server) viewAppeals(c *gin.Context, community models.CommunityID, all []models.Appeal) (any, error) {
	ids := make([]models.OfferID, len(all))
	for i, a := range all {
		ids[i] = a.OfferID
	}
	named, err := s.Store.Read(c.Request.Context()).In(community).OffersByID(ids, false)
	if err != nil {
		return nil, err
	}
	views := make([]appealView, len(all))
	for i, a := range all {
		views[i] = viewAppeal(a, named[a.OfferID])
	}
	return gin.H{"appeals": views}, nil
}

func (s *server) appeal(c *gin.Context) (any, error) {
	var in struct {
		OfferID models.OfferID `json:"offer_id" binding:"required"`
		Text    string         `json:"text" binding:"max=300"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	session := memberSession(c)
	a, err := s.Mini.Appeal(c.Request.Context(), session, in.OfferID, in.Text)
	if err != nil {
		return nil, err
	}
	o, err := s.Store.Read(c.Request.Context()).In(session.CommunityID).Offer(a.OfferID)
	return viewAppeal(a, o), err
}

func (s *server) myAppeals(c *gin.Context) (any, error) {
	session := memberSession(c)
	all, err := s.Mini.Appeals(c.Request.Context(), session)
	if err != nil {
		return nil, err
	}
	return s.viewAppeals(c, session.CommunityID, all)
}

func (s *server) listAppeals(c *gin.Context) (any, error) {
	in := struct {
		State  models.AppealState `form:"state" binding:"omitempty,oneof=open upheld dismissed"`
		Before models.AppealID    `form:"before"`
		Limit  int                `form:"limit" binding:"min=0,max=200"`
	}{State: models.AppealOpen, Limit: 50}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	community := account(c).CommunityID
	all, err := s.Store.Read(c.Request.Context()).In(community).Appeals(in.State, in.Before, max(1, in.Limit))
	if err != nil {
		return nil, err
	}
	return s.viewAppeals(c, community, all)
}

// decideAppeal ends an appeal, one way or the other.
func (s *server) decideAppeal(uphold bool) handler {
	return func(c *gin.Context) (any, error) {
		id, err := idParam[models.Appeal](c)
		if err != nil {
			return nil, err
		}
		var in struct {
			Note string `json:"note" binding:"max=300"`
		}
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
		by := account(c)
		a, err := s.Mini.DecideAppeal(c.Request.Context(), by, id, uphold, in.Note)
		if err != nil {
			return nil, err
		}
		o, err := s.Store.Read(c.Request.Context()).In(by.CommunityID).Offer(a.OfferID)
		return viewAppeal(a, o), err
	}
}

type reasonView struct {
	Reason  string `json:"reason"`
	Verdict string `json:"verdict"`
	Shadow  bool   `json:"shadow"`
	N       int    `json:"n"`
}

type gateReportView struct {
	Days          int          `json:"days"`
	Claims        int64        `json:"claims"`
	Held          int          `json:"held"`
	Denied        int          `json:"denied"`
	WouldHold     int          `json:"would_hold"`
	WouldDeny     int          `json:"would_deny"`
	Open          int          `json:"appeals_open"`
	Upheld        int          `json:"appeals_upheld"`
	Dismissed     int          `json:"appeals_dismissed"`
	FalsePositive float64      `json:"false_positive"`
	Reasons       []reasonView `json:"reasons"`
}

func viewGateReport(r miniprogram.GateReport) gateReportView {
	v := gateReportView{Days: 30, Claims: r.Claims, Held: r.Verdicts["hold"], Denied: r.Verdicts["deny"], WouldHold: r.Noted["hold"],
		WouldDeny: r.Noted["deny"], Open: r.Appeals[models.AppealOpen], Upheld: r.Appeals[models.AppealUpheld],
		Dismissed: r.Appeals[models.AppealDismissed], FalsePositive: r.WrongRate, Reasons: []reasonView{}}
	for _, c := range r.Reasons { // a judgement with two reasons counts for both
		for _, reason := range strings.Fields(c.Reasons) {
			v.add(reasonView{Reason: reason, Verdict: c.Verdict, Shadow: c.Shadow, N: c.N})
		}
	}
	return v
}

func (v *gateReportView) add(r reasonView) {
	for i, known := range v.Reasons {
		if known.Reason == r.Reason && known.Verdict == r.Verdict && known.Shadow == r.Shadow {
			v.Reasons[i].N += r.N
			return
		}
	}
	v.Reasons = append(v.Reasons, r)
}

func (s *server) readGate(c *gin.Context) (any, error) {
	community := account(c).CommunityID
	policy, err := s.Store.Read(c.Request.Context()).In(community).GatePolicy()
	if err != nil {
		return nil, err
	}
	report, err := s.Mini.GateReport(c.Request.Context(), community)
	if err != nil {
		return nil, err
	}
	return gin.H{"policy": policy, "report": viewGateReport(report)}, nil
}

// setGate stores a whole policy.
func (s *server) setGate(c *gin.Context) (any, error) {
	var p models.GatePolicy
	if err := bindJSON(c, &p); err != nil {
		return nil, err
	}
	return p, s.Mini.SetGatePolicy(c.Request.Context(), account(c), p)
}

func (s *server) listHouseholds(c *gin.Context) (any, error) {
	in := struct {
		After models.HouseholdID `form:"after"`
		Limit int                `form:"limit" binding:"min=0,max=200"`
	}{Limit: 50}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	all, err := s.Mini.Households(c.Request.Context(), account(c).CommunityID, in.After, max(1, in.Limit))
	if err != nil {
		return nil, err
	}
	views := make([]gin.H, len(all))
	for i, h := range all {
		views[i] = gin.H{"id": h.ID, "by_hand": h.CreatedBy != 0, "members": h.Members}
	}
	return gin.H{"households": views}, nil
}

// household are the members an organiser puts together or apart.
type householdInput struct {
	Members []models.MemberID `json:"members" binding:"required,min=1,max=20"`
}

func (s *server) putTogether(c *gin.Context) (any, error) {
	var in householdInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	id, err := s.Mini.PutTogether(c.Request.Context(), account(c), in.Members)
	return created{gin.H{"id": id}}, err
}

func (s *server) putApart(c *gin.Context) (any, error) {
	var in householdInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Mini.PutApart(c.Request.Context(), account(c), in.Members)
}
