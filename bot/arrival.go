package bot

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"siyu/internal/weixin"
	"siyu/models"
)

// arrival is somebody who follows the Official Account or scans a video's code: who she is, and what she did.
func (b *Bot) arrival(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	unionID, lang, err := b.whoIs(ctx, c.AppID, m.FromUserName)
	if err != nil {
		return nil, err
	}
	return func(sc *models.Scope) error {
		member, err := sc.Identify(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: m.FromUserName},
			models.Name{Kind: models.UnionID, Value: unionID})
		if err != nil {
			return err
		}
		if lang != "" {
			if err := sc.SetLang(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: m.FromUserName}, lang); err != nil {
				return err
			}
		}
		at := happened(m, push.ReceivedAt)
		entry, err := sc.EntryByScene(c.ID, sceneOf(m), at)
		if models.IsKind(err, models.NotFound) {
			entry, err = models.Entry{}, nil
		}
		if err != nil {
			return err
		}
		touch := models.Touch{At: at, MemberID: member, VideoID: entry.VideoID, EntryID: entry.ID}
		if entry.ID != 0 {
			if err := addTouch(sc, touch, models.TouchVideo, push); err != nil {
				return err
			}
		}
		// Somebody who scans has followed before, though we may never have heard of it.
		return addTouch(sc, touch, models.TouchFollow, push)
	}, nil
}

// addTouch writes one fact of a push; the push's id makes it one.
func addTouch(sc *models.Scope, t models.Touch, kind models.TouchKind, push models.Inbox) error {
	t.Kind, t.UID = kind, "push:"+push.ID.String()+":"+string(kind)
	_, err := sc.AddTouch(&t)
	return err
}

// whoIs asks WeChat who an openid is across accounts, and which language she reads; "" if the account is not bound to an
// Open Platform account or the person is gone.
func (b *Bot) whoIs(ctx context.Context, appID, openID string) (unionID, lang string, err error) {
	oa, err := b.hub.Official(appID)
	if err != nil {
		return "", "", err
	}
	info, err := oa.GetUser().GetUserInfo(openID)
	if err != nil {
		return "", "", b.untold(ctx, withoutURL(err))
	}
	return info.UnionID, memberLang(info.Language), nil
}

// untold is what it means that WeChat did not tell who somebody is: nil if it never will, else an error to try again on.
func (b *Bot) untold(ctx context.Context, err error) error {
	if !weixin.Hopeless(err) {
		return weixin.Redacted(err)
	}
	b.log.WarnContext(ctx, "WeChat does not tell who somebody is", "error", weixin.Redacted(err))
	return nil
}

// withoutURL takes the address out of an error of a call: it names a person, and errors are logged and kept with jobs.
func withoutURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return fmt.Errorf("ask WeChat who somebody is: %w", u.Err)
	}
	return err
}
