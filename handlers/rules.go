package handlers

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/throttle/desk"
)

type revisionView struct {
	Rev     int               `json:"rev"`
	GroupID models.GroupID    `json:"group_id"`
	Rules   models.Rules      `json:"rules"`
	By      models.AccountID  `json:"by"`
	ByName  string            `json:"by_name"`
	At      models.Millis     `json:"at"`
	Changes []desk.Difference `json:"changes"`
	Effect  desk.Effect       `json:"effect"`
}

func viewRevision(r desk.Revision) revisionView {
	return revisionView{Rev: r.Rev, GroupID: r.Group, Rules: r.Rules, By: r.By, ByName: r.ByName, At: r.At, Changes: r.Changes, Effect: r.Effect}
}

func viewRevisions(all []desk.Revision) []revisionView {
	views := make([]revisionView, len(all))
	for i, r := range all {
		views[i] = viewRevision(r)
	}
	return views
}

type standingView struct {
	Field     string     `json:"field"`
	Unit      desk.Unit  `json:"unit"`
	Value     any        `json:"value"`
	Level     desk.Level `json:"level"`
	Rev       int        `json:"rev"`
	Strictest bool       `json:"strictest"`
}

type rulesView struct {
	Community *revisionView  `json:"community"`
	Own       *revisionView  `json:"own"`
	Effective models.Rules   `json:"effective"`
	Limits    []standingView `json:"limits"`
}

// ownerParam is the group of the path, zero where the path has none: the community.
func ownerParam(c *gin.Context) (models.GroupID, error) {
	if c.Param("id") == "" {
		return 0, nil
	}
	return idParam[models.Group](c)
}

func (s *server) readRules(c *gin.Context) (any, error) {
	group, err := ownerParam(c)
	if err != nil {
		return nil, err
	}
	p, err := s.Desk.Policy(c.Request.Context(), account(c).CommunityID, group)
	if err != nil {
		return nil, err
	}
	v := rulesView{Effective: p.Effective, Limits: make([]standingView, len(p.Limits))}
	if p.Community != nil {
		r := viewRevision(*p.Community)
		v.Community = &r
	}
	if p.Own != nil {
		r := viewRevision(*p.Own)
		v.Own = &r
	}
	for i, l := range p.Limits {
		v.Limits[i] = standingView{Field: l.Field, Unit: l.Unit, Value: l.Value, Level: l.Level, Rev: l.Rev, Strictest: l.Strictest}
	}
	return v, nil
}

// readRulesOf reads rules strictly: a name that is misspelt would be no rule at all.
func readRulesOf(raw json.RawMessage) (models.Rules, error) {
	var r models.Rules
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	err := d.Decode(&r)
	if err == nil && !bytes.Equal(bytes.TrimSpace(raw), []byte("null")) { // nothing would be read as no rules at all
		return r, nil
	}
	if err == nil {
		return r, models.Errorf(models.Invalid, "bad_field", "there are no rules").With("field", "rules")
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return r, models.Errorf(models.Invalid, "bad_field", "a rule has the wrong type").With("field", t.Field)
	}
	if _, name, unknown := strings.Cut(err.Error(), "unknown field "); unknown {
		return r, models.Errorf(models.Invalid, "bad_field", "there is no such rule").With("field", strings.Trim(name, `"`))
	}
	return r, models.Errorf(models.Invalid, "bad_field", "the rules cannot be read").With("field", "rules")
}

func (s *server) saveRules(c *gin.Context) (any, error) {
	group, err := ownerParam(c)
	if err != nil {
		return nil, err
	}
	var in struct {
		BaseRev *int            `json:"base_rev" binding:"required,min=0"`
		Rules   json.RawMessage `json:"rules" binding:"required"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	rules, err := readRulesOf(in.Rules)
	if err != nil {
		return nil, err
	}
	a := account(c)
	r, err := s.Desk.Revise(c.Request.Context(), a.CommunityID, a.ID, group, *in.BaseRev, rules)
	if err != nil {
		return nil, outrun(err)
	}
	return viewRevision(r), nil
}

// outrun shows the newer rules to whoever changed older ones.
func outrun(err error) error {
	if m, ok := errors.AsType[*desk.MovedError](err); ok {
		return &overtaken{error: err, newer: viewRevision(m.Newer)}
	}
	return err
}

func (s *server) listRevisions(c *gin.Context) (any, error) {
	group, err := ownerParam(c)
	if err != nil {
		return nil, err
	}
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
	all, err := s.Desk.Revisions(c.Request.Context(), account(c).CommunityID, group, in.Before, in.Limit)
	if err != nil {
		return nil, err
	}
	return gin.H{"revisions": viewRevisions(all)}, nil
}

type presetView struct {
	Name  string       `json:"name"`
	Title string       `json:"title"`
	About string       `json:"about"`
	Rules models.Rules `json:"rules"`
}

func (s *server) listPresets(c *gin.Context) (any, error) {
	lang := requestLanguage(c)
	views := []presetView{}
	for _, p := range desk.Presets() {
		views = append(views, presetView{Name: p.Name, Title: s.texts.say(lang, "preset_"+p.Name, nil),
			About: s.texts.say(lang, "preset_"+p.Name+"_about", nil), Rules: p.Rules})
	}
	return gin.H{"presets": views}, nil
}

func (s *server) copyRules(c *gin.Context) (any, error) {
	var in struct {
		From models.GroupID `json:"from"`
		To   []struct {
			GroupID models.GroupID `json:"group_id" binding:"required"`
			BaseRev *int           `json:"base_rev" binding:"required,min=0"`
		} `json:"to" binding:"required,min=1,max=200,dive"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	to := make([]desk.Target, len(in.To))
	for i, t := range in.To {
		to[i] = desk.Target{Group: t.GroupID, Base: *t.BaseRev}
	}
	a := account(c)
	all, err := s.Desk.Copy(c.Request.Context(), a.CommunityID, a.ID, in.From, to)
	if err != nil {
		return nil, outrun(err)
	}
	return gin.H{"revisions": viewRevisions(all)}, nil
}
