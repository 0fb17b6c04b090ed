package miniprogram

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// sendNotice is the job that sends one notice.
//
// It sends at most once. The credit is spent, and the notice marked, before the platform is asked. An answer settles
// both. When there is none (the process died, the connection broke) the notice is unknown: its credit stays spent and it
// is never sent again, because a second message is worse than none, and the platform's sent event may still tell.
type sendNotice struct {
	Community models.CommunityID `json:"community"`
	Notice    models.NoticeID    `json:"notice"`
	Zone      string             `json:"zone,omitempty"`   // whose night is kept quiet; empty: the community's
	Urgent    bool               `json:"urgent,omitempty"` // it keeps no night
	Nights    []models.GroupID   `json:"nights,omitempty"` // whose quiet hours of sponsored posts it keeps as well; 0: the community's
}

// Kind names the job.
func (sendNotice) Kind() string { return "notice.send" }

// How long things wait.
const (
	noticeLease  = 15 * time.Second // one call to the platform takes less; counted on the wall clock
	noticeBusy   = 2 * time.Second  // while another notice goes to the same person
	noticePaused = 10 * time.Minute // while the template is paused
)

// Why a notice waits or failed, beside the reasons of a paused template.
const (
	noticeExpired     = "expired"
	noticeNoCredit    = "no_credit"
	noticeUnreachable = "unreachable"
	noticeRefused     = "refused" // 43101: she does not want it, or the platform counted otherwise
	noticeGivenUp     = "given_up"
	noticeNoAnswer    = "no_answer"
)

// The platform's answers that mean something of their own (platform documentation of subscribeMessage.send).
const (
	codeNoSuchUser  = 40003
	codeNoTemplate  = 40037
	codeBadPage     = 41030
	codeNoCredit    = 43101
	codeBanned      = 43107
	codeInFlight    = 43108
	codeSensitive   = 45168
	codeInvalidData = 47003
)

func (s *Service) sendNotice(ctx context.Context, a sendNotice) error {
	sc := s.store.Read(ctx).In(a.Community)
	n, err := sc.Notice(a.Notice)
	if models.IsKind(err, models.NotFound) { // she gave up her account, and with it all that was for her
		return nil
	}
	if err != nil {
		return err
	}
	switch {
	case n.State == models.NoticeSending:
		return s.abandoned(ctx, sc, n)
	case n.State != models.NoticeWaiting:
		return nil
	case n.UntilAt != 0 && sc.Now >= n.UntilAt:
		return s.fail(ctx, n, noticeExpired)
	case sc.Now < n.NotBefore:
		return jobs.Snooze(n.NotBefore, "not before")
	}
	if err := s.night(sc, n, a); err != nil {
		return err
	}
	if held, err := s.held(ctx, sc, n); held || err != nil {
		return err
	}
	if _, err := s.hub.Token(ctx, n.AppID); err != nil { // before the credit is spent: nothing was sent
		return s.tryLater(ctx, n, err)
	}
	taken, err := s.take(ctx, &n)
	if err != nil || !taken {
		return err
	}
	var answer struct {
		MsgID json.Number `json:"msgid"`
	}
	err = s.hub.PostJSON(ctx, n.AppID, "/cgi-bin/message/subscribe/send", wire(n), &answer)
	n.MsgID = answer.MsgID.String()
	return s.settle(ctx, n, err)
}

// night keeps a notice that has waited, for a quota or for its template, until the morning.
func (s *Service) night(sc *models.Scope, n models.Notice, a sendNotice) error {
	if a.Urgent {
		return nil
	}
	at, err := s.allowed(sc, sc.Now, a.Zone, a.Nights)
	if err != nil || at <= sc.Now {
		return err
	}
	if n.UntilAt != 0 {
		at = min(at, n.UntilAt)
	}
	return jobs.Snooze(at, "the night is quiet")
}

// wire is the platform's request.
func wire(n models.Notice) any {
	type value struct {
		Value string `json:"value"`
	}
	var data map[string]string
	_ = json.Unmarshal([]byte(n.Data), &data) // we wrote it; nothing in it is refused by the platform
	values := make(map[string]value, len(data))
	for name, v := range data {
		values[name] = value{v}
	}
	return struct {
		To       string           `json:"touser"`
		Template string           `json:"template_id"`
		Page     string           `json:"page,omitempty"`
		State    string           `json:"miniprogram_state"`
		Lang     string           `json:"lang"`
		Data     map[string]value `json:"data"`
	}{n.OpenID, n.TemplateID, n.Page, "formal", n.Lang, values}
}

