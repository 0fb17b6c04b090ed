package handlers

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type liveCodeView struct {
	ID        models.LiveID   `json:"id"`
	Name      string          `json:"name"`
	Rule      models.LiveRule `json:"rule"`
	Margin    int             `json:"margin"`
	Paused    bool            `json:"paused"`
	RetiredAt models.Millis   `json:"retired_at"`
	CreatedAt models.Millis   `json:"created_at"`
	Open      int             `json:"open"`
	Warnings  []string        `json:"warnings"`
	Groups    []liveRoomView  `json:"groups"`
}

type liveRoomView struct {
	GroupID   models.GroupID   `json:"group_id"`
	Name      string           `json:"name"`
	Kind      models.GroupKind `json:"kind"`
	Place     int              `json:"place"`
	City      string           `json:"city"`
	Tag       string           `json:"tag"`
	Rolls     bool             `json:"rolls"`
	Paused    bool             `json:"paused"`
	State     bot.RoomState    `json:"state"`
	Heads     int              `json:"heads"`
	CountedAt models.Millis    `json:"counted_at"`
	Held      int              `json:"held"`
	Limit     int              `json:"limit"`
	Left      int              `json:"left"`
	EndsAt    models.Millis    `json:"ends_at"`
	Warnings  []string         `json:"warnings"`
}

func viewLiveCode(l bot.LiveView) liveCodeView {
	v := liveCodeView{ID: l.ID, Name: l.Name, Rule: l.Rule, Margin: l.Margin, Paused: l.Paused, RetiredAt: l.RetiredAt,
		CreatedAt: l.CreatedAt, Open: l.Open, Warnings: l.Warnings, Groups: make([]liveRoomView, len(l.Rooms))}
	for i, r := range l.Rooms {
		v.Groups[i] = liveRoomView{GroupID: r.GroupID, Name: r.Group.Name, Kind: r.Group.Kind, Place: r.Place, City: r.City, Tag: r.Tag,
			Rolls: r.Rolls, Paused: r.Paused, State: r.State, Heads: r.Heads, CountedAt: r.Group.CountedAt, Held: r.Held, Limit: r.Limit,
			Left: r.Left, EndsAt: r.Group.InviteExpiresAt, Warnings: r.Warnings}
	}
	return v
}

func (s *server) listLiveCodes(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.LiveCode](c)
	if err != nil {
		return nil, err
	}
	board, err := s.Bot.LiveBoard(c.Request.Context(), account(c).CommunityID, 0, after, limit)
	if err != nil {
		return nil, err
	}
	views := make([]liveCodeView, len(board))
	for i, l := range board {
		views[i] = viewLiveCode(l)
	}
	return gin.H{"live_codes": views}, nil
}

func (s *server) liveCode(c *gin.Context, id models.LiveID) (liveCodeView, error) {
	board, err := s.Bot.LiveBoard(c.Request.Context(), account(c).CommunityID, id, 0, 1)
	if err != nil {
		return liveCodeView{}, err
	}
	return viewLiveCode(board[0]), nil
}

