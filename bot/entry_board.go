package bot

import (
	"context"
	"time"

	"siyu/models"
)

// EntryView is an entry as its organiser sees it.
type EntryView struct {
	models.Entry
	models.EntryCount
	Kind     QRKind
	LeadsTo  string // the name of its group or live code
	PageURL  string
	LinkURL  string
	LinkEnds models.Millis
}

// Entries lists up to limit entries, the newest first, older than before; zero begins with the newest. With a live code it
// lists only what leads to it.
func (b *Bot) Entries(ctx context.Context, community models.CommunityID, live models.LiveID, before models.EntryID, limit int) ([]EntryView, error) {
	sc := b.store.Read(ctx).In(community)
	all, err := sc.EntriesBefore(live, before, limit)
	if err != nil {
		return nil, err
	}
	return b.viewEntries(sc, all)
}

// Entry shows one entry.
func (b *Bot) Entry(ctx context.Context, community models.CommunityID, id models.EntryID) (EntryView, error) {
	sc := b.store.Read(ctx).In(community)
	e, err := entryOf(sc, id)
	if err != nil {
		return EntryView{}, err
	}
	views, err := b.viewEntries(sc, []models.Entry{e})
	if err != nil {
		return EntryView{}, err
	}
	return views[0], nil
}

func (b *Bot) viewEntries(sc *models.Scope, all []models.Entry) ([]EntryView, error) {
	ids := make([]models.EntryID, len(all))
	for i, e := range all {
		ids[i] = e.ID
	}
	counts, err := sc.CountEntries(ids)
	if err != nil {
		return nil, err
	}
	names, err := leadNames(sc)
	if err != nil {
		return nil, err
	}
	ends, err := b.linkEnds(sc)
	if err != nil {
		return nil, err
	}
	views := make([]EntryView, len(all))
	for i, e := range all {
		v := EntryView{Entry: e, EntryCount: counts[e.ID], PageURL: b.EntryURL(e), LeadsTo: names(e)}
		switch {
		case e.Ticket == "":
		case e.QRExpiresAt != 0:
			v.Kind = TemporaryQR
		default:
			v.Kind = PermanentQR
		}
		if v.LinkURL, err = b.linkOf(sc, e); err != nil {
			return nil, err
		}
		if e.Linked {
			v.LinkEnds = ends
		}
		views[i] = v
	}
	return views, nil
}

// linkEnds is when the shared link ends; zero if there is none.
func (b *Bot) linkEnds(sc *models.Scope) (models.Millis, error) {
	c, err := sc.Channel(models.MiniProgram)
	if err != nil {
		return 0, ignoreMissing(err)
	}
	l, err := sc.LinkTo(c.AppID, b.entries.LinkPage)
	return l.ExpiresAt, ignoreMissing(err)
}

func leadNames(sc *models.Scope) (func(models.Entry) string, error) {
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	codes, err := sc.LiveCodes(0, 0)
	if err != nil {
		return nil, err
	}
	byGroup, byLive := map[models.GroupID]string{}, map[models.LiveID]string{}
	for _, g := range groups {
		byGroup[g.ID] = g.Name
	}
	for _, l := range codes {
		byLive[l.ID] = l.Name
	}
	return func(e models.Entry) string {
		if e.LiveID != 0 {
			return byLive[e.LiveID]
		}
		return byGroup[e.GroupID]
	}, nil
}

// AddVideo stores a short video that entries can belong to.
func (b *Bot) AddVideo(ctx context.Context, community models.CommunityID, title string, published models.Millis, by models.AccountID) (models.Video, error) {
	v := models.Video{Title: title, PublishedAt: published}
	return v, b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if v.PublishedAt == 0 {
			v.PublishedAt = sc.Now
		}
		if err := sc.InsertVideo(&v); err != nil {
			return err
		}
		return sc.AddAudit(by, "video.add", "video:"+v.ID.String(), "")
	})
}

// SeeWarning puts a warning aside.
func (b *Bot) SeeWarning(ctx context.Context, community models.CommunityID, id models.WarningID, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		first, err := sc.SeeWarning(id)
		if err != nil || !first {
			return err
		}
		return sc.AddAudit(by, "warning.seen", "warning:"+id.String(), "")
	})
}

// tidySeats is how long a seat is kept after it was last shown: who comes back later is somebody new.
const tidySeats = 90 * 24 * time.Hour

// TidySeats forgets who was shown which group long ago, and returns how many.
func (b *Bot) TidySeats(tx *models.Tx) (int64, error) { return tx.DeleteSeats(tx.Now.Add(-tidySeats)) }
