package models

import "encoding/json"

// TemplateState says whether notices of a template go out.
type TemplateState string

// The states of a template.
const (
	TemplateActive TemplateState = "active"
	TemplatePaused TemplateState = "paused" // Reason says why; its notices wait
)

// Why a template is paused.
const (
	PausedMissing   = "missing"        // the account does not have it any more
	PausedChanged   = "changed"        // its fields are others than before
	PausedInvalid   = "invalid_data"   // 47003: the platform refused a field we thought right
	PausedUnknown   = "unknown_id"     // 40037: the platform does not know it
	PausedPage      = "bad_page"       // 41030: the page it opens is not in the published Mini Program
	PausedSensitive = "sensitive_text" // 45168: a text of it is not allowed
	PausedBanned    = "banned"         // 43107: the account or the template may not send
	PausedByHand    = "by_hand"        // an organiser wants it so
)

// The kinds of a template, as the platform numbers them.
const (
	TemplateOnce = 2 // one message per tap
	TemplateLong = 3 // for public services only
)

// Template is one subscription template of a Mini Program, as its account has it.
type Template struct {
	ID          TemplateID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AppID       string
	TemplateID  string // the platform's priTmplId
	Title       string
	Content     string // "会议时间:{{date2.DATA}}\n…": the fields and their types are read from it
	Example     string
	Kind        int    // TemplateOnce or TemplateLong
	Enums       string // JSON: the values a field may have, by the field's name
	State       TemplateState
	Reason      string // of a paused one
	Purpose     string // what Siyu uses it for by itself, such as [PurposeOwnerTask]; empty: nothing
	SyncedAt    Millis // when the account last had it
	ChangedAt   Millis // when state last changed
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Template) TableName() string { return "templates" }

// EnumValues are the values fields may have, by name; a field that is not in it may have any.
func (t Template) EnumValues() map[string][]string {
	values := map[string][]string{}
	if json.Unmarshal([]byte(t.Enums), &values) != nil {
		return nil
	}
	return values
}

// InsertTemplate stores a template that is new in the account.
func (sc *Scope) InsertTemplate(t *Template) error {
	t.ID, t.CommunityID, t.CreatedAt, t.SyncedAt, t.ChangedAt = newID[Template](sc.Tx), sc.Community, sc.Now, sc.Now, sc.Now
	if t.State == "" {
		t.State = TemplateActive
	}
	return insert(sc.Tx, t, "template")
}

// Templates lists the community's templates, oldest first.
func (sc *Scope) Templates() ([]Template, error) {
	var all []Template
	return all, list(sc.rows().Order("id"), &all, "templates")
}

// TemplatesOf lists the templates of one Mini Program, oldest first.
func (sc *Scope) TemplatesOf(appID string) ([]Template, error) {
	var all []Template
	return all, list(sc.rows().Where("app_id = ?", appID).Order("id"), &all, "templates")
}

// Template returns one template of the community.
func (sc *Scope) Template(id TemplateID) (Template, error) {
	var t Template
	return t, templateFound(one(sc.rows().Where("id = ?", int64(id)), &t, "template"))
}

// TemplateNamed finds a template by the platform's id.
func (sc *Scope) TemplateNamed(appID, templateID string) (Template, error) {
	var t Template
	return t, templateFound(one(sc.rows().Where("app_id = ? AND template_id = ?", appID, templateID), &t, "template"))
}

func templateFound(err error) error {
	if IsKind(err, NotFound) {
		return Errorf(NotFound, "template_not_found", "no such template")
	}
	return err
}

// RefreshTemplate writes what the account says now.
func (sc *Scope) RefreshTemplate(t Template) error {
	_, err := swap(sc.rows().Where("id = ?", int64(t.ID)), &Template{}, map[string]any{"title": t.Title,
		"content": t.Content, "example": t.Example, "kind": t.Kind, "enums": t.Enums, "synced_at": int64(sc.Now)}, "template")
	return err
}

