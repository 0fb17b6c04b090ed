package handlers

import (
	"io"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type pieceView struct {
	ID            models.PieceID       `json:"id"`
	Title         string               `json:"title"`
	Text          string               `json:"text"`
	Picture       *pieceFileView       `json:"picture"`
	Attachment    *bot.PieceAttachment `json:"attachment"`
	Audience      models.PieceAudience `json:"audience"`
	Schedule      *models.Schedule     `json:"schedule"`
	Zone          string               `json:"zone"`
	Window        int64                `json:"window"`
	Exact         bool                 `json:"exact"`
	State         models.PieceState    `json:"state"`
	Ver           int                  `json:"ver"`
	Groups        int                  `json:"groups"`
	NextAt        models.Millis        `json:"next_at"`
	Counts        runCountsView        `json:"counts"`
	Lint          []remarkView         `json:"lint"`
	CreatedBy     models.AccountID     `json:"created_by"`
	CreatedByName string               `json:"created_by_name"`
	CreatedAt     models.Millis        `json:"created_at"`
	UpdatedAt     models.Millis        `json:"updated_at"`
}

type pieceFileView struct {
	ID   models.PictureID `json:"id"`
	Type string           `json:"type"`
	Size int              `json:"size"`
	URL  string           `json:"url"`
}

type runCountsView struct {
	Planned  int `json:"planned"`
	Handed   int `json:"handed"`
	Posted   int `json:"posted"`
	Unposted int `json:"unposted"`
	Missed   int `json:"missed"`
}

type remarkView struct {
	Code   string `json:"code"`
	Phrase string `json:"phrase"`
	Text   string `json:"text"`
}

func viewPicture(p models.PiecePicture) *pieceFileView {
	return &pieceFileView{ID: p.ID, Type: p.Mime, Size: p.Size, URL: pictureURL(p.ID)}
}

func (s *server) viewPiece(c *gin.Context, p bot.PieceView) pieceView {
	v := pieceView{ID: p.ID, Title: p.Title, Text: p.Content.Body, Audience: p.Audience, Schedule: p.Schedule, Zone: p.Zone,
		Window: p.WindowFor, Exact: p.Exact, State: p.State, Ver: p.Ver, Groups: p.Groups, NextAt: p.NextAt, Lint: []remarkView{},
		CreatedBy: p.CreatedBy, CreatedByName: p.Author, CreatedAt: p.CreatedAt, UpdatedAt: p.UpdatedAt,
		Counts: runCountsView{Planned: p.Counts[models.RunPlanned], Handed: p.Counts[models.RunHanded], Posted: p.Counts[models.RunPosted],
			Unposted: p.Counts[models.RunUnposted], Missed: p.Counts[models.RunMissed]}}
	if p.Picture != nil {
		v.Picture = viewPicture(*p.Picture)
	}
	if p.Content.AttachKind != "" {
		v.Attachment = &bot.PieceAttachment{Kind: p.Content.AttachKind, Title: p.Content.AttachTitle, Desc: p.Content.AttachDesc, URL: p.Content.AttachURL}
	}
	if v.Audience.Groups == nil {
		v.Audience.Groups = []models.GroupID{}
	}
	if v.Schedule != nil {
		filled := *v.Schedule
		filled.Days, filled.Except = orEmpty(filled.Days), orEmpty(filled.Except)
		v.Schedule = &filled
	}
	for _, r := range p.Remarks {
		v.Lint = append(v.Lint, remarkView{Code: r.Code, Phrase: r.Phrase,
			Text: s.texts.say(requestLanguage(c), "remark_"+r.Code, map[string]any{"phrase": r.Phrase})})
	}
	return v
}

// orEmpty is a list that JSON writes as a list.
func orEmpty[T any](all []T) []T {
	if all == nil {
		return []T{}
	}
	return all
}

// newPiece is what an organiser says of a piece; the checks of its parts are the bot's.
type newPiece struct {
	Title      string               `json:"title" binding:"required,max=240"`
	Text       string               `json:"text" binding:"max=8000"`
	PictureID  models.PictureID     `json:"picture_id"`
	Attachment *bot.PieceAttachment `json:"attachment"`
	planOfPiece
}

// planOfPiece is to whom and when a piece goes.
type planOfPiece struct {
	Audience models.PieceAudience `json:"audience"`
	Schedule *models.Schedule     `json:"schedule"`
	Zone     string               `json:"zone" binding:"max=64"`
	Window   int64                `json:"window" binding:"min=0,max=604800000"`
	Exact    bool                 `json:"exact"`
}

func (p planOfPiece) draft() bot.PieceDraft {
	return bot.PieceDraft{Audience: p.Audience, Schedule: p.Schedule, Zone: p.Zone, Window: time.Duration(p.Window) * time.Millisecond, Exact: p.Exact}
}

func (p newPiece) draft() bot.PieceDraft {
	d := p.planOfPiece.draft()
	d.Title, d.Text, d.PictureID, d.Attachment = p.Title, p.Text, p.PictureID, p.Attachment
	return d
}

func (s *server) listPieces(c *gin.Context) (any, error) {
	in := struct {
		State models.PieceState `form:"state" binding:"omitempty,oneof=draft scheduled paused ended"`
		After models.PieceID    `form:"after"`
		Limit int               `form:"limit" binding:"min=0,max=100"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	all, err := s.Bot.Pieces(c.Request.Context(), account(c).CommunityID, in.State, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views, next := []pieceView{}, models.PieceID(0)
	for _, p := range all {
		views = append(views, s.viewPiece(c, p))
	}
	if len(all) == in.Limit {
		next = all[len(all)-1].ID
	}
	return gin.H{"pieces": views, "next": next}, nil
}

func (s *server) addPiece(c *gin.Context) (any, error) {
	var in newPiece
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Bot.SavePiece(c.Request.Context(), a.CommunityID, a.ID, 0, 0, in.draft())
	if err != nil {
		return nil, err
	}
	return created{s.viewPiece(c, v)}, nil
}

// piece answers with one piece as a call of the bot left it.
func (s *server) piece(c *gin.Context, do func(models.Account, models.PieceID) (bot.PieceView, error)) (any, error) {
	id, err := idParam[models.Piece](c)
	if err != nil {
		return nil, err
	}
	v, err := do(account(c), id)
	if err != nil {
		return nil, err
	}
	return s.viewPiece(c, v), nil
}

func (s *server) readPiece(c *gin.Context) (any, error) {
	return s.piece(c, func(a models.Account, id models.PieceID) (bot.PieceView, error) {
		return s.Bot.ReadPiece(c.Request.Context(), a.CommunityID, id)
	})
}

func (s *server) changePiece(c *gin.Context) (any, error) {
	var in struct {
		newPiece
		Ver int `json:"ver" binding:"required,min=1"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return s.piece(c, func(a models.Account, id models.PieceID) (bot.PieceView, error) {
		return s.Bot.SavePiece(c.Request.Context(), a.CommunityID, a.ID, id, in.Ver, in.draft())
	})
}

func (s *server) deletePiece(c *gin.Context) (any, error) {
	id, err := idParam[models.Piece](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	return nothing{}, s.Bot.DeletePiece(c.Request.Context(), a.CommunityID, a.ID, id)
}

// movePiece is a handler that takes a piece to another state.
func (s *server) movePiece(what string) handler {
	return func(c *gin.Context) (any, error) {
		var in struct {
			Ver int `json:"ver" binding:"required,min=1"`
		}
		if err := bindJSON(c, &in); err != nil {
			return nil, err
		}
		move := s.Bot.EndPiece
		switch what {
		case "schedule":
			move = s.Bot.SchedulePiece
		case "pause":
			move = s.Bot.PausePiece
		case "resume":
			move = s.Bot.ResumePiece
		}
		return s.piece(c, func(a models.Account, id models.PieceID) (bot.PieceView, error) {
			return move(c.Request.Context(), a.CommunityID, a.ID, id, in.Ver)
		})
	}
}

func (s *server) pieceTimes(c *gin.Context) (any, error) {
	var in planOfPiece
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	all, err := s.Bot.PieceTimes(c.Request.Context(), account(c).CommunityID, in.draft())
	if err != nil {
		return nil, err
	}
	zones := []gin.H{}
	for _, z := range all {
		times := []gin.H{}
		for _, t := range z.Times {
			times = append(times, gin.H{"at": t.At, "local": t.Local, "from_at": t.FromAt, "shifted": t.Shifted})
		}
		zones = append(zones, gin.H{"zone": z.Zone, "groups": z.Groups, "times": times})
	}
	return gin.H{"zones": zones}, nil
}

// limitPiecePicture bounds a picture of a piece: it is kept.
func limitPiecePicture(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, int64(bot.DefaultPieceLimits().PictureBytes))
}

// addPiecePicture keeps the picture that is the body.
func (s *server) addPiecePicture(c *gin.Context) (any, error) {
	body, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, badInput(err)
	}
	a := account(c)
	p, err := s.Bot.AddPiecePicture(c.Request.Context(), a.CommunityID, a.ID, body)
	if err != nil {
		return nil, err
	}
	return created{viewPicture(p)}, nil
}

func (s *server) piecePicture(c *gin.Context) (any, error) {
	id, err := idParam[models.PiecePicture](c)
	if err != nil {
		return nil, err
	}
	p, err := s.Bot.PiecePicture(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	c.Header("Cache-Control", "private, max-age=31536000, immutable")
	return document{contentType: p.Mime, body: p.Body}, nil
}

// askedPicture is a picture for WeChat, while it is asked to look at it.
func (s *server) askedPicture(c *gin.Context) (any, error) {
	id, err := idParam[models.PiecePicture](c)
	if err != nil {
		return nil, err
	}
	p, err := s.Store.Read(c.Request.Context()).PictureAsked(id, c.Param("hash"))
	if err != nil {
		return nil, err
	}
	c.Header("Cache-Control", "no-store")
	c.Header("X-Content-Type-Options", "nosniff")
	return document{contentType: p.Mime, body: p.Body}, nil
}

// pictureURL is where a picture of a piece is fetched by whoever is signed in.
func pictureURL(id models.PictureID) string { return "/api/console/v1/pieces/pictures/" + id.String() }
