package miniprogram

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// What the platform's content checks ask for (its documentation of msgSecCheck, version 2, and mediaCheckAsync).
const (
	activeFor    = 2 * time.Hour   // the author must have used the Mini Program so recently
	activeMargin = 5 * time.Minute // what our note of that may be off
	maxChecked   = 2500            // characters in one question; longer texts are several
	mediaWithin  = 30 * time.Minute
	checkTries   = 5               // then a person looks: a brand must not wait for our network
	soonEnough   = 2 * time.Minute // a quota that is back by then is waited for
)

const codeNotActive = 61010

// CheckContent books a check of what somebody wrote, in the caller's transaction; a job asks the platform. Object names
// what it belongs to: the same object has one check.
func (s *Service) CheckContent(sc *models.Scope, c models.Check) (models.Check, error) {
	fresh, err := sc.AddCheck(&c)
	if err != nil || !fresh {
		return c, err
	}
	return c, jobs.Enqueue(sc.Tx, models.Judge{Community: sc.Community, Check: c.ID}, sc.Now)
}

// judge is the job that asks the platform about one check. Asking twice does no harm. Whatever keeps the platform from
// answering leaves the check to a person: nothing is lost and nothing waits for ever.
func (s *Service) judge(ctx context.Context, a models.Judge) error {
	sc := s.store.Read(ctx).In(a.Community)
	c, err := sc.Check(a.Check)
	if err != nil {
		return err
	}
	if c.State != models.CheckUnchecked && c.State != models.CheckChecking {
		return nil
	}
	if c.TraceID != "" {
		return s.awaitMedia(ctx, sc, c)
	}
	channel, err := sc.Channel(models.MiniProgram)
	if models.IsKind(err, models.NotFound) {
		return s.leave(ctx, c, models.ReviewNoAccount)
	}
	if err != nil {
		return err
	}
	openID, err := s.witness(sc, c, channel.AppID)
	if err != nil {
		return err
	}
	if openID == "" {
		return s.leave(ctx, c, models.ReviewNobodyActive)
	}
	was := c.State
	c.State, c.AppID, c.AskedAt, c.Attempts = models.CheckChecking, channel.AppID, sc.Now, c.Attempts+1
	if moved, err := s.moveCheck(ctx, c, was); err != nil || !moved {
		return err
	}
	if c.Kind == models.CheckText {
		return s.judgeText(ctx, c, openID)
	}
	return s.askMedia(ctx, c, openID)
}

// witness is an openid the platform accepts for a check: the author's own, or for what an account wrote, an operator's of
// the community. It must have used the Mini Program in the last two hours; "" if there is none.
func (s *Service) witness(sc *models.Scope, c models.Check, appID string) (string, error) {
	var names []string
	if c.MemberID != 0 {
		name, err := openIDIn(sc, c.MemberID, appID)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return "", err
		}
		names = append(names, name)
	} else {
		operators, err := sc.Operators()
		if err != nil {
			return "", err
		}
		for _, o := range operators {
			switch {
			case o.AppID != appID:
			case o.AccountID == c.AccountID:
				names = append([]string{o.OpenID}, names...)
			default:
				a, err := sc.Account(o.AccountID)
				if err != nil {
					return "", err
				}
				if a.Role == models.Organiser { // it is her community; another brand has nothing to do with it
					names = append(names, o.OpenID)
				}
			}
		}
	}
	for _, name := range names {
		r, err := sc.Reader(appID, name)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return "", err
		}
		if active(r, sc.Now) {
			return name, nil
		}
	}
	return "", nil
}

// active reports whether an openid may be named in a check now; pure.
func active(r models.Reader, now models.Millis) bool {
	return r.SeenAt != 0 && now.Sub(r.SeenAt) <= activeFor-activeMargin
}

