package bot

import (
	"context"
	"strconv"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// ClearQuota makes WeChat forget today's calls of an account, which may be done ten times a month; left is how often it
// can be done again.
func (b *Bot) ClearQuota(ctx context.Context, community models.CommunityID, id models.ChannelID, by models.AccountID) (left int64, err error) {
	c, err := b.channelByID(ctx, community, id)
	if err != nil {
		return 0, err
	}
	if c.Kind == models.WeCom {
		return 0, models.Errorf(models.Invalid, "quota_not_clearable", "WeCom's limits end by themselves")
	}
	left, err = b.hub.ClearQuota(ctx, accountID(c))
	if err != nil {
		return 0, clearError(err)
	}
	b.jobs.Wake()
	return left, b.audit(ctx, c, by, "channel.quota_clear", strconv.FormatInt(left, 10)+" left this month")
}

// clearError says why a quota was not cleared.
func clearError(err error) error {
	err = weixin.Redacted(err)
	if code, _ := weixin.Code(err); code == 48006 {
		return &models.Error{Kind: models.Exhausted, Code: "quota_clear_spent", Text: "cleared ten times this month", Err: err}
	}
	code, _ := weixin.Code(err)
	e := &models.Error{Kind: models.Unavailable, Code: "quota_not_cleared", Text: "WeChat did not clear the quota", Err: err}
	return e.With("code", code)
}

// ChannelCheck is what a live check found.
type ChannelCheck struct {
	Token    bool   // WeChat gave one: id, secret and our address are right
	Network  bool   // WeChat was asked about the network, and answered
	Reached  bool   // its pings reached the server of our callback
	Remedy   Remedy // what helps; empty when all is well
	Code     int
	IP       string   // ours, to be put on the account's list
	Platform []string // the addresses pushes come from
}

// CheckChannel asks WeChat how an account stands, now and whatever is known; what failed before is forgotten if it stands
// well. The limits of what was called today are learnt as well.
func (b *Bot) CheckChannel(ctx context.Context, community models.CommunityID, id models.ChannelID, by models.AccountID) (ChannelCheck, error) {
	c, err := b.channelByID(ctx, community, id)
	if err != nil {
		return ChannelCheck{}, err
	}
	got, err := b.hub.Check(ctx, accountID(c))
	if err != nil {
		return ChannelCheck{}, err
	}
	v := ChannelCheck{Token: got.Token == nil, Network: got.Token == nil && got.Callback == nil, Reached: got.Reached, Platform: got.Platform}
	fault := got.Token
	if fault == nil {
		fault = got.Callback
	}
	if fault != nil {
		v.Code, _ = weixin.Code(fault)
		v.Remedy = remedy(weixin.Classify(fault), v.Code)
		if all, err := b.hub.Health(ctx, accountID(c)); err == nil && v.Remedy == AllowAddress {
			v.IP = all[0].Address.IP
		}
		b.log.WarnContext(ctx, "an account does not stand well", "kind", c.Kind, "error", weixin.Redacted(fault))
	} else if err := b.hub.LearnQuotas(ctx, accountID(c)); err != nil {
		b.log.WarnContext(ctx, "limits cannot be read", "kind", c.Kind, "error", weixin.Redacted(err))
	}
	b.jobs.Wake()
	return v, b.audit(ctx, c, by, "channel.check", "errcode "+strconv.Itoa(v.Code))
}

func (b *Bot) audit(ctx context.Context, c models.Channel, by models.AccountID, action, detail string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(c.CommunityID).AddAudit(by, action, "channel:"+c.ID.String(), detail)
	})
}

// limitsEvery is how often limits are learnt that nobody has come near.
const limitsEvery = 24 * time.Hour

// LearnLimits is the job that asks WeChat once a day how often each account may call what it has called.
type LearnLimits struct{}

// Kind names the job.
func (LearnLimits) Kind() string { return "channel.limits" }

// learnLimits asks about all accounts; one that cannot be asked keeps the others from nothing.
func (b *Bot) learnLimits(ctx context.Context, _ LearnLimits) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	for _, c := range channels {
		if err := b.hub.LearnQuotas(weixin.LowPriority(ctx), accountID(c)); err != nil {
			b.log.WarnContext(ctx, "limits cannot be read", "kind", c.Kind, "error", weixin.Redacted(err))
		}
	}
	return jobs.SnoozeFor(tx.Now, limitsEvery, "asked")
}
