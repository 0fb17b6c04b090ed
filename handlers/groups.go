package handlers

import (
	"maps"
	"slices"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type groupView struct {
	ID             models.GroupID   `json:"id"`
	Name           string           `json:"name"`
	Kind           models.GroupKind `json:"kind"`
	Zone           string           `json:"zone"`
	Headcount      int              `json:"headcount"`
	Capacity       int              `json:"capacity"`
	CountedAt      models.Millis    `json:"counted_at"`
	HasWay         bool             `json:"has_way"`
	WayEndsAt      models.Millis    `json:"way_ends_at"`
	MassQuota      *massQuotaView   `json:"mass_quota"`
	CreatedAt      models.Millis    `json:"created_at"`
	KeeperID       models.AccountID `json:"keeper_id"`
	DeputyID       models.AccountID `json:"deputy_id"`
	Health         bot.Grade        `json:"health"`
	GoneAt         models.Millis    `json:"gone_at"`
	Paused         bool             `json:"paused"`
	PausedUntil    models.Millis    `json:"paused_until"`
	PauseNote      string           `json:"pause_note"`
	Policy         *policyView      `json:"policy,omitempty"`
	NextFreeAt     models.Millis    `json:"next_free_at"`
	NextFreeReason string           `json:"next_free_reason"`
	Posts7d        int              `json:"posts_7d"`
	Held           []heldView       `json:"held"`
	Live           []postView       `json:"live"`
	Known          bool             `json:"known"`
	Bound          bool             `json:"bound"`
	MayBe          []mayBeView      `json:"may_be"`
}

// mayBeView is a group whose cards some people opened in one that nobody has named.
type mayBeView struct {
	GroupID models.GroupID `json:"group_id"`
	People  int            `json:"people"`
}

// massQuotaView is what WeCom was found to allow a group.
type massQuotaView struct {
	Per   models.CapUnit `json:"per"`
	Most  int            `json:"most"`
	At    models.Millis  `json:"at"`
	Today int            `json:"today"`
	Week  int            `json:"week"`
	Month int            `json:"month"`
}

func viewMassQuota(g models.Group) *massQuotaView {
	if g.QuotaAt == 0 {
		return nil
	}
	return &massQuotaView{Per: g.QuotaPer, Most: g.QuotaMost, At: g.QuotaAt, Today: g.QuotaToday, Week: g.QuotaWeek, Month: g.QuotaMonth}
}

type policyView struct {
	GroupCap    int   `json:"group_cap"`
	GroupWindow int64 `json:"group_window"`
	MinGap      int64 `json:"min_gap"`
	BrandCap    int   `json:"brand_cap"`
	BrandWindow int64 `json:"brand_window"`
	QuietStart  int   `json:"quiet_start"`
	QuietEnd    int   `json:"quiet_end"`
}

type heldView struct {
	ID         models.PlacementID `json:"id"`
	OfferID    models.OfferID     `json:"offer_id"`
	OfferTitle string             `json:"offer_title"`
	BrandName  string             `json:"brand_name"`
	Reason     string             `json:"reason"`
	Reasons    []string           `json:"reasons"`
	NextAt     models.Millis      `json:"next_at"`
}

type postView struct {
	ID         models.PlacementID    `json:"id"`
	OfferID    models.OfferID        `json:"offer_id"`
	OfferTitle string                `json:"offer_title"`
	BrandName  string                `json:"brand_name"`
	State      models.PlacementState `json:"state"`
	S          models.Millis         `json:"s"`
	E          models.Millis         `json:"e"`
	SentAt     models.Millis         `json:"sent_at"`
}

// groupQuery is which part of the groups is wanted; all of them if no limit is said.
type groupQuery struct {
	Words string           `form:"q" binding:"max=60"`
	Kind  models.GroupKind `form:"kind" binding:"omitempty,oneof=wecom ordinary"`
	Gone  bool             `form:"gone"`
	After string           `form:"after"`
	Limit int              `form:"limit" binding:"omitempty,min=1,max=200"`
}

func (s *server) listGroups(c *gin.Context) (any, error) {
	var in groupQuery
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	f := models.GroupFilter{Words: in.Words, Kind: in.Kind, Only: mine.ids(), Gone: in.Gone, Limit: in.Limit}
	if err := f.After.UnmarshalText([]byte(in.After)); err != nil {
		return nil, err
	}
	ctx, community := c.Request.Context(), account(c).CommunityID
	board, err := s.Bot.BoardPart(ctx, community, f)
	if err != nil {
		return nil, err
	}
	n, people, err := s.Store.Read(ctx).In(community).CountGroups(f)
	if err != nil {
		return nil, err
	}
	all := make([]groupView, len(board))
	for i, g := range board {
		all[i] = viewGroup(g)
	}
	return gin.H{"groups": all, "total": n, "people": people}, nil
}

func (s *server) readGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	return s.group(c, id)
}

