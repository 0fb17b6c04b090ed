package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"siyu/models"
)

// entryCodeLength gives 60 bits: nobody finds an entry by guessing, and a WeCom state holds 30 characters.
const entryCodeLength = 12

// QRKind is the kind of an entry's QR code of the Official Account.
type QRKind string

// The kinds of QR code.
const (
	NoQR        QRKind = ""
	PermanentQR QRKind = "permanent" // takes one of the account's slots
	TemporaryQR QRKind = "temporary" // ends, at the latest after 30 days
)

// NewEntry is what an entry is made from. It leads to a group or to a live code, and belongs to a video or has a label.
type NewEntry struct {
	Code   string // made up if empty; letters and digits only, at most 30, the length of WeCom's state
	Video  models.VideoID
	Label  string
	Group  models.GroupID
	Live   models.LiveID
	Pick   string // the city or tag it asks its live code for
	QR     QRKind
	QRLife time.Duration // of a temporary QR code; the longest if zero
	Mini   bool          // it has a Mini Program code
	Link   bool          // its page links into the Mini Program
	By     models.AccountID
}

// MakeEntry makes a tracked way from a video to a group: a permanent QR code of the Official Account for the video and,
// for a WeCom group, a join way whose state says who came through it.
func (b *Bot) MakeEntry(ctx context.Context, community models.CommunityID, video models.VideoID, group models.GroupID, code string) (models.Entry, error) {
	return b.AddEntry(ctx, community, NewEntry{Code: code, Video: video, Group: group, QR: PermanentQR})
}

// making is an entry on its way, with what WeChat gave for it.
type making struct {
	in    NewEntry
	entry models.Entry
	slot  *models.Slot
	ways  []models.JoinWay
}

// AddEntry makes an entry. What WeChat must give is asked for before the entry is stored; when that breaks off, the
// permanent QR code that was set apart for it is free again.
func (b *Bot) AddEntry(ctx context.Context, community models.CommunityID, in NewEntry) (models.Entry, error) {
	m, groups, err := b.plan(ctx, community, in)
	if err != nil {
		return m.entry, err
	}
	if in.QR == PermanentQR {
		if err := b.reserveSlot(ctx, community, &m); err != nil {
			return m.entry, err
		}
	}
	if err := b.furnish(ctx, community, &m, groups); err != nil {
		return m.entry, errors.Join(b.toOrganiser(err), b.releaseSlot(ctx, community, m))
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error { return m.keep(tx.In(community)) })
	if err != nil {
		return m.entry, errors.Join(err, b.releaseSlot(ctx, community, m))
	}
	return m.entry, nil
}

// plan checks what an entry is made from, and finds the groups it may lead to.
func (b *Bot) plan(ctx context.Context, community models.CommunityID, in NewEntry) (making, []models.Group, error) {
	sc := b.store.Read(ctx).In(community)
	m := making{in: in, entry: models.Entry{ID: sc.NewEntryID(), Code: in.Code, VideoID: in.Video, Label: in.Label,
		GroupID: in.Group, LiveID: in.Live, Pick: in.Pick, Mini: in.Mini, Linked: in.Link}}
	if m.entry.Code == "" {
		m.entry.Code = rand.Text()[:entryCodeLength]
	}
	if (in.Group == 0) == (in.Live == 0) {
		return m, nil, models.Errorf(models.Invalid, "entry_leads_nowhere", "an entry leads to a group or to a live code").With("field", "group_id")
	}
	if in.Video != 0 {
		if _, err := sc.Video(in.Video); err != nil {
			return m, nil, err
		}
	}
	if in.Mini || in.Link {
		if _, err := b.miniChannel(sc); err != nil {
			return m, nil, err
		}
	}
	if in.Live != 0 {
		if _, err := workingLive(sc, in.Live); err != nil {
			return m, nil, err
		}
		groups, err := b.liveGroups(sc, in.Live)
		return m, groups, err
	}
	g, err := groupOf(sc, in.Group)
	return m, []models.Group{g}, err
}

func groupOf(sc *models.Scope, id models.GroupID) (models.Group, error) {
	g, err := sc.Group(id)
	if models.IsKind(err, models.NotFound) {
		return g, models.Errorf(models.NotFound, "group_not_found", "no such group")
	}
	return g, err
}

// furnish asks WeChat for everything an entry has.
func (b *Bot) furnish(ctx context.Context, community models.CommunityID, m *making, groups []models.Group) error {
	sc := b.store.Read(ctx).In(community)
	if m.in.QR != NoQR {
		if err := b.giveQR(ctx, sc, m); err != nil {
			return fmt.Errorf("make the QR code: %w", err)
		}
	}
	if m.in.Link {
		if _, err := b.sharedLink(ctx, community); err != nil {
			return fmt.Errorf("make the link: %w", err)
		}
	}
	for _, g := range groups {
		if g.Kind != models.WeComGroup || g.ChatID == nil {
			continue
		}
		way, err := b.askJoinWay(ctx, sc, m.entry.Code, g)
		if err != nil {
			return fmt.Errorf("make the group's join way: %w", err)
		}
		if m.entry.LiveID != 0 {
			way.EntryID = m.entry.ID
			m.ways = append(m.ways, way)
			continue
		}
		m.entry.JoinConfig, m.entry.JoinURL = way.ConfigID, way.URL
	}
	return nil
}

// keep stores an entry with everything it has, all at once.
func (m *making) keep(sc *models.Scope) error {
	if m.slot != nil {
		ok, err := sc.BindSlot(*m.slot)
		if err != nil {
			return err
		}
		if !ok {
			return models.Errorf(models.Conflict, "slot_lost", "making the entry took so long that its code was given away")
		}
		m.entry.SlotID = m.slot.ID
	}
	if err := sc.InsertEntry(&m.entry); err != nil {
		return err
	}
	for _, w := range m.ways {
		if _, err := sc.AddJoinWay(&w); err != nil {
			return err
		}
	}
	if m.entry.LiveID != 0 { // its pool may have changed since it was read
		if err := enqueueWays(sc, m.entry.ID); err != nil {
			return err
		}
	}
	if m.in.By == 0 {
		return nil
	}
	return sc.AddAudit(m.in.By, "entry.add", "entry:"+m.entry.ID.String(), "")
}

// EntryURL is the page of an entry, for any browser.
func (b *Bot) EntryURL(e models.Entry) string { return b.public + "/e/" + e.Code }
