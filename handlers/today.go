package handlers

import (
	"math"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/funnel"
	"siyu/models"
)

// The periods of the first page.
const (
	week      = 7 * 24 * time.Hour
	funnelFor = 30 * 24 * time.Hour
)

type numberView struct {
	Value  int64 `json:"value"`
	Before int64 `json:"before"`
}

type numbersView struct {
	Joined   numberView `json:"joined"`
	Opened   numberView `json:"opened"`
	Claimed  numberView `json:"claimed"`
	Redeemed numberView `json:"redeemed"`
}

type todayView struct {
	Now       models.Millis `json:"now"`
	Approvals int           `json:"approvals"`
	Tasks     []taskView    `json:"tasks"`
	DeadJobs  int64         `json:"dead_jobs"`
	Warnings  int64         `json:"warnings"`
	Numbers   numbersView   `json:"numbers"`
	Funnel    funnel.Report `json:"funnel"`
}

func (s *server) today(c *gin.Context) (any, error) {
	ctx, community := c.Request.Context(), account(c).CommunityID
	sc := s.Store.Read(ctx).In(community)
	v := todayView{Now: sc.Now}
	waiting, err := sc.OffersIn(models.OfferSubmitted)
	if err != nil {
		return nil, err
	}
	v.Approvals = len(waiting)
	tasks, err := s.Bot.Tasks(ctx, community)
	if err != nil {
		return nil, err
	}
	v.Tasks = s.viewTasks(c, tasks)
	jobs, err := sc.CountJobs()
	if err != nil {
		return nil, err
	}
	v.DeadJobs = jobs.Dead
	if v.Warnings, err = sc.CountWarnings(); err != nil {
		return nil, err
	}
	if v.Numbers, err = numbers(sc); err != nil {
		return nil, err
	}
	v.Funnel, err = s.Funnel.Report(ctx, community, sc.Now.Add(-funnelFor), math.MaxInt64)
	return v, err
}

// numbers counts the last seven days and the seven before.
func numbers(sc *models.Scope) (numbersView, error) {
	var v numbersView
	for _, n := range []struct {
		kind  models.TouchKind
		count func(models.TouchKind, models.Millis, models.Millis) (int64, error)
		into  *numberView
	}{
		{models.TouchGroup, sc.CountPeople, &v.Joined}, // a push and a card may both tell of one joining
		{models.TouchMini, sc.CountTouches, &v.Opened},
		{models.TouchClaim, sc.CountTouches, &v.Claimed},
		{models.TouchRedeem, standing(sc), &v.Redeemed},
	} {
		var err error
		if n.into.Value, err = n.count(n.kind, sc.Now.Add(-week), sc.Now+1); err != nil {
			return v, err
		}
		if n.into.Before, err = n.count(n.kind, sc.Now.Add(-2*week), sc.Now.Add(-week)); err != nil {
			return v, err
		}
	}
	return v, nil
}

// standing counts redemptions, without those that were reversed.
func standing(sc *models.Scope) func(models.TouchKind, models.Millis, models.Millis) (int64, error) {
	return func(_ models.TouchKind, from, to models.Millis) (int64, error) { return sc.CountRedemptions(from, to) }
}

func (s *server) funnelReport(c *gin.Context) (any, error) {
	in := struct {
		From int64 `form:"from"`
		To   int64 `form:"to"`
	}{To: math.MaxInt64}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	return s.Funnel.Report(c.Request.Context(), account(c).CommunityID, models.Millis(in.From), models.Millis(in.To))
}

func (s *server) system(c *gin.Context) (any, error) {
	sc := s.Store.Read(c.Request.Context()).In(account(c).CommunityID)
	jobs, err := sc.CountJobs()
	if err != nil {
		return nil, err
	}
	pushes, err := sc.CountInbox()
	if err != nil {
		return nil, err
	}
	return gin.H{
		"now":    sc.Now,
		"jobs":   gin.H{"due": jobs.Due, "next_at": jobs.NextAt, "dead": jobs.Dead},
		"pushes": gin.H{"accepted": pushes.Accepted, "duplicate": pushes.Duplicate, "pending": pushes.Pending, "dead": pushes.Dead},
	}, nil
}
