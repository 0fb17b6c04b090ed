package bot

import (
	"context"
	"errors"
	"time"

	"siyu/models"
)

// qrRequest is qrcode/create's request. It is ours because the SDK's call knows no context.
type qrRequest struct {
	ExpireSeconds int64    `json:"expire_seconds,omitempty"`
	ActionName    string   `json:"action_name"`
	ActionInfo    qrAction `json:"action_info"`
}

type qrAction struct {
	Scene qrScene `json:"scene"`
}

type qrScene struct {
	Text string `json:"scene_str"`
}

// toOrganiser turns what WeChat refused into what an organiser can read. An error of our own stays what it is.
func (b *Bot) toOrganiser(err error) error {
	if _, ours := errors.AsType[*models.Error](err); ours {
		return err
	}
	return refused(err, b.store.Clock().Now())
}

type qrAnswer struct {
	Ticket        string `json:"ticket"`
	ExpireSeconds int64  `json:"expire_seconds"`
	URL           string `json:"url"`
}

// askQR asks an Official Account for a QR code with a scene; a life of zero is for ever.
func (b *Bot) askQR(ctx context.Context, c models.Channel, scene string, life time.Duration) (qrAnswer, error) {
	in := qrRequest{ActionName: "QR_LIMIT_STR_SCENE", ActionInfo: qrAction{qrScene{scene}}}
	if life > 0 {
		in.ActionName, in.ExpireSeconds = "QR_STR_SCENE", int64(life/time.Second)
	}
	var out qrAnswer
	if err := b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/qrcode/create", in, &out); err != nil {
		return out, err
	}
	if out.Ticket == "" || out.URL == "" {
		return out, errors.New("WeChat gave no QR code")
	}
	return out, nil
}

// giveQR gives an entry its QR code of the Official Account. A slot that had a meaning before has its code already.
func (b *Bot) giveQR(ctx context.Context, sc *models.Scope, m *making) error {
	if m.slot != nil && m.slot.Ticket != "" {
		m.entry.Ticket, m.entry.URL = m.slot.Ticket, m.slot.URL
		return nil
	}
	c, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	if m.slot != nil {
		out, err := b.askQR(ctx, c, m.slot.Code, 0)
		m.slot.Ticket, m.slot.URL = out.Ticket, out.URL
		m.entry.Ticket, m.entry.URL = out.Ticket, out.URL
		return err
	}
	life := b.entries.QRLife
	if m.in.QRLife > 0 {
		life = min(life, m.in.QRLife)
	}
	out, err := b.askQR(ctx, c, m.entry.Code, life)
	m.entry.Ticket, m.entry.URL = out.Ticket, out.URL
	m.entry.QRExpiresAt = sc.Now.Add(time.Duration(out.ExpireSeconds) * time.Second)
	return err
}

// reserveSlot sets one of the account's permanent QR codes apart for an entry.
func (b *Bot) reserveSlot(ctx context.Context, community models.CommunityID, m *making) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		// A code that somebody has chosen is what the QR code must say.
		s, err := sc.ReserveSlot(c.ID, m.entry.ID, m.entry.Code, m.in.Code != "", b.entries.Slots, b.entries.SlotLease)
		m.slot = &s
		return err
	})
}

// releaseSlot gives back what reserveSlot took. A process that dies before it leaves the slot to the lease.
func (b *Bot) releaseSlot(ctx context.Context, community models.CommunityID, m making) error {
	if m.slot == nil {
		return nil
	}
	return b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error { return tx.In(community).ReleaseSlot(*m.slot) })
}

// SlotUsage is how an Official Account's permanent QR codes are used.
type SlotUsage struct {
	models.SlotCount
	Limit int
	Left  int64 // how many entries can still get one now
}

// Slots tells how the permanent QR codes of the community's Official Account are used.
func (b *Bot) Slots(ctx context.Context, community models.CommunityID) (SlotUsage, error) {
	sc := b.store.Read(ctx).In(community)
	u := SlotUsage{Limit: b.entries.Slots}
	c, err := b.officialOf(sc)
	if err != nil {
		return u, err
	}
	u.SlotCount, err = sc.CountSlots(c.ID)
	u.Left = int64(u.Limit) - u.Bound - u.Reserved - u.Resting
	return u, err
}
