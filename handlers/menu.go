package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type menuView struct {
	Draft     menuDraftView       `json:"draft"`
	Buttons   []models.MenuButton `json:"buttons"`
	Keys      []string            `json:"keys"`
	Warnings  []menuWarningView   `json:"warnings"`
	Live      liveMenuView        `json:"live"`
	Published *publicationView    `json:"published,omitempty"`
	Drifted   bool                `json:"drifted"`
	Changes   []menuChangeView    `json:"changes"`
}

type menuDraftView struct {
	Rev       int           `json:"rev"`
	Digest    string        `json:"digest"`
	Note      string        `json:"note"`
	CreatedAt models.Millis `json:"created_at"`
}

type menuWarningView struct {
	Path string `json:"path"`
	Code string `json:"code"`
}

type liveMenuView struct {
	Origin      string              `json:"origin"`
	Digest      string              `json:"digest"`
	Buttons     []models.MenuButton `json:"buttons"`
	Names       []string            `json:"names"`
	Conditional int                 `json:"conditional"`
}

type publicationView struct {
	Rev    int           `json:"rev"`
	Digest string        `json:"digest"`
	At     models.Millis `json:"at"`
}

type menuChangeView struct {
	Kind string `json:"kind"`
	From string `json:"from"`
	To   string `json:"to"`
	Name string `json:"name"`
	Was  string `json:"was"`
}

func viewMenu(m bot.MenuView) menuView {
	v := menuView{Draft: viewMenuDraft(m.Draft), Buttons: m.Buttons, Keys: bot.MenuKeys(m.Buttons), Warnings: []menuWarningView{},
		Live: liveMenuView(m.Live), Drifted: m.Drifted, Changes: []menuChangeView{}}
	for _, w := range m.Warnings {
		v.Warnings = append(v.Warnings, menuWarningView(w))
	}
	for _, c := range m.Changes {
		v.Changes = append(v.Changes, menuChangeView(c))
	}
	if p := m.Published; p.Seq > 0 {
		v.Published = &publicationView{Rev: p.Rev, Digest: p.Digest, At: p.DoneAt}
	}
	return v
}

func viewMenuDraft(r models.MenuRevision) menuDraftView {
	return menuDraftView{Rev: r.Rev, Digest: r.Digest, Note: r.Note, CreatedAt: r.CreatedAt}
}

func (s *server) menu(c *gin.Context) (any, error) {
	v, err := s.Bot.Menu(c.Request.Context(), account(c).CommunityID)
	if err != nil {
		return nil, err
	}
	return viewMenu(v), nil
}

func (s *server) saveMenu(c *gin.Context) (any, error) {
	var in struct {
		BaseRev *int                `json:"base_rev" binding:"required,min=0"`
		Buttons []models.MenuButton `json:"buttons" binding:"required"`
		Note    string              `json:"note" binding:"max=60"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.SaveMenu(c.Request.Context(), a.CommunityID, a.ID, *in.BaseRev, in.Buttons, in.Note); err != nil {
		return nil, err
	}
	return s.menu(c)
}

func (s *server) restoreMenu(c *gin.Context) (any, error) {
	var in struct {
		BaseRev *int `json:"base_rev" binding:"required,min=0"`
		Rev     int  `json:"rev" binding:"required,min=1"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.RestoreMenu(c.Request.Context(), a.CommunityID, a.ID, *in.BaseRev, in.Rev); err != nil {
		return nil, err
	}
	return s.menu(c)
}

func (s *server) publishMenu(c *gin.Context) (any, error) {
	var in struct {
		Rev        int    `json:"rev" binding:"required,min=1"`
		BaseDigest string `json:"base_digest" binding:"required,max=64"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	v, err := s.Bot.PublishMenu(c.Request.Context(), a.CommunityID, a.ID, in.Rev, in.BaseDigest)
	if err != nil {
		return nil, err
	}
	return viewMenu(v), nil
}

func (s *server) listMenuRevisions(c *gin.Context) (any, error) {
	in := struct {
		Before int `form:"before" binding:"min=0"`
		Limit  int `form:"limit" binding:"min=0,max=100"`
	}{}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	if in.Limit == 0 {
		in.Limit = 20
	}
	all, err := s.Bot.MenuRevisions(c.Request.Context(), account(c).CommunityID, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	views := []gin.H{}
	for _, r := range all {
		buttons, err := r.Buttons()
		if err != nil {
			return nil, err
		}
		views = append(views, gin.H{"draft": viewMenuDraft(r), "buttons": buttons})
	}
	return gin.H{"revisions": views}, nil
}
