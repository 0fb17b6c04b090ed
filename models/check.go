package models

import "log/slog"

// CheckState is where a content check stands.
type CheckState string

// The states of a check. Nothing is ever blocked without a word: what the platform cannot judge waits for a person, and
// what is refused says why.
const (
	CheckUnchecked CheckState = "unchecked"
	CheckChecking  CheckState = "checking" // the platform was asked; of a picture it answers later, by a push
	CheckPassed    CheckState = "passed"
	CheckReview    CheckState = "needs_review"
	CheckRefused   CheckState = "refused"
)

// CheckKind is what is looked at.
type CheckKind string

// The kinds of content.
const (
	CheckText  CheckKind = "text"
	CheckImage CheckKind = "image" // Content is the address WeChat downloads it from, or a path of this server
	CheckAudio CheckKind = "audio"
)

// CheckScene is where the content will be seen, as the platform numbers it.
type CheckScene int

// The scenes.
const (
	SceneProfile CheckScene = 1
	SceneComment CheckScene = 2
	SceneForum   CheckScene = 3
	SceneSocial  CheckScene = 4
)

// Why a check waits for a person. A refusal of the platform has a label instead.
const (
	ReviewNobodyActive = "nobody_active" // no openid of the author was in the Mini Program in the last two hours
	ReviewNoAccount    = "no_account"    // no Mini Program is connected
	ReviewUnsure       = "unsure"        // the platform says: let a person look
	ReviewUnavailable  = "unavailable"   // the platform cannot be asked
	ReviewQuota        = "quota"         // it takes no more questions today
	ReviewDenied       = "denied"        // the account may not ask
	ReviewDownload     = "download"      // it cannot download the picture
	ReviewTimeout      = "timeout"       // it never answered
	ReviewByHand       = "by_hand"       // decided by a person
)

// Check is what became of something a member or a brand wrote and others will see.
type Check struct {
	ID          CheckID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Object      string // what it belongs to, such as offer:123; unique
	Kind        CheckKind
	Scene       CheckScene
	Content     string
	AccountID   AccountID // the author, if it is an account
	MemberID    MemberID  // the author, if she is a member
	AppID       string    // the Mini Program that asked
	TraceID     string    // the platform's, of a picture or a sound
	State       CheckState
	Label       int    // the platform's reason; 0: none, 100: nothing wrong
	Reason      string // see ReviewNobodyActive and the others
	Attempts    int
	AskedAt     Millis
	DecidedBy   AccountID // zero: the platform
	DecidedAt   Millis
	Note        string // what the person who decided says to the author
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Check) TableName() string { return "checks" }

// LogValue keeps what somebody wrote out of logs.
func (c Check) LogValue() slog.Value { return slog.StringValue("check " + c.ID.String()) }

// Judge is the job that lets the platform look at a check. It is named here because the rooms that write checks do not
// know the room that asks WeChat.
type Judge struct {
	Community CommunityID `json:"community"`
	Check     CheckID     `json:"check"`
}

// Kind names the job.
func (Judge) Kind() string { return "check.judge" }

// AddCheck stores a new check; it reports false if its object has one, and then c is the known one.
func (sc *Scope) AddCheck(c *Check) (bool, error) {
	c.ID, c.CommunityID, c.CreatedAt, c.State = newID[Check](sc.Tx), sc.Community, sc.Now, CheckUnchecked
	return insertOnce(sc.Tx, c, "check", func() error {
		known, err := sc.CheckOf(c.Object)
		if err == nil {
			*c = known
		}
		return err
	})
}

// Check returns one check of the community.
func (sc *Scope) Check(id CheckID) (Check, error) {
	var c Check
	err := one(sc.rows().Where("id = ?", int64(id)), &c, "check")
	if IsKind(err, NotFound) {
		return c, Errorf(NotFound, "check_not_found", "no such check")
	}
	return c, err
}

// CheckOf returns the check of an object; NotFound if it has none.
func (sc *Scope) CheckOf(object string) (Check, error) {
	var c Check
	return c, one(sc.rows().Where("object = ?", object), &c, "check")
}

// ChecksOf returns the checks of objects, by object; those without one are left out.
func (sc *Scope) ChecksOf(objects []string) (map[string]Check, error) {
	by := make(map[string]Check, len(objects))
	for len(objects) > 0 {
		part := objects[:min(len(objects), 500)]
		objects = objects[len(part):]
		var all []Check
		if err := list(sc.rows().Where("object IN ?", part), &all, "checks"); err != nil {
			return nil, err
		}
		for _, c := range all {
			by[c.Object] = c
		}
	}
	return by, nil
}

// ChecksIn lists checks in a state, all if it is empty, oldest first, those after a given id, at most limit.
func (sc *Scope) ChecksIn(state CheckState, after CheckID, limit int) ([]Check, error) {
	var all []Check
	q := sc.rows().Where("id > ?", int64(after)).Order("id").Limit(limit)
	if state != "" {
		q = q.Where("state = ?", state)
	}
	return all, list(q, &all, "checks")
}

// CheckByTrace finds the check of a picture by the platform's id.
func (sc *Scope) CheckByTrace(appID, trace string) (Check, error) {
	var c Check
	return c, one(sc.rows().Where("trace_id = ? AND app_id = ?", trace, appID), &c, "check")
}

// AskingChecks counts the pictures whose answer to the question itself is still on its way.
func (sc *Scope) AskingChecks(appID string) (int64, error) {
	var n int64
	err := sc.rows().Model(&Check{}).Where("app_id = ? AND state = ? AND trace_id = ?", appID, CheckChecking, "").Count(&n).Error
	return n, translate(err, "count checks")
}

// MoveCheck writes what became of a check and reports false if it is not in from any more.
func (sc *Scope) MoveCheck(c Check, from CheckState) (bool, error) {
	if c.State != CheckChecking && c.State != CheckUnchecked {
		c.DecidedAt = sc.Now
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(c.ID), from), &Check{}, map[string]any{"state": c.State,
		"label": c.Label, "reason": c.Reason, "app_id": c.AppID, "trace_id": c.TraceID, "attempts": c.Attempts,
		"asked_at": int64(c.AskedAt), "decided_by": int64(c.DecidedBy), "decided_at": int64(c.DecidedAt), "note": c.Note}, "check")
}

// DropCheck deletes the check of an object whose words are others by now.
func (sc *Scope) DropCheck(object string) error {
	return translate(sc.rows().Where("object = ?", object).Delete(&Check{}).Error, "drop check")
}

// AdoptCheck makes the check of one object that of another, in place of the one it had.
func (sc *Scope) AdoptCheck(from, to string) error {
	if err := sc.DropCheck(to); err != nil {
		return err
	}
	_, err := swap(sc.rows().Where("object = ?", from), &Check{}, map[string]any{"object": to}, "check")
	return err
}

// ForgetChecks deletes what a member wrote.
func (sc *Scope) ForgetChecks(member MemberID) error {
	return translate(sc.rows().Where("member_id = ?", int64(member)).Delete(&Check{}).Error, "forget checks")
}

// Judged is the check after the platform said pass, review or risky, and why. What it has no word for is left to a
// person; pure.
func (c Check) Judged(suggest string, label int) Check {
	c.Label = label
	switch suggest {
	case "pass":
		c.State, c.Reason = CheckPassed, ""
	case "risky":
		c.State, c.Reason = CheckRefused, ""
	default:
		c.State, c.Reason = CheckReview, ReviewUnsure
	}
	return c
}
