package handlers

import (
	"encoding/json"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

// pageQuery is which part of a long list is wanted.
type pageQuery struct {
	After string `form:"after"`
	Limit int    `form:"limit" binding:"omitempty,min=1,max=200"`
}

// pageOf reads which part of a list is wanted; 50 if it is not said.
func pageOf[T any](c *gin.Context) (after models.ID[T], limit int, err error) {
	var q pageQuery
	if err := c.ShouldBindQuery(&q); err != nil {
		return 0, 0, badInput(err)
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	return after, q.Limit, after.UnmarshalText([]byte(q.After))
}

type entryCodeView struct {
	ID        models.EntryID `json:"id"`
	Code      string         `json:"code"`
	Label     string         `json:"label"`
	VideoID   models.VideoID `json:"video_id,omitempty"`
	GroupID   models.GroupID `json:"group_id,omitempty"`
	LiveID    models.LiveID  `json:"live_id,omitempty"`
	LeadsTo   string         `json:"leads_to"`
	Pick      string         `json:"pick"`
	PageURL   string         `json:"page_url"`
	QR        bot.QRKind     `json:"qr"`
	QRURL     string         `json:"qr_url"`
	QREndsAt  models.Millis  `json:"qr_ends_at"`
	Mini      bool           `json:"mini_code"`
	Link      string         `json:"link"`
	LinkEnds  models.Millis  `json:"link_ends_at"`
	Visits    int64          `json:"visits"`
	Scans     int64          `json:"scans"`
	Joins     int64          `json:"joins"`
	RetiredAt models.Millis  `json:"retired_at"`
	CreatedAt models.Millis  `json:"created_at"`
}

func viewEntryCode(e bot.EntryView) entryCodeView {
	return entryCodeView{ID: e.ID, Code: e.Code, Label: e.Label, VideoID: e.VideoID, GroupID: e.GroupID, LiveID: e.LiveID,
		LeadsTo: e.LeadsTo, Pick: e.Pick, PageURL: e.PageURL, QR: e.Kind, QRURL: e.URL, QREndsAt: e.QRExpiresAt, Mini: e.Mini,
		Link: e.LinkURL, LinkEnds: e.LinkEnds, Visits: e.Visits, Scans: e.Scans, Joins: e.Joins, RetiredAt: e.RetiredAt,
		CreatedAt: e.CreatedAt}
}

func (s *server) listEntries(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.Entry](c)
	if err != nil {
		return nil, err
	}
	var live models.LiveID
	if err := live.UnmarshalText([]byte(c.Query("live_id"))); err != nil {
		return nil, err
	}
	all, err := s.Bot.Entries(c.Request.Context(), account(c).CommunityID, live, after, limit)
	if err != nil {
		return nil, err
	}
	views := make([]entryCodeView, len(all))
	for i, e := range all {
		views[i] = viewEntryCode(e)
	}
	return gin.H{"entries": views}, nil
}

func (s *server) addEntry(c *gin.Context) (any, error) {
	var in struct {
		VideoID models.VideoID `json:"video_id"`
		Label   string         `json:"label" binding:"max=60"`
		GroupID models.GroupID `json:"group_id"`
		LiveID  models.LiveID  `json:"live_id"`
		Pick    string         `json:"pick" binding:"max=20"`
		QR      string         `json:"qr" binding:"omitempty,oneof=permanent temporary"`
		QRDays  int            `json:"qr_days" binding:"omitempty,min=1,max=30"`
		Mini    bool           `json:"mini_code"`
		Link    bool           `json:"link"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	ctx, a := c.Request.Context(), account(c)
	e, err := s.Bot.AddEntry(ctx, a.CommunityID, bot.NewEntry{Video: in.VideoID, Label: in.Label, Group: in.GroupID, Live: in.LiveID,
		Pick: in.Pick, QR: bot.QRKind(in.QR), QRLife: time.Duration(in.QRDays) * 24 * time.Hour, Mini: in.Mini, Link: in.Link, By: a.ID})
	if err != nil {
		return nil, err
	}
	v, err := s.Bot.Entry(ctx, a.CommunityID, e.ID)
	return created{viewEntryCode(v)}, err
}

// onEntry does something with the path's entry and answers with the entry.
func (s *server) onEntry(do func(*gin.Context, models.Account, models.EntryID) error) handler {
	return func(c *gin.Context) (any, error) {
		id, err := idParam[models.Entry](c)
		if err != nil {
			return nil, err
		}
		a := account(c)
		if err := do(c, a, id); err != nil {
			return nil, err
		}
		v, err := s.Bot.Entry(c.Request.Context(), a.CommunityID, id)
		if err != nil {
			return nil, err
		}
		return viewEntryCode(v), nil
	}
}

func (s *server) showEntry(*gin.Context, models.Account, models.EntryID) error { return nil }

func (s *server) retireEntry(c *gin.Context, a models.Account, id models.EntryID) error {
	_, err := s.Bot.RetireEntry(c.Request.Context(), a.CommunityID, id, a.ID)
	return err
}

func (s *server) renewEntry(c *gin.Context, a models.Account, id models.EntryID) error {
	_, err := s.Bot.RenewEntry(c.Request.Context(), a.CommunityID, id, a.ID)
	return err
}

// entryPicture is a code of an entry to print: of its page, of the Official Account, or the Mini Program's.
func (s *server) entryPicture(c *gin.Context) (any, error) {
	id, err := idParam[models.Entry](c)
	if err != nil {
		return nil, err
	}
	q := struct {
		Of     string `form:"of" binding:"omitempty,oneof=page qr mini_code"`
		Format string `form:"format" binding:"omitempty,oneof=png svg"`
		Size   int    `form:"size" binding:"omitempty,min=128,max=2048"`
	}{Size: 1024}
	if err := c.ShouldBindQuery(&q); err != nil {
		return nil, badInput(err)
	}
	e, err := s.Bot.Entry(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	says := e.PageURL
	switch q.Of {
	case "mini_code":
		picture, err := s.Bot.MiniCode(c.Request.Context(), e.Entry, q.Size)
		return document{"image/jpeg", picture}, err
	case "qr":
		says = e.URL
	}
	if says == "" {
		return nil, models.Errorf(models.NotFound, "entry_has_none", "the entry has no such code")
	}
	if q.Format == "svg" {
		svg, err := drawSVG(says)
		return document{"image/svg+xml", svg}, err
	}
	png, err := drawPNG(says, q.Size)
	return document{"image/png", png}, err
}

func (s *server) slots(c *gin.Context) (any, error) {
	u, err := s.Bot.Slots(c.Request.Context(), account(c).CommunityID)
	return gin.H{"limit": u.Limit, "used": u.Bound + u.Reserved, "resting": u.Resting, "free": u.Free, "left": u.Left}, err
}

type videoView struct {
	ID          models.VideoID `json:"id"`
	Title       string         `json:"title"`
	PublishedAt models.Millis  `json:"published_at"`
}

func (s *server) listVideos(c *gin.Context) (any, error) {
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).Videos()
	if err != nil {
		return nil, err
	}
	views := make([]videoView, len(all))
	for i, v := range all {
		views[i] = videoView{v.ID, v.Title, v.PublishedAt}
	}
	return gin.H{"videos": views}, nil
}

func (s *server) addVideo(c *gin.Context) (any, error) {
	var in struct {
		Title       string        `json:"title" binding:"required,max=60"`
		PublishedAt models.Millis `json:"published_at" binding:"min=0,max=4102444800000"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Bot.AddVideo(c.Request.Context(), a.CommunityID, in.Title, in.PublishedAt, a.ID)
	return created{videoView{v.ID, v.Title, v.PublishedAt}}, err
}

type warningView struct {
	ID     models.WarningID `json:"id"`
	Kind   string           `json:"kind"`
	Object string           `json:"object"`
	Args   json.RawMessage  `json:"args"`
	Text   string           `json:"text"`
	At     models.Millis    `json:"at"`

	GroupID models.GroupID `json:"group_id"`
	Urgent  bool           `json:"urgent"`
}

func (s *server) listWarnings(c *gin.Context) (any, error) {
	after, limit, err := pageOf[models.Warning](c)
	if err != nil {
		return nil, err
	}
	mine, err := s.mine(c)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Read(c.Request.Context()).In(account(c).CommunityID).OpenWarnings(after, limit, mine.ids()...)
	if err != nil {
		return nil, err
	}
	views := make([]warningView, len(all))
	for i, w := range all {
		var args map[string]any
		if err := json.Unmarshal([]byte(w.Args), &args); err != nil {
			return nil, err
		}
		views[i] = warningView{ID: w.ID, Urgent: w.Urgent, GroupID: w.GroupID, Kind: w.Kind, Object: w.Object, Args: json.RawMessage(w.Args), At: w.At,
			Text: s.texts.say(requestLanguage(c), "warning_"+w.Kind, args)}
	}
	return gin.H{"warnings": views}, nil
}

func (s *server) seeWarning(c *gin.Context) (any, error) {
	id, err := idParam[models.Warning](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.herWarning(c, id); err != nil {
		return nil, err
	}
	return nothing{}, s.Bot.SeeWarning(c.Request.Context(), a.CommunityID, id, a.ID)
}
