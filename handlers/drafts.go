package handlers

import (
	"io"
	"net/http"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type draftView struct {
	MediaID   string            `json:"media_id"`
	Articles  []bot.NewsArticle `json:"articles"`
	UpdatedAt models.Millis     `json:"updated_at"`
}

func viewDraft(d bot.NewsDraft) draftView {
	v := draftView(d)
	if v.Articles == nil {
		v.Articles = []bot.NewsArticle{}
	}
	return v
}

// limitDraft bounds an article: WeChat takes a megabyte of each of eight, people write a hundredth of it.
func limitDraft(c *gin.Context) {
	const most = 2 << 20
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, most)
}

// limitUpload bounds an uploaded picture.
func limitUpload(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, bot.MaxPicture)
}

func (s *server) listDrafts(c *gin.Context) (any, error) {
	in := struct {
		Offset int `form:"offset" binding:"min=0"`
		Limit  int `form:"limit" binding:"min=0,max=20"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	all, total, err := s.Bot.NewsDrafts(c.Request.Context(), account(c).CommunityID, in.Offset, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []draftView{}
	for _, d := range all {
		views = append(views, viewDraft(d))
	}
	return gin.H{"drafts": views, "total": total}, nil
}

func (s *server) readDraft(c *gin.Context) (any, error) {
	d, err := s.Bot.NewsDraft(c.Request.Context(), account(c).CommunityID, c.Param("media_id"))
	if err != nil {
		return nil, err
	}
	return viewDraft(d), nil
}

func (s *server) addDraft(c *gin.Context) (any, error) {
	var in struct {
		Articles []bot.NewsArticle `json:"articles" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	d, err := s.Bot.AddNewsDraft(c.Request.Context(), a.CommunityID, a.ID, in.Articles)
	if err != nil {
		return nil, err
	}
	return created{viewDraft(d)}, nil
}

func (s *server) editDraft(c *gin.Context) (any, error) {
	var in struct {
		Index   int             `json:"index" binding:"min=0,max=7"`
		Article bot.NewsArticle `json:"article"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.EditNewsDraft(c.Request.Context(), a.CommunityID, a.ID, c.Param("media_id"), in.Index, in.Article); err != nil {
		return nil, err
	}
	return s.readDraft(c)
}

func (s *server) deleteDraft(c *gin.Context) (any, error) {
	a := account(c)
	return nothing{}, s.Bot.DeleteNewsDraft(c.Request.Context(), a.CommunityID, a.ID, c.Param("media_id"))
}

func (s *server) publishDraft(c *gin.Context) (any, error) {
	a := account(c)
	x, err := s.Bot.PublishDraft(c.Request.Context(), a.CommunityID, a.ID, c.Param("media_id"))
	if err != nil {
		return nil, err
	}
	return viewArticle(x), nil
}

type articleView struct {
	ID        models.ArticleID    `json:"id"`
	MediaID   string              `json:"media_id"`
	Title     string              `json:"title"`
	State     models.ArticleState `json:"state"`
	ArticleID string              `json:"article_id"`
	URL       string              `json:"url"`
	Result    string              `json:"result"`
	CreatedAt models.Millis       `json:"created_at"`
	DoneAt    models.Millis       `json:"done_at"`
}

func viewArticle(x models.Article) articleView {
	return articleView{ID: x.ID, MediaID: x.MediaID, Title: x.Title, State: x.State, ArticleID: x.ArticleID, URL: x.URL,
		Result: x.Result, CreatedAt: x.CreatedAt, DoneAt: x.DoneAt}
}

func (s *server) listArticles(c *gin.Context) (any, error) {
	in := struct {
		After models.ArticleID `form:"after"`
		Limit int              `form:"limit" binding:"min=0,max=100"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	all, err := s.Bot.Articles(c.Request.Context(), account(c).CommunityID, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []articleView{}
	for _, x := range all {
		views = append(views, viewArticle(x))
	}
	return gin.H{"articles": views}, nil
}

// uploadPicture takes the picture as the whole body.
func (s *server) uploadPicture(c *gin.Context) (any, error) {
	picture, err := io.ReadAll(c.Request.Body)
	if err != nil {
		return nil, badInput(err)
	}
	a := account(c)
	mediaID, url, err := s.Bot.UploadPicture(c.Request.Context(), a.CommunityID, a.ID, picture)
	if err != nil {
		return nil, err
	}
	return created{gin.H{"media_id": mediaID, "url": url}}, nil
}