// judgeText asks about a text, in pieces if it is long; the worst verdict is the text's.
func (s *Service) judgeText(ctx context.Context, c models.Check, openID string) error {
	worst := c
	for i, piece := range pieces(c.Content, maxChecked) {
		var answer struct {
			Result struct {
				Suggest string `json:"suggest"`
				Label   int    `json:"label"`
			} `json:"result"`
		}
		err := s.hub.PostJSON(ctx, c.AppID, "/wxa/msg_sec_check", map[string]any{"version": 2, "scene": int(c.Scene),
			"openid": openID, "content": piece}, &answer)
		if err != nil {
			return s.notJudged(ctx, c, err)
		}
		if got := c.Judged(answer.Result.Suggest, answer.Result.Label); i == 0 || worse(got.State, worst.State) {
			worst = got
		}
	}
	_, err := s.moveCheck(ctx, worst, models.CheckChecking)
	return err
}

func worse(a, b models.CheckState) bool {
	rank := map[models.CheckState]int{models.CheckPassed: 1, models.CheckReview: 2, models.CheckRefused: 3}
	return rank[a] > rank[b]
}

// pieces cuts a text into parts of at most n characters; pure.
func pieces(s string, n int) []string {
	var all []string
	for utf8.RuneCountInString(s) > n {
		cut := len(string([]rune(s)[:n]))
		all, s = append(all, s[:cut]), s[cut:]
	}
	return append(all, s)
}

// askMedia asks about a picture or a sound; the answer comes by a push.
func (s *Service) askMedia(ctx context.Context, c models.Check, openID string) error {
	kind := 2
	if c.Kind == models.CheckAudio {
		kind = 1
	}
	address := c.Content
	if strings.HasPrefix(address, "/") { // our own
		address = s.front + address
	}
	var answer struct {
		TraceID string `json:"trace_id"`
	}
	err := s.hub.PostJSON(ctx, c.AppID, "/wxa/media_check_async", map[string]any{"version": 2, "scene": int(c.Scene),
		"openid": openID, "media_url": address, "media_type": kind}, &answer)
	if err != nil {
		return s.notJudged(ctx, c, err)
	}
	c.TraceID = answer.TraceID
	if _, err := s.moveCheck(ctx, c, models.CheckChecking); err != nil {
		return err
	}
	return jobs.Snooze(c.AskedAt.Add(s.media), "the platform is looking")
}

// awaitMedia leaves a picture to a person when the platform has said nothing for too long.
func (s *Service) awaitMedia(ctx context.Context, sc *models.Scope, c models.Check) error {
	if until := c.AskedAt.Add(s.media); sc.Now < until {
		return jobs.Snooze(until, "the platform is looking")
	}
	return s.leave(ctx, c, models.ReviewTimeout)
}

// notJudged decides what follows when the platform refuses or does not answer.
func (s *Service) notJudged(ctx context.Context, c models.Check, why error) error {
	now := s.store.Clock().Now()
	code, _ := weixin.Code(why)
	class := weixin.Classify(why)
	s.log.InfoContext(ctx, "a check is not answered", "check", c.ID.String(), "class", class.String(), "code", code)
	switch {
	case code == codeNotActive:
		return s.leave(ctx, c, models.ReviewNobodyActive)
	case class == weixin.Quota:
		if at, known := weixin.ResumeAt(why, now); known && at.Sub(now) <= soonEnough {
			return jobs.Snooze(models.MillisOf(at), "too many questions")
		}
		return s.leave(ctx, c, models.ReviewQuota)
	case class == weixin.Temporary && c.Attempts < checkTries:
		return fmt.Errorf("judge check %s: %w", c.ID, weixin.Redacted(why))
	case class == weixin.Temporary:
		return s.leave(ctx, c, models.ReviewUnavailable)
	}
	return s.leave(ctx, c, models.ReviewDenied)
}

// leave gives a check to a person, with the reason why the platform did not decide it.
func (s *Service) leave(ctx context.Context, c models.Check, why string) error {
	was := c.State
	c.State, c.Reason = models.CheckReview, why
	_, err := s.moveCheck(ctx, c, was)
	return err
}

func (s *Service) moveCheck(ctx context.Context, c models.Check, from models.CheckState) (moved bool, err error) {
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.CommunityID)
		if moved, err = sc.MoveCheck(c, from); err != nil || !moved {
			return err
		}
		return s.reviewJudged(sc, c)
	})
	return moved, err
}