// held reports whether a notice must not go now: its template is paused and it waits, or it has failed because its values
// do not fit the template any more or nobody is there.
func (s *Service) held(ctx context.Context, sc *models.Scope, n models.Notice) (bool, error) {
	t, err := sc.TemplateNamed(n.AppID, n.TemplateID)
	if err != nil {
		return false, err
	}
	if t.State == models.TemplatePaused {
		why := "template_" + t.Reason
		if n.Reason != why {
			if err := s.move(ctx, n, models.NoticeWaiting, why); err != nil {
				return true, err
			}
		}
		return true, jobs.SnoozeFor(sc.Now, noticePaused, why)
	}
	var data map[string]string
	if err := json.Unmarshal([]byte(n.Data), &data); err != nil {
		return true, jobs.Fatal(fmt.Errorf("read notice %s: %w", n.ID, err))
	}
	if _, err := (Notice{Key: "-", Data: data}).check(FieldsOf(t)); err != nil {
		return true, s.fail(ctx, n, models.PausedChanged)
	}
	r, err := sc.Reader(n.AppID, n.OpenID)
	if models.IsKind(err, models.NotFound) {
		return false, nil
	}
	if err == nil && r.GoneAt != 0 {
		return true, s.fail(ctx, n, noticeUnreachable)
	}
	return false, err
}

// take takes the right to send to this person, a credit and the notice, all or nothing.
func (s *Service) take(ctx context.Context, n *models.Notice) (bool, error) {
	wall := models.WallClock{}.Now()
	taken, busy := false, false
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(n.CommunityID)
		taken, busy = false, false
		mine, err := sc.LeaseReader(n.AppID, n.OpenID, n.ID, wall, wall.Add(noticeLease))
		if err != nil || !mine {
			busy = err == nil
			return err
		}
		epoch, ok, err := sc.SpendCredit(n.AppID, n.OpenID, n.TemplateID)
		if err != nil {
			return err
		}
		if !ok {
			if _, err := sc.MoveNotice(*n, models.NoticeWaiting, models.NoticeFailed, noticeNoCredit); err != nil {
				return err
			}
			return sc.FreeReader(n.AppID, n.OpenID, n.ID)
		}
		n.EpochAt = epoch
		moved, err := sc.MoveNotice(*n, models.NoticeWaiting, models.NoticeSending, "")
		if err == nil && !moved {
			err = jobs.Snooze(tx.Now, "the notice moved")
		}
		taken = err == nil
		return err
	})
	if err == nil && busy {
		err = jobs.SnoozeFor(models.MillisOf(s.store.Clock().Now()), noticeBusy, "another notice is on its way to her")
	}
	return taken && err == nil, err
}

// settle books the platform's answer.
func (s *Service) settle(ctx context.Context, n models.Notice, sent error) error {
	code, said := weixin.Code(sent)
	switch {
	case sent == nil:
		return s.book(ctx, n, models.NoticeAccepted, "", nil)
	case !said && !neverLeft(sent):
		return s.book(ctx, n, models.NoticeUnknown, noticeNoAnswer, nil)
	case code == codeNoCredit:
		return s.book(ctx, n, models.NoticeFailed, noticeRefused, func(sc *models.Scope) error {
			return sc.ZeroCredit(n.AppID, n.OpenID, n.TemplateID, sc.Now)
		})
	case code == codeNoSuchUser:
		return s.book(ctx, n, models.NoticeFailed, noticeUnreachable, func(sc *models.Scope) error {
			return sc.LoseReader(n.AppID, n.OpenID)
		})
	case code == codeInFlight:
		return errors.Join(s.book(ctx, n, models.NoticeWaiting, "", giveBack(n)),
			jobs.SnoozeFor(models.MillisOf(s.store.Clock().Now()), noticeBusy, "another message is on its way to her"))
	case code == codeBanned:
		return errors.Join(s.book(ctx, n, models.NoticeWaiting, "template_"+models.PausedBanned, pauseAll(n)),
			jobs.SnoozeFor(models.MillisOf(s.store.Clock().Now()), noticePaused, models.PausedBanned))
	case pauseReason(code) != "":
		s.log.WarnContext(ctx, "a template is paused", "notice", n.ID.String(), "code", code, "reason", pauseReason(code))
		return s.book(ctx, n, models.NoticeFailed, pauseReason(code), pauseOne(n, pauseReason(code)))
	case said && weixin.Hopeless(sent):
		return s.book(ctx, n, models.NoticeFailed, "refused_"+strconv.Itoa(code), giveBack(n))
	}
	if err := s.book(ctx, n, models.NoticeWaiting, "", giveBack(n)); err != nil {
		return err
	}
	return s.tryLater(ctx, n, sent)
}

