package miniprogram

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// SyncTemplates is the daily job that reads which subscription templates each Mini Program has.
type SyncTemplates struct{}

// Kind names the job.
func (SyncTemplates) Kind() string { return "templates.sync" }

// syncEvery is how often the templates are read: somebody may change them on the platform any time.
const syncEvery = 24 * time.Hour

// TemplateView is a template, its fields and how it is doing.
type TemplateView struct {
	models.Template
	Fields []Field
	Count  models.TemplateCount
}

// account is the community's Mini Program.
func miniProgramOf(sc *models.Scope) (models.Channel, error) {
	c, err := sc.Channel(models.MiniProgram)
	if models.IsKind(err, models.NotFound) {
		return c, models.Errorf(models.NotFound, "channel_unknown", "no Mini Program is connected")
	}
	return c, err
}

// Templates lists the community's templates, oldest first; none without a Mini Program.
func (s *Service) Templates(ctx context.Context, community models.CommunityID) ([]TemplateView, error) {
	sc := s.store.Read(ctx).In(community)
	all, err := sc.Templates()
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	counts := map[string]map[string]models.TemplateCount{}
	views := make([]TemplateView, len(all))
	for i, t := range all {
		if counts[t.AppID] == nil {
			if counts[t.AppID], err = sc.CountTemplates(t.AppID); err != nil {
				return nil, fmt.Errorf("list templates: %w", err)
			}
		}
		views[i] = TemplateView{Template: t, Fields: FieldsOf(t), Count: counts[t.AppID][t.TemplateID]}
	}
	return views, nil
}

// Template shows one template.
func (s *Service) Template(ctx context.Context, community models.CommunityID, id models.TemplateID) (TemplateView, error) {
	all, err := s.Templates(ctx, community)
	if err != nil {
		return TemplateView{}, err
	}
	i := slices.IndexFunc(all, func(t TemplateView) bool { return t.ID == id })
	if i < 0 {
		return TemplateView{}, models.Errorf(models.NotFound, "template_not_found", "no such template")
	}
	return all[i], nil
}

// listed is one template in the platform's answer.
type listed struct {
	ID      string `json:"priTmplId"`
	Title   string `json:"title"`
	Content string `json:"content"`
	Example string `json:"example"`
	Type    int    `json:"type"`
	Enums   []struct {
		Code   string   `json:"keywordCode"` // enum_string2.DATA
		Values []string `json:"enumValueList"`
	} `json:"keywordEnumValueList"`
}

// row is the template as we store it.
func (l listed) row(appID string) (models.Template, error) {
	enums := map[string][]string{}
	for _, e := range l.Enums {
		enums[strings.TrimSuffix(e.Code, ".DATA")] = e.Values
	}
	text, err := json.Marshal(enums)
	return models.Template{AppID: appID, TemplateID: l.ID, Title: l.Title, Content: l.Content, Example: l.Example,
		Kind: l.Type, Enums: string(text)}, err
}

// SyncTemplatesOf reads a community's templates from its account now. by is the organiser who asked, zero for nobody.
func (s *Service) SyncTemplatesOf(ctx context.Context, community models.CommunityID, by models.AccountID) error {
	channel, err := miniProgramOf(s.store.Read(ctx).In(community))
	if err != nil {
		return fmt.Errorf("read templates: %w", err)
	}
	var answer struct {
		Data []listed `json:"data"`
	}
	if err := s.hub.GetJSON(ctx, channel.AppID, "/wxaapi/newtmpl/gettemplate", nil, &answer); err != nil {
		return platformError("read templates", err)
	}
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := reconcileTemplates(sc, channel.AppID, answer.Data); err != nil || by == 0 {
			return err
		}
		return sc.AddAudit(by, "templates.sync", "channel:"+channel.ID.String(), "")
	})
}