// group is one group as the console shows it.
func (s *server) group(c *gin.Context, id models.GroupID) (groupView, error) {
	board, err := s.Bot.Board(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return groupView{}, err
	}
	if len(board) == 0 {
		return groupView{}, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return viewGroup(board[0]), nil
}

func (s *server) addGroup(c *gin.Context) (any, error) {
	var in struct {
		Name      string `json:"name" binding:"required,max=400"`
		Zone      string `json:"zone" binding:"max=60"`
		Headcount *int   `json:"headcount" binding:"omitempty,min=0,max=5000"`
		Capacity  *int   `json:"capacity" binding:"omitempty,min=1,max=5000"`
		Again     bool   `json:"again"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	f := bot.GroupForm{Name: &in.Name, Headcount: in.Headcount, Capacity: in.Capacity, Again: in.Again}
	if in.Zone != "" {
		f.Zone = &in.Zone
	}
	a := account(c)
	g, err := s.Bot.AddGroup(c.Request.Context(), a.CommunityID, f, a.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.group(c, g.ID)
	return created{v}, err
}

// editGroup changes what is known of a group, and pauses or resumes it.
func (s *server) editGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name      *string       `json:"name" binding:"omitempty,min=1,max=400"`
		Zone      *string       `json:"zone" binding:"omitempty,min=1,max=60"`
		Headcount *int          `json:"headcount" binding:"omitempty,min=0,max=5000"`
		Capacity  *int          `json:"capacity" binding:"omitempty,min=1,max=5000"`
		Again     bool          `json:"again"`
		Paused    *bool         `json:"paused"`
		Until     models.Millis `json:"until" binding:"min=0,max=4102444800000"`
		Note      string        `json:"note" binding:"max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	f := bot.GroupForm{Name: in.Name, Zone: in.Zone, Headcount: in.Headcount, Capacity: in.Capacity, Again: in.Again}
	edits := f.Name != nil || f.Zone != nil || f.Headcount != nil || f.Capacity != nil
	if !edits && in.Paused == nil {
		return nil, models.Errorf(models.Invalid, "bad_input", "nothing is to be changed")
	}
	a := account(c)
	if edits {
		if err := s.Bot.EditGroup(c.Request.Context(), a.CommunityID, id, f, a.ID); err != nil {
			return nil, err
		}
	}
	if in.Paused != nil {
		if err := s.Bot.PauseGroup(c.Request.Context(), a.CommunityID, id,
			models.Pause{Paused: *in.Paused, Until: in.Until, Note: in.Note, By: a.ID}); err != nil {
			return nil, err
		}
	}
	return s.group(c, id)
}

func (s *server) retireGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name string `json:"name" binding:"required,max=400"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.RetireGroup(c.Request.Context(), a.CommunityID, id, in.Name, a.ID); err != nil {
		return nil, err
	}
	return s.group(c, id)
}

func (s *server) restoreGroup(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.RestoreGroup(c.Request.Context(), a.CommunityID, id, a.ID); err != nil {
		return nil, err
	}
	return s.group(c, id)
}

func viewGroup(g bot.GroupView) groupView {
	v := groupView{ID: g.ID, Name: g.Name, Kind: g.Kind, KeeperID: g.KeeperID, DeputyID: g.DeputyID, Health: g.Health, Zone: g.Zone, Headcount: g.Headcount, Capacity: g.Capacity,
		CountedAt: g.CountedAt, HasWay: g.InviteURL != "", WayEndsAt: g.InviteExpiresAt, MassQuota: viewMassQuota(g.Group), CreatedAt: g.CreatedAt,
		GoneAt: g.GoneAt,
		Paused: g.Paused, PausedUntil: g.PausedUntil, PauseNote: g.PauseNote, NextFreeAt: g.NextFree, NextFreeReason: g.WaitsFor, Posts7d: g.Posts7d,
		Held: make([]heldView, len(g.Held)), Live: make([]postView, len(g.Live))}
	v.Known, v.Bound, v.MayBe = g.Known(), g.OpenGID != nil, []mayBeView{}
	for _, home := range slices.Sorted(maps.Keys(g.MayBe)) {
		v.MayBe = append(v.MayBe, mayBeView{GroupID: home, People: g.MayBe[home]})
	}
	if p := g.Policy; p != nil {
		v.Policy = &policyView{GroupCap: p.GroupCap, GroupWindow: p.GroupWindow, MinGap: p.MinGap, BrandCap: p.BrandCap,
			BrandWindow: p.BrandWindow, QuietStart: p.QuietStart, QuietEnd: p.QuietEnd}
	}
	for i, p := range g.Held {
		v.Held[i] = heldView{ID: p.ID, OfferID: p.OfferID, OfferTitle: p.OfferTitle, BrandName: p.BrandName,
			Reason: p.Reason, Reasons: p.AllReasons(), NextAt: p.NextAt}
	}
	for i, p := range g.Live {
		v.Live[i] = postView{ID: p.ID, OfferID: p.OfferID, OfferTitle: p.OfferTitle, BrandName: p.BrandName, State: p.State, S: p.S, E: p.E,
			SentAt: p.SentAt}
	}
	return v
}