// neverLeft reports that a call failed before anything was sent: it was not made at all because WeChat would not answer
// it now, or no connection could be made.
func neverLeft(err error) bool {
	if _, stopped := errors.AsType[*weixin.StoppedError](err); stopped {
		return true
	}
	op, ok := errors.AsType[*net.OpError](err)
	return (ok && op.Op == "dial") || errors.Is(err, weixin.ErrNoAccount)
}

// pauseReason is what the platform's refusal says about the template as a whole.
func pauseReason(code int) string {
	switch code {
	case codeNoTemplate:
		return models.PausedUnknown
	case codeBadPage:
		return models.PausedPage
	case codeInvalidData:
		return models.PausedInvalid
	case codeSensitive:
		return models.PausedSensitive
	}
	return ""
}

func giveBack(n models.Notice) func(*models.Scope) error {
	return func(sc *models.Scope) error { return sc.ReturnCredit(n.AppID, n.OpenID, n.TemplateID, n.EpochAt) }
}

func pauseOne(n models.Notice, reason string) func(*models.Scope) error {
	return func(sc *models.Scope) error {
		t, err := sc.TemplateNamed(n.AppID, n.TemplateID)
		if err != nil {
			return err
		}
		if _, err := sc.PauseTemplate(t.ID, reason); err != nil {
			return err
		}
		return giveBack(n)(sc)
	}
}

// pauseAll keeps everything back: the account may not send.
func pauseAll(n models.Notice) func(*models.Scope) error {
	return func(sc *models.Scope) error {
		all, err := sc.TemplatesOf(n.AppID)
		if err != nil {
			return err
		}
		for _, t := range all {
			if _, err := sc.PauseTemplate(t.ID, models.PausedBanned); err != nil {
				return err
			}
		}
		return giveBack(n)(sc)
	}
}

// book writes what became of a call and lets others send to this person. After a call without an answer the platform may
// still be at it, so then they wait until the lease runs out. A sent event that was faster has settled the notice.
func (s *Service) book(ctx context.Context, n models.Notice, to models.NoticeState, reason string, also func(*models.Scope) error) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noticeLease) // the call is made: its outcome must not be lost
	defer cancel()
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(n.CommunityID)
		moved, err := sc.MoveNotice(n, models.NoticeSending, to, reason)
		if err != nil {
			return err
		}
		if moved && also != nil {
			if err := also(sc); err != nil {
				return err
			}
		}
		if to == models.NoticeUnknown {
			return nil
		}
		return sc.FreeReader(n.AppID, n.OpenID, n.ID)
	})
}

// abandoned settles a notice whose sender died: nobody knows whether it was sent.
func (s *Service) abandoned(ctx context.Context, sc *models.Scope, n models.Notice) error {
	r, err := sc.Reader(n.AppID, n.OpenID)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return err
	}
	if r.NoticeID == n.ID && r.LeaseUntil > (models.WallClock{}).Now().UnixMilli() {
		return jobs.SnoozeFor(sc.Now, noticeLease, "it may still be on its way")
	}
	return s.book(ctx, n, models.NoticeUnknown, noticeNoAnswer, nil)
}

// tryLater keeps a notice waiting after a refusal that may mend, until the job's last attempt.
func (s *Service) tryLater(ctx context.Context, n models.Notice, why error) error {
	err := fmt.Errorf("send notice %s: %w", n.ID, weixin.Redacted(why))
	if jobs.Final(ctx, err) {
		return errors.Join(err, s.fail(ctx, n, noticeGivenUp))
	}
	return err
}

func (s *Service) fail(ctx context.Context, n models.Notice, reason string) error {
	return s.move(ctx, n, models.NoticeFailed, reason)
}

// move takes a notice that waits somewhere else; one that moved meanwhile stays.
func (s *Service) move(ctx context.Context, n models.Notice, to models.NoticeState, reason string) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(n.CommunityID).MoveNotice(n, models.NoticeWaiting, to, reason)
		return err
	})
}