// PauseTemplate keeps the notices of a template back; it reports false if they are kept back already. Only a template
// that was missing gets another reason: it comes back by itself, and must not when it comes back changed.
func (sc *Scope) PauseTemplate(id TemplateID, reason string) (bool, error) {
	q := sc.rows().Where("id = ? AND (state = ? OR reason = ?) AND reason <> ?", int64(id), TemplateActive, PausedMissing, reason)
	return swap(q, &Template{},
		map[string]any{"state": TemplatePaused, "reason": reason, "changed_at": int64(sc.Now)}, "template")
}

// ResumeTemplate lets them go again; it reports false if they may go already.
func (sc *Scope) ResumeTemplate(id TemplateID) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), TemplatePaused), &Template{},
		map[string]any{"state": TemplateActive, "reason": "", "changed_at": int64(sc.Now)}, "template")
}

// TemplateCount is how a template is doing.
type TemplateCount struct {
	Credits int64 // messages that may still be sent, over all people
	Readers int64 // people who have at least one
	Notices map[NoticeState]int64
}

// CountTemplates counts credits and notices of a Mini Program, by the platform's template id.
func (sc *Scope) CountTemplates(appID string) (map[string]TemplateCount, error) {
	all := map[string]TemplateCount{}
	var credits []struct {
		TemplateID string
		Credits    int64
		Readers    int64
	}
	err := sc.rows().Model(&Credit{}).Select("template_id, COALESCE(SUM(granted - spent), 0) AS credits, "+
		"COALESCE(SUM(CASE WHEN granted > spent THEN 1 ELSE 0 END), 0) AS readers").
		Where("app_id = ?", appID).Group("template_id").Scan(&credits).Error
	if err != nil {
		return nil, translate(err, "count credits")
	}
	for _, c := range credits {
		all[c.TemplateID] = TemplateCount{Credits: c.Credits, Readers: c.Readers, Notices: map[NoticeState]int64{}}
	}
	var notices []struct {
		TemplateID string
		State      NoticeState
		N          int64
	}
	err = sc.rows().Model(&Notice{}).Select("template_id, state, COUNT(*) AS n").Where("app_id = ?", appID).
		Group("template_id, state").Scan(&notices).Error
	for _, n := range notices {
		if all[n.TemplateID].Notices == nil {
			all[n.TemplateID] = TemplateCount{Notices: map[NoticeState]int64{}}
		}
		all[n.TemplateID].Notices[n.State] = n.N
	}
	return all, translate(err, "count notices")
}

// What Siyu uses templates for by itself.
const (
	PurposeOwnerTask = "owner_task"       // people of the team are told of posts that wait for them
	PurposeExpiring  = "voucher_expiring" // a member is told that a voucher of hers ends soon
	PurposeNewOffer  = "offer_new"        // and of something new of a brand or category she knows
	PurposeWinBack   = "win_back"         // and what there is, when she was not here for long
	PurposePromise   = "promise"          // and that a voucher she waited for is kept for her
)

// SetTemplatePurpose says what Siyu uses a template for by itself; a purpose has one template of an account.
func (sc *Scope) SetTemplatePurpose(t Template, purpose string) error {
	if purpose != "" {
		err := sc.rows().Model(&Template{}).Where("app_id = ? AND purpose = ?", t.AppID, purpose).Update("purpose", "").Error
		if err != nil {
			return translate(err, "set a template's purpose")
		}
	}
	_, err := swap(sc.rows().Where("id = ?", int64(t.ID)), &Template{}, map[string]any{"purpose": purpose}, "template")
	return err
}

// TemplateFor finds the template of a purpose.
func (sc *Scope) TemplateFor(appID, purpose string) (Template, error) {
	var t Template
	return t, one(sc.rows().Where("app_id = ? AND purpose = ?", appID, purpose), &t, "template")
}
