package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// WatchMasses is the periodic job that looks for group messages that Siyu did not ask for: people of the corp send them from
// their phones, or have them sent from the administrator's console. They count in what the platform allows a group.
type WatchMasses struct{}

// Kind names the job.
func (WatchMasses) Kind() string { return "mass.watch" }

const (
	// massOverlap is how far back a list is read again: it may lag behind, and ours must have had their answer.
	massOverlap = 2 * time.Hour
	// massSpan is the longest span that get_groupmsg_list_v2 lists: one month.
	massSpan = 30 * 24 * time.Hour
	// massesAtOnce is how many messages are looked at in one run for each corp.
	massesAtOnce = 200
)

func (b *Bot) watchMasses(ctx context.Context, _ WatchMasses) error {
	tx := b.store.Read(ctx)
	channels, err := tx.AllChannels()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range channels {
		if c.Kind != models.WeCom {
			continue
		}
		sc := b.store.Read(ctx).In(c.CommunityID)
		errs = append(errs, b.findMasses(ctx, sc, c), b.lookAtMasses(ctx, sc, c))
	}
	if err := errors.Join(errs...); err != nil { // the other corps were looked at all the same
		b.log.WarnContext(ctx, "group messages could not be looked at", "error", weixin.Redacted(err))
	}
	return jobs.SnoozeFor(tx.Now, b.envelopes.HandEvery, "looked")
}

