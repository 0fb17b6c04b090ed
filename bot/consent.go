package bot

import (
	"context"

	"siyu/internal/weixin"
	"siyu/models"
)

// withdraws is somebody who withdrew what she had allowed this account, or who gave up her WeChat account.
//
// The platform names what she withdrew: her phone number, pictures, places, her microphone and so on, never her openid,
// which every account has of everybody who opens it. So what we have of that kind goes: all she sent, for it may hold
// any of it, her phone number, and her sessions, whose keys open what her phone seals. Her openid stays and with it her vouchers: to lose
// what she has claimed because she took back the camera is not what she asked for.
//
// Who gave up her account, or withdrew without saying what, is forgotten in this account altogether: her name, her
// sessions, what she sent and had checked, what was sent to her. What she did stays as facts about nobody.
func (b *Bot) withdraws(_ context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	openID := m.Person()
	if openID == "" || m.Consent == nil {
		return nil, nil
	}
	return func(sc *models.Scope) error {
		if forgetsAll(m) {
			return forget(sc, c, openID, push.ReceivedAt)
		}
		member, err := sc.MemberNamed(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: openID})
		if err != nil {
			return err
		}
		return forgetData(sc, c, member, openID, push.ReceivedAt)
	}, nil
}

// forgetsAll reports whether a withdrawal means the person and not some of her data.
func forgetsAll(m weixin.Message) bool {
	return m.Event == "user_authorization_cancellation" || len(m.Consent.RevokeInfo) == 0
}

// forgetData erases what a person sent to an account until a time, and what opens what her phone seals. What she did after
// it is hers to do: it has its effect.
func forgetData(sc *models.Scope, c models.Channel, member models.MemberID, openID string, until models.Millis) error {
	if _, err := sc.BlankPushesUntil(sc.SenderKey(c.ID, openID), until); err != nil || member == 0 {
		return err
	}
	if _, err := sc.EndSessions(member, c.AppID); err != nil || c.Kind != models.MiniProgram {
		return err
	}
	person, err := sc.Canonical(member)
	if err != nil {
		return err
	}
	return sc.ForgetPhone(person)
}

// forget erases a person from an account, as she was known there at a time.
func forget(sc *models.Scope, c models.Channel, openID string, at models.Millis) error {
	member, err := sc.ForgetName(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: openID})
	if err != nil {
		return err
	}
	if err := forgetData(sc, c, member, openID, at); err != nil {
		return err
	}
	if member != 0 {
		if err := sc.ForgetChecks(member); err != nil {
			return err
		}
		if c.Kind == models.MiniProgram { // she came back to it, and to nothing else of ours
			if err := sc.ForgetReturns(member); err != nil {
				return err
			}
		}
	}
	if err := sc.ForgetSends(c.ID, openID); err != nil {
		return err
	}
	if err := sc.ForgetNotices(c.AppID, openID); err != nil {
		return err
	}
	return sc.ForgetFollower(c.ID, openID)
}
