package bot

import (
	"context"
	"errors"
	"fmt"

	"siyu/internal/weixin"
	"siyu/models"
)

// doorKey names a connected account as the webhook's path does.
type doorKey struct {
	kind  models.ChannelKind
	appID string
}

// door is one connected account, ready to open pushes.
type door struct {
	channel  models.Channel
	receiver *weixin.Receiver
}

// weixinKind maps a channel's kind to the seam's.
func weixinKind(k models.ChannelKind) weixin.Kind {
	switch k {
	case models.MiniProgram:
		return weixin.MiniProgram
	case models.WeCom:
		return weixin.WeCom
	case models.OfficialAccount:
	}
	return weixin.Official
}

// Connect makes every stored channel ready: its pushes can be opened and its API called. It is called at the start
// and after a channel was added; a channel that cannot be opened is told in the error, the others work.
func (b *Bot) Connect(ctx context.Context) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range channels {
		secrets, err := tx.OpenChannel(c)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		if err := b.connect(c, secrets); err != nil {
			errs = append(errs, fmt.Errorf("channel %s %s: %w", c.Kind, c.AppID, err))
		}
	}
	return errors.Join(errs...)
}

func (b *Bot) connect(c models.Channel, s models.ChannelSecrets) error {
	r, err := weixin.NewReceiver(
		weixin.Account{Kind: weixinKind(c.Kind), ID: c.AppID, Token: s.Token, AESKey: s.AESKey, Plain: c.Plain},
		weixin.Options{Now: b.store.Clock().Now})
	if err != nil {
		return err
	}
	err = b.hub.AddAccount(weixin.Credentials{Kind: weixinKind(c.Kind), ID: c.AppID, Secret: s.Secret, AgentID: c.AgentID})
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.doors[doorKey{c.Kind, c.AppID}] = &door{channel: c, receiver: r}
	return nil
}

// door finds a connected account; one that was connected by another instance is loaded now.
func (b *Bot) door(ctx context.Context, key doorKey) (*door, error) {
	b.mu.RLock()
	d := b.doors[key]
	b.mu.RUnlock()
	if d != nil {
		return d, nil
	}
	tx := b.store.Read(ctx)
	c, err := tx.ChannelByApp(key.kind, key.appID)
	if err != nil {
		if models.IsKind(err, models.NotFound) {
			return nil, models.Errorf(models.NotFound, "channel_unknown", "no such account is connected")
		}
		return nil, err
	}
	secrets, err := tx.OpenChannel(c)
	if err != nil {
		return nil, err
	}
	if err := b.connect(c, secrets); err != nil {
		return nil, err
	}
	return b.door(ctx, key)
}