func (s *server) addLiveCode(c *gin.Context) (any, error) {
	in := struct {
		Name   string `json:"name" binding:"required,max=60"`
		Rule   string `json:"rule" binding:"required,oneof=in_order least_full city tag"`
		Margin *int   `json:"margin" binding:"omitempty,min=0,max=100"`
	}{}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	l := models.LiveCode{Name: in.Name, Rule: models.LiveRule(in.Rule), Margin: -1}
	if in.Margin != nil {
		l.Margin = *in.Margin
	}
	a := account(c)
	l, err := s.Bot.AddLiveCode(c.Request.Context(), a.CommunityID, l, a.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.liveCode(c, l.ID)
	return created{v}, err
}

// onLiveCode does something with the path's live code and answers with the live code.
func (s *server) onLiveCode(do func(*gin.Context, models.Account, models.LiveID) error) handler {
	return func(c *gin.Context) (any, error) {
		id, err := idParam[models.LiveCode](c)
		if err != nil {
			return nil, err
		}
		if err := do(c, account(c), id); err != nil {
			return nil, err
		}
		return s.liveCode(c, id)
	}
}

func (s *server) showLiveCode(*gin.Context, models.Account, models.LiveID) error { return nil }

func (s *server) changeLiveCode(c *gin.Context, a models.Account, id models.LiveID) error {
	var in struct {
		Name   *string `json:"name" binding:"omitempty,min=1,max=60"`
		Rule   *string `json:"rule" binding:"omitempty,oneof=in_order least_full city tag"`
		Margin *int    `json:"margin" binding:"omitempty,min=0,max=100"`
		Paused *bool   `json:"paused"`
	}
	if err := bindJSON(c, &in); err != nil {
		return err
	}
	return s.Bot.ChangeLiveCode(c.Request.Context(), a.CommunityID, id, a.ID, func(l *models.LiveCode) {
		put(&l.Name, in.Name)
		put((*string)(&l.Rule), in.Rule)
		put(&l.Margin, in.Margin)
		put(&l.Paused, in.Paused)
	})
}

// put changes what something was said of.
func put[T any](into, said *T) {
	if said != nil {
		*into = *said
	}
}

func (s *server) retireLiveCode(c *gin.Context, a models.Account, id models.LiveID) error {
	return s.Bot.RetireLiveCode(c.Request.Context(), a.CommunityID, id, a.ID)
}

func (s *server) addLiveRoom(c *gin.Context, a models.Account, id models.LiveID) error {
	var in struct {
		GroupID models.GroupID `json:"group_id" binding:"required"`
		Place   int            `json:"place" binding:"min=0,max=10000"`
		City    string         `json:"city" binding:"max=20"`
		Tag     string         `json:"tag" binding:"max=20"`
		Rolls   bool           `json:"rolls"`
	}
	if err := bindJSON(c, &in); err != nil {
		return err
	}
	return s.Bot.AddLiveRoom(c.Request.Context(), a.CommunityID, models.LiveRoom{LiveID: id, GroupID: in.GroupID, Place: in.Place,
		City: in.City, Tag: in.Tag, Rolls: in.Rolls}, a.ID)
}

// groupParam reads the path's second id.
func groupParam(c *gin.Context) (models.GroupID, error) {
	var id models.GroupID
	if err := id.UnmarshalText([]byte(c.Param("group"))); err != nil || id.IsZero() {
		return 0, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return id, nil
}

func (s *server) changeLiveRoom(c *gin.Context, a models.Account, id models.LiveID) error {
	var in struct {
		Place  *int    `json:"place" binding:"omitempty,min=0,max=10000"`
		City   *string `json:"city" binding:"omitempty,max=20"`
		Tag    *string `json:"tag" binding:"omitempty,max=20"`
		Rolls  *bool   `json:"rolls"`
		Paused *bool   `json:"paused"`
	}
	if err := bindJSON(c, &in); err != nil {
		return err
	}
	group, err := groupParam(c)
	if err != nil {
		return err
	}
	return s.Bot.ChangeLiveRoom(c.Request.Context(), a.CommunityID, id, group, a.ID, func(r *models.LiveRoom) {
		put(&r.Place, in.Place)
		put(&r.City, in.City)
		put(&r.Tag, in.Tag)
		put(&r.Rolls, in.Rolls)
		put(&r.Paused, in.Paused)
	})
}

func (s *server) dropLiveRoom(c *gin.Context, a models.Account, id models.LiveID) error {
	group, err := groupParam(c)
	if err != nil {
		return err
	}
	return s.Bot.DropLiveRoom(c.Request.Context(), a.CommunityID, id, group, a.ID)
}

type groupWayView struct {
	GroupID   models.GroupID `json:"group_id"`
	URL       string         `json:"url"`
	EndsAt    models.Millis  `json:"ends_at"`
	Headcount int            `json:"headcount"`
	Capacity  int            `json:"capacity"`
	CountedAt models.Millis  `json:"counted_at"`
}

func (s *server) setGroupWay(c *gin.Context) (any, error) {
	var in struct {
		URL       *string       `json:"url" binding:"omitempty,min=1,max=300"`
		EndsAt    models.Millis `json:"ends_at"`
		Headcount *int          `json:"headcount" binding:"omitempty,min=0,max=5000"`
		Capacity  *int          `json:"capacity" binding:"omitempty,min=1,max=5000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.putGroupWay(c, bot.GroupWay{URL: in.URL, ExpiresAt: in.EndsAt, Headcount: in.Headcount, Capacity: in.Capacity})
}

// mostPicture is the largest picture that is read, in bytes; a phone's screenshot has less than half.
const mostPicture = 4 << 20

// limitPicture bounds a picture that is sent.
func limitPicture(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, mostPicture)
}

// readGroupWay takes a group's way in from a picture of its QR code, which is the body.
func (s *server) readGroupWay(c *gin.Context) (any, error) {
	picture, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, badInput(err)
	}
	link, err := bot.ReadInvite(picture)
	if err != nil {
		return nil, err
	}
	return s.putGroupWay(c, bot.GroupWay{URL: &link})
}

func (s *server) putGroupWay(c *gin.Context, w bot.GroupWay) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	g, err := s.Bot.SetGroupWay(c.Request.Context(), a.CommunityID, id, w, a.ID)
	if err != nil {
		return nil, err
	}
	return groupWayView{GroupID: g.ID, URL: g.InviteURL, EndsAt: g.InviteExpiresAt, Headcount: g.Headcount, Capacity: g.Capacity,
		CountedAt: g.CountedAt}, nil
}
