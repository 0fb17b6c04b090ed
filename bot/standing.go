package bot

import (
	"context"
	"errors"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// Remedy names what helps when an account or one of its APIs is not called; the texts for people are looked up by it.
type Remedy string

// The remedies.
const (
	NoRemedy       Remedy = ""
	AllowAddress   Remedy = "allow_address"   // put our address on the account's list
	ConfirmAddress Remedy = "confirm_address" // its administrator must say yes to our address in WeChat
	MendSecret     Remedy = "mend_secret"     // appid or secret is wrong
	ThawSecret     Remedy = "thaw_secret"     // the secret is frozen
	ThawAccount    Remedy = "thaw_account"    // the account is frozen
	WaitForWeChat  Remedy = "wait"            // WeChat does not answer: it is tried again by itself
	WaitForQuota   Remedy = "wait_quota"      // the calls of the day or of the minute are used up
	GetRight       Remedy = "get_right"       // the API is not granted
	LookAtPenalty  Remedy = "look_at_penalty" // it was taken away for what was done with it
	LookAtError    Remedy = "look_at_error"   // something else
)

// ChannelStanding is how the calls of one connected account stand. It holds no secret and nobody's name.
type ChannelStanding struct {
	models.Channel
	TokenRenewedAt models.Millis // by this instance; 0 if it was another one
	TokenEndsAt    models.Millis // 0: there is none
	Stopped        Stop          // of the whole account; zero when it is called
	IP             string        // ours, to be put on the account's list; empty when nothing is wrong with it
	APIs           []APIStanding // that were called today, or are stopped
	LastError      PlatformError
}

// Stop is why something is not called, and until when. The zero value is that it is called.
type Stop struct {
	Remedy Remedy
	Code   int // errcode; 0: nothing answered
	Since  models.Millis
	Until  models.Millis // then it is tried again
}

// APIStanding is one API of an account.
type APIStanding struct {
	API     string
	Used    int64 // today in China
	Limit   int64 // 0: not known
	Learnt  bool  // the limit is what WeChat says of this account, not of a new one
	Stopped Stop
}

// PlatformError is the last call that failed, whatever became of it. The zero value is that none has.
type PlatformError struct {
	API  string
	Code int
	Text string
	At   models.Millis
}

// ChannelStandings tells how all accounts of a community stand. It calls nobody.
func (b *Bot) ChannelStandings(ctx context.Context, community models.CommunityID) ([]ChannelStanding, error) {
	channels, err := b.channels(ctx, community)
	if err != nil {
		return nil, err
	}
	all := make([]ChannelStanding, 0, len(channels))
	for _, c := range channels {
		v, err := b.standing(ctx, c)
		if err != nil {
			return nil, err
		}
		all = append(all, v)
	}
	return all, nil
}

func (b *Bot) channels(ctx context.Context, community models.CommunityID) ([]models.Channel, error) {
	all, err := b.store.Read(ctx).AllChannels()
	if err != nil {
		return nil, err
	}
	var own []models.Channel
	for _, c := range all {
		if c.CommunityID == community {
			own = append(own, c)
		}
	}
	return own, nil
}

func (b *Bot) channelByID(ctx context.Context, community models.CommunityID, id models.ChannelID) (models.Channel, error) {
	all, err := b.channels(ctx, community)
	if err != nil {
		return models.Channel{}, err
	}
	for _, c := range all {
		if c.ID == id {
			return c, nil
		}
	}
	return models.Channel{}, models.Errorf(models.NotFound, "channel_unknown", "no such account is connected")
}

func (b *Bot) standing(ctx context.Context, c models.Channel) (ChannelStanding, error) {
	v := ChannelStanding{Channel: c}
	all, err := b.hub.Health(ctx, accountID(c))
	if errors.Is(err, weixin.ErrNoAccount) { // connected by another instance a moment ago
		if _, err = b.door(ctx, doorKey{c.Kind, c.AppID}); err != nil {
			return v, err
		}
		all, err = b.hub.Health(ctx, accountID(c))
	}
	if err != nil {
		return v, err
	}
	h := all[0]
	v.TokenRenewedAt, v.TokenEndsAt = millis(h.Token.RenewedAt), millis(h.Token.EndsAt)
	v.Stopped = stopOf(h.Stopped)
	if h.Token.Err != nil && v.TokenEndsAt == 0 { // without a token nothing can be called
		code, _ := weixin.Code(h.Token.Err)
		v.Stopped = Stop{Remedy: remedy(weixin.Classify(h.Token.Err), code), Code: code, Since: millis(h.Last.At),
			Until: millis(h.Token.RetryAt)}
	}
	if h.Address.Code != 0 {
		v.IP, v.Stopped.Since = h.Address.IP, millis(h.Address.Since)
		v.Stopped.Remedy, v.Stopped.Code = remedy(weixin.Denied, h.Address.Code), h.Address.Code
	}
	for _, a := range h.APIs {
		v.APIs = append(v.APIs, APIStanding{a.API, a.Used, a.Limit, a.Learnt, stopOf(a.Stopped)})
	}
	v.LastError = PlatformError{h.Last.API, h.Last.Code, clip(h.Last.Text, detailChars), millis(h.Last.At)}
	return v, nil
}

func stopOf(s weixin.Stop) Stop {
	if s == (weixin.Stop{}) {
		return Stop{}
	}
	return Stop{Remedy: remedy(s.Class, s.Code), Code: s.Code, Since: millis(s.Since), Until: millis(s.Until)}
}

// remedy says what helps against an errcode, or against a failure without one.
func remedy(class weixin.Class, code int) Remedy {
	switch code {
	case 40164, 61004, 60020:
		return AllowAddress
	case 89501, 89503, 89506, 89507:
		return ConfirmAddress
	case 40001, 40013, 40125:
		return MendSecret
	case 40243:
		return ThawSecret
	case 50002:
		return ThawAccount
	case 48001, 48002:
		return GetRight
	case 43107, 48004:
		return LookAtPenalty
	}
	switch class {
	case weixin.None:
		return NoRemedy
	case weixin.Temporary:
		return WaitForWeChat
	case weixin.Quota:
		return WaitForQuota
	case weixin.Gone, weixin.Denied, weixin.Invalid:
	}
	return LookAtError
}

func millis(t time.Time) models.Millis {
	if t.IsZero() {
		return 0
	}
	return models.MillisOf(t)
}