// reconcileTemplates makes our rows what the account has. A template that is gone, or whose fields are others than our
// notices know, keeps its notices back; one that comes back unchanged lets them go.
func reconcileTemplates(sc *models.Scope, appID string, has []listed) error {
	known, err := sc.TemplatesOf(appID)
	if err != nil {
		return err
	}
	for _, t := range known {
		if slices.ContainsFunc(has, func(l listed) bool { return l.ID == t.TemplateID }) {
			continue
		}
		if _, err := sc.PauseTemplate(t.ID, models.PausedMissing); err != nil {
			return err
		}
	}
	for _, l := range has {
		is, err := l.row(appID)
		if err != nil || !isTemplateID(l.ID) {
			continue // a template we could not name again
		}
		i := slices.IndexFunc(known, func(t models.Template) bool { return t.TemplateID == l.ID })
		if i < 0 {
			if err := sc.InsertTemplate(&is); err != nil {
				return err
			}
			continue
		}
		if err := refreshTemplate(sc, known[i], is); err != nil {
			return err
		}
	}
	return nil
}

func isTemplateID(id string) bool { return id != "" && len(id) <= 64 }

func refreshTemplate(sc *models.Scope, was, is models.Template) error {
	is.ID = was.ID
	if err := sc.RefreshTemplate(is); err != nil {
		return err
	}
	switch {
	case drifted(was, is):
		_, err := sc.PauseTemplate(was.ID, models.PausedChanged)
		return err
	case was.State == models.TemplatePaused && was.Reason == models.PausedMissing:
		_, err := sc.ResumeTemplate(was.ID)
		return err
	}
	return nil
}

// drifted reports whether a notice made for the one template may be wrong for the other: another kind, other fields, or
// a value that is not listed any more. A new title or label is no drift; pure.
func drifted(was, is models.Template) bool {
	if was.Kind != is.Kind {
		return true
	}
	old, now := FieldsOf(was), FieldsOf(is)
	byName := func(a, b Field) int { return strings.Compare(a.Name, b.Name) }
	slices.SortFunc(old, byName)
	slices.SortFunc(now, byName)
	return !slices.EqualFunc(old, now, func(a, b Field) bool { return a.Name == b.Name && slices.Equal(a.Enum, b.Enum) })
}

// syncTemplates is the daily job. One account that cannot be asked keeps no other one from being read.
func (s *Service) syncTemplates(ctx context.Context, _ SyncTemplates) error {
	channels, err := s.store.Read(ctx).AllChannels()
	if err != nil {
		return err
	}
	done := map[models.CommunityID]bool{}
	for _, c := range channels {
		if c.Kind != models.MiniProgram || done[c.CommunityID] {
			continue
		}
		done[c.CommunityID] = true
		if err := s.SyncTemplatesOf(ctx, c.CommunityID, 0); err != nil {
			s.log.WarnContext(ctx, "templates cannot be read", "community", c.CommunityID.String(),
				"class", weixin.Classify(err).String(), "error", weixin.Redacted(err))
		}
	}
	return jobs.SnoozeFor(models.MillisOf(s.store.Clock().Now()), syncEvery, "read")
}

// PauseTemplate keeps a template's notices back until an organiser lets them go.
func (s *Service) PauseTemplate(ctx context.Context, community models.CommunityID, id models.TemplateID, by models.AccountID) error {
	return s.switchTemplate(ctx, community, id, by, "template.pause", func(sc *models.Scope) error {
		_, err := sc.PauseTemplate(id, models.PausedByHand)
		return err
	})
}

// ResumeTemplate lets them go, whatever kept them back.
func (s *Service) ResumeTemplate(ctx context.Context, community models.CommunityID, id models.TemplateID, by models.AccountID) error {
	return s.switchTemplate(ctx, community, id, by, "template.resume", func(sc *models.Scope) error {
		_, err := sc.ResumeTemplate(id)
		return err
	})
}

func (s *Service) switchTemplate(ctx context.Context, community models.CommunityID, id models.TemplateID, by models.AccountID,
	action string, do func(*models.Scope) error,
) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := sc.Template(id); err != nil {
			return err
		}
		if err := do(sc); err != nil {
			return err
		}
		return sc.AddAudit(by, action, "template:"+id.String(), "")
	})
}