// findMasses lists a corp's messages since the last time and keeps those that are not ours.
func (b *Bot) findMasses(ctx context.Context, sc *models.Scope, c models.Channel) error {
	upto, err := sc.MassUpto(c.ID)
	if err != nil {
		return err
	}
	from := max(upto.Add(-massOverlap), sc.Now.Add(-massSpan))
	if upto == 0 {
		from = sc.Now.Add(-b.envelopes.HandFor)
	}
	var found []*externalcontact.GroupMsg
	err = b.eachMass(sc, from, sc.Now.Add(time.Minute), func(m *externalcontact.GroupMsg) bool {
		found = append(found, m)
		return true
	})
	if err != nil {
		return fmt.Errorf("list group messages: %w", err)
	}
	for some := range slices.Chunk(found, 50) {
		err := b.store.Tx(ctx, func(tx *models.Tx) error {
			for _, m := range some {
				if err := b.keepMass(tx.In(sc.Community), c, m); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(sc.Community).SetMassUpto(c.ID, sc.Now) })
}

// keepMass keeps a message unless it is one of ours, or may be one whose answer is on its way. One with an envelope's card that
// WeCom lists under another id than the envelope's is either a copy that somebody sent by hand, or was asked for twice because
// the first answer was lost.
func (b *Bot) keepMass(sc *models.Scope, c models.Channel, m *externalcontact.GroupMsg) error {
	_, err := sc.EnvelopeByMsgID(m.MsgID)
	if !models.IsKind(err, models.NotFound) {
		return err
	}
	if coming, err := b.underWay(sc, m); err != nil || coming {
		return err
	}
	x := models.MassMessage{ChannelID: c.ID, MsgID: m.MsgID, Creator: clip(m.Creator, 64), Sponsored: labelled(m.Text.Content),
		MadeAt: models.Millis(m.CreateTime) * 1000, NextAt: sc.Now}
	if code := cardCode(m); code != "" {
		e, err := sc.EnvelopeByCode(code)
		if err != nil && !models.IsKind(err, models.NotFound) {
			return err
		}
		if err == nil && e.ChannelID == c.ID {
			x.EnvelopeID = e.ID
		}
		if x.OfferID, err = offerOf(sc, code, e); err != nil {
			return err
		}
		x.Sponsored = x.Sponsored || x.OfferID != 0
	}
	_, err = sc.AddMass(&x)
	return err
}

// underWay reports whether a message that nobody wrote by hand may be what WeCom is being asked for, or was asked for without
// its answer having come: it has the card of such an envelope, or the text of one that has none. It is looked at again when
// the list is read the next time.
func (b *Bot) underWay(sc *models.Scope, m *externalcontact.GroupMsg) (bool, error) {
	if m.Creator != "" {
		return false, nil
	}
	calling, err := sc.EnvelopesIn(models.EnvelopeCalling)
	if err != nil {
		return false, err
	}
	code := cardCode(m)
	for _, e := range calling {
		text, coded, err := b.wording(sc, e)
		if err != nil {
			return false, err
		}
		if code == e.Code || !coded && code == "" && m.Text.Content == text {
			return true, nil
		}
	}
	return false, nil
}

// offerOf is the offer whose card has a code, of an envelope or of a placement.
func offerOf(sc *models.Scope, code string, e models.Envelope) (models.OfferID, error) {
	if id, is := strings.CutPrefix(e.Content, offerContent); is {
		var offer models.OfferID
		err := offer.UnmarshalText([]byte(id))
		return offer, err
	}
	p, err := sc.PlacementByCode(code)
	if models.IsKind(err, models.NotFound) {
		err = nil
	}
	return p.OfferID, err
}

// labelled reports whether a text says that it is an advertisement, as the law on advertising has it said.
func labelled(text string) bool {
	return slices.ContainsFunc(models.AdLabels(), func(label string) bool {
		return slices.ContainsFunc([]string{"【" + label + "】", "[" + label + "]", "（" + label + "）", "(" + label + ")", "#" + label},
			func(mark string) bool { return strings.Contains(text, mark) })
	})
}

// lookAtMasses books what became of the messages that are due.
func (b *Bot) lookAtMasses(ctx context.Context, sc *models.Scope, c models.Channel) error {
	due, err := sc.MassesDue(c.ID, massesAtOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, m := range due {
		next, err := b.lookAtMass(ctx, sc, m)
		if err != nil {
			errs = append(errs, err)
			next = max(next, sc.Now.Add(b.envelopes.HandEvery))
		}
		errs = append(errs, b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(sc.Community).PutOffMass(m.ID, next) }))
	}
	return errors.Join(errs...)
}

// lookAtMass books what reached which group, and says when to look again: zero if everybody who was to send it has, or it is
// too old.
func (b *Bot) lookAtMass(ctx context.Context, sc *models.Scope, m models.MassMessage) (models.Millis, error) {
	if _, err := sc.EnvelopeByMsgID(m.MsgID); !models.IsKind(err, models.NotFound) {
		return 0, err // it is ours: it was listed before its answer was booked
	}
	if m.EnvelopeID != 0 && m.Creator == "" { // asked for twice: whoever has not sent it must not
		if err := b.cancel(sc, models.Envelope{MsgID: m.MsgID}); err != nil {
			b.log.WarnContext(ctx, "a message that was asked for twice cannot be stopped", "error", weixin.Redacted(err))
		}
	}
	senders, err := b.senders(sc, m.MsgID)
	if code, _ := weixin.Code(err); code == dispatching {
		return sc.Now.Add(stillDispatching), nil
	}
	old := sc.Now >= m.MadeAt.Add(b.envelopes.HandFor)
	if err != nil {
		if old && weixin.Classify(err) == weixin.Invalid {
			return 0, nil
		}
		return 0, err
	}
	waits := false
	for _, s := range senders {
		if s.Status != ownerSent {
			waits = true
			continue
		}
		if sc.Now < (models.Millis(s.SendTime) * 1000).Add(b.envelopes.SettleAfter) {
			waits = true // its rows may be late
		}
		r, err := b.sendRows(sc, m.MsgID, s.UserID)
		if err != nil {
			return 0, err
		}
		if err := b.bookHandmade(ctx, sc, m, r); err != nil {
			return 0, err
		}
	}
	switch {
	case !waits || old:
		return 0, nil
	case sc.Now < m.MadeAt.Add(24*time.Hour):
		return sc.Now.Add(b.envelopes.HandEvery), nil
	}
	return sc.Now.Add(6 * time.Hour), nil
}

// bookHandmade books the rows of one sender.
func (b *Bot) bookHandmade(ctx context.Context, sc *models.Scope, m models.MassMessage, r outcome) error {
	x := mass{msgID: m.MsgID, offer: m.OfferID, sponsored: m.Sponsored}
	if m.Creator == "" {
		x.envelope = m.EnvelopeID
	}
	for chat, at := range r.sent {
		err := b.store.Tx(ctx, func(tx *models.Tx) error { return b.bookMass(tx.In(sc.Community), x, chat, at) })
		if err != nil {
			return err
		}
	}
	return nil
}

// mass is what is known of a group message without a task of its own.
type mass struct {
	msgID     string
	offer     models.OfferID
	sponsored bool
	envelope  models.EnvelopeID // it is a second copy of this one
}

// massIdem is what makes a message in a group one organic post however often it is told.
func massIdem(msgID, chat string) string { return models.Digest([]byte("mass:" + msgID + ":" + chat)) }

// bookMass books that a message appeared in one of our groups, once: a second copy of an envelope as its task, a sponsored
// one as made by hand, any other as the organiser's own.
func (b *Bot) bookMass(sc *models.Scope, m mass, chat string, at models.Millis) error {
	g, err := sc.GroupByChatID(chat)
	if models.IsKind(err, models.NotFound) {
		return nil // a group we are not to know of
	}
	if err != nil {
		return err
	}
	if m.envelope != 0 {
		if g, err = sc.LockGroup(g.ID); err != nil {
			return err
		}
		tasks, err := sc.TasksInEnvelope(m.envelope)
		if err != nil {
			return err
		}
		if i := slices.IndexFunc(tasks, func(t models.Task) bool { return t.GroupID == g.ID && t.State != models.TaskDone }); i >= 0 {
			return b.posted(sc, tasks[i], at, models.ProofPlatform)
		}
	}
	key := "mass:" + m.msgID
	if m.sponsored {
		_, err = b.ledger.External(sc, throttle.External{Group: g.ID, Offer: m.offer, At: at, Key: models.Digest([]byte(key))})
	} else {
		err = b.ledger.Organic(sc, models.OrganicPost{GroupID: g.ID, Kind: models.OrganicMass, Posts: 1, At: at,
			Idem: massIdem(m.msgID, chat)})
	}
	if err != nil {
		return err
	}
	return b.learnSent(sc, g.ID)
}
