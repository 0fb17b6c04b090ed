package handlers

import (
	"strconv"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

type checkView struct {
	ID         models.CheckID    `json:"id"`
	Object     string            `json:"object"`
	Kind       models.CheckKind  `json:"kind"`
	Content    string            `json:"content"`
	Author     string            `json:"author"`
	State      models.CheckState `json:"state"`
	Label      int               `json:"label"`
	Reason     string            `json:"reason"`
	ReasonText string            `json:"reason_text"`
	Note       string            `json:"note"`
	DecidedAt  models.Millis     `json:"decided_at"`
	CreatedAt  models.Millis     `json:"created_at"`
}

// noLabel and normal are the labels that say nothing is wrong.
const (
	noLabel = 0
	normal  = 100
)

// checkReason says in words why a check is not passed: what the platform found, else why it could not look.
func (s *server) checkReason(c *gin.Context, check models.Check) string {
	lang := requestLanguage(c)
	switch {
	case check.State == "" || check.State == models.CheckPassed || check.State == models.CheckUnchecked || check.State == models.CheckChecking:
		return ""
	case check.Note != "":
		return check.Note
	case check.Label != noLabel && check.Label != normal:
		return s.texts.say(lang, labelText(check.Label), nil)
	case check.Reason != "":
		return s.texts.say(lang, "check_"+check.Reason, nil)
	}
	return s.texts.say(lang, labelText(otherLabel), nil)
}

const otherLabel = 21000

// labelText names the text of a label; one the platform has added since is "something else".
func labelText(label int) string {
	switch label {
	case 10001, 20001, 20002, 20003, 20006, 20008, 20012, 20013:
		return "check_label_" + strconv.Itoa(label)
	}
	return "check_label_" + strconv.Itoa(otherLabel)
}

func (s *server) viewCheck(c *gin.Context, check models.Check, authors map[models.AccountID]string) checkView {
	return checkView{ID: check.ID, Object: check.Object, Kind: check.Kind, Content: check.Content,
		Author: authors[check.AccountID], State: check.State, Label: check.Label, Reason: check.Reason,
		ReasonText: s.checkReason(c, check), Note: check.Note, DecidedAt: check.DecidedAt, CreatedAt: check.CreatedAt}
}

// listChecks shows what waits for the organiser, or was decided; after is the last id of the page before.
func (s *server) listChecks(c *gin.Context) (any, error) {
	in := struct {
		State models.CheckState `form:"state" binding:"omitempty,oneof=unchecked checking passed needs_review refused"`
		After models.CheckID    `form:"after"`
		Limit int               `form:"limit" binding:"min=1,max=200"`
	}{Limit: 50}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	ctx, community := c.Request.Context(), account(c).CommunityID
	all, err := s.Mini.Checks(ctx, community, in.State, in.After, in.Limit)
	if err != nil {
		return nil, err
	}
	authors, err := authorsOf(s.Store.Read(ctx).In(community), all)
	if err != nil {
		return nil, err
	}
	views := make([]checkView, len(all))
	for i, check := range all {
		views[i] = s.viewCheck(c, check, authors)
	}
	return gin.H{"checks": views}, nil
}

// authorsOf names the accounts that wrote what was checked; members have no name.
func authorsOf(sc *models.Scope, all []models.Check) (map[models.AccountID]string, error) {
	names := map[models.AccountID]string{}
	for _, check := range all {
		if _, known := names[check.AccountID]; known || check.AccountID == 0 {
			continue
		}
		a, err := sc.Account(check.AccountID)
		if err != nil {
			return nil, err
		}
		names[a.ID] = a.Name
	}
	return names, nil
}

func (s *server) passCheck(c *gin.Context) (any, error) {
	id, err := idParam[models.Check](c)
	if err != nil {
		return nil, err
	}
	a := account(c)
	check, err := s.Mini.PassCheck(c.Request.Context(), a.CommunityID, id, a.ID)
	if err != nil {
		return nil, err
	}
	return s.showCheck(c, check)
}

func (s *server) refuseCheck(c *gin.Context) (any, error) {
	id, err := idParam[models.Check](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Reason string `json:"reason" binding:"required,max=200"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	check, err := s.Mini.RefuseCheck(c.Request.Context(), a.CommunityID, id, a.ID, in.Reason)
	if err != nil {
		return nil, err
	}
	return s.showCheck(c, check)
}

func (s *server) showCheck(c *gin.Context, check models.Check) (any, error) {
	authors, err := authorsOf(s.Store.Read(c.Request.Context()).In(check.CommunityID), []models.Check{check})
	return s.viewCheck(c, check, authors), err
}
