package bot

import (
	"context"
	"strings"

	"siyu/internal/jobs"
	"siyu/models"
)

// BroadcastDraft is what an organiser writes.
type BroadcastDraft struct {
	Name      string
	Content   models.BroadcastContent
	Audience  models.BroadcastAudience
	Sponsored bool
	BrandID   models.BrandID
}

// BroadcastView is a broadcast with its parts.
type BroadcastView struct {
	models.Broadcast
	Content  models.BroadcastContent
	Audience models.BroadcastAudience
	Chunks   []models.Chunk
}

// SaveBroadcast stores a new draft, or replaces the draft that was read as ver.
func (b *Bot) SaveBroadcast(ctx context.Context, community models.CommunityID, by models.AccountID, id models.BroadcastID, ver int, d BroadcastDraft) (BroadcastView, error) {
	if err := CheckContent(d.Content, d.Sponsored, DefaultMassLimits()); err != nil {
		return BroadcastView{}, err
	}
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		if err := checkAudience(sc, d.Audience); err != nil {
			return err
		}
		if d.BrandID != 0 {
			if _, err := sc.Brand(d.BrandID); err != nil {
				return err
			}
		}
		br := models.Broadcast{ID: id, ChannelID: c.ID, Name: d.Name, Sponsored: d.Sponsored, BrandID: d.BrandID, Ver: ver, CreatedBy: by}
		if err := br.SetContent(onlyMeant(d.Content), audienceOf(d.Audience)); err != nil {
			return err
		}
		if id == 0 {
			err = sc.InsertBroadcast(&br)
			id = br.ID
		} else {
			err = edited(sc.EditBroadcast(br))
		}
		if err != nil {
			return err
		}
		return sc.AddAudit(by, "broadcast.save", "broadcast:"+id.String(), "")
	})
	if err != nil {
		return BroadcastView{}, err
	}
	return b.ReadBroadcast(ctx, community, id)
}

// edited turns a lost compare-and-set into an answer.
func edited(done bool, err error) error {
	if err == nil && !done {
		return models.Errorf(models.Conflict, "broadcast_moved", "the broadcast has changed since it was read")
	}
	return err
}

// ReadBroadcast shows one broadcast.
func (b *Bot) ReadBroadcast(ctx context.Context, community models.CommunityID, id models.BroadcastID) (BroadcastView, error) {
	sc := b.store.Read(ctx).In(community)
	br, err := sc.Broadcast(id)
	if err != nil {
		return BroadcastView{}, err
	}
	return viewBroadcast(sc, br)
}

func viewBroadcast(sc *models.Scope, br models.Broadcast) (BroadcastView, error) {
	v := BroadcastView{Broadcast: br}
	var err error
	if v.Content, err = br.Content(); err != nil {
		return v, err
	}
	if v.Audience, err = br.Audience(); err != nil {
		return v, err
	}
	v.Chunks, err = sc.Chunks(br.ID)
	return v, err
}

// Broadcasts lists the newest broadcasts before one; zero begins with the newest.
func (b *Bot) Broadcasts(ctx context.Context, community models.CommunityID, before models.BroadcastID, limit int) ([]BroadcastView, error) {
	sc := b.store.Read(ctx).In(community)
	all, err := sc.Broadcasts(before, limit)
	if err != nil {
		return nil, err
	}
	views := make([]BroadcastView, len(all))
	for i, br := range all {
		if views[i], err = viewBroadcast(sc, br); err != nil {
			return nil, err
		}
	}
	return views, nil
}

// BroadcastForecast is what would become of a broadcast that is sent at a time.
type BroadcastForecast struct {
	MonthForecast
	At         models.Millis
	Calls      int           // of WeChat's 100 a day
	QuietUntil models.Millis // zero: it is not in quiet hours
	Everyone   bool          // followers we never heard of get it too
}

// ForecastBroadcast tells whom a broadcast would reach at a time (zero: now) and who would be skipped.
func (b *Bot) ForecastBroadcast(ctx context.Context, community models.CommunityID, id models.BroadcastID, at models.Millis) (BroadcastForecast, error) {
	sc := b.store.Read(ctx).In(community)
	br, err := sc.Broadcast(id)
	if err != nil {
		return BroadcastForecast{}, err
	}
	f, _, err := b.forecast(sc, br, max(at, sc.Now))
	return f, err
}

func (b *Bot) forecast(sc *models.Scope, br models.Broadcast, at models.Millis) (BroadcastForecast, massPlan, error) {
	f := BroadcastForecast{At: at}
	c, err := b.officialOf(sc)
	if err != nil {
		return f, massPlan{}, err
	}
	settings, err := sc.BroadcastSettings(c.ID)
	if err != nil {
		return f, massPlan{}, err
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return f, massPlan{}, err
	}
	if f.QuietUntil, err = quietUntil(settings, community.Zone, at); err != nil {
		return f, massPlan{}, err
	}
	a, err := b.readAudience(sc, c, br)
	if err != nil {
		return f, massPlan{}, err
	}
	sent, err := sc.SentInMonth(c.ID, ChinaMonth(at))
	if err != nil {
		return f, massPlan{}, err
	}
	limit := monthly(settings)
	f.MonthForecast, f.Everyone = ForecastMonth(a.people, sent, limit), a.all
	p := planMass(a, sent, limit)
	f.Calls = len(p.parts)
	return f, p, nil
}

// Confirmation lets a broadcast go out.
type Confirmation struct {
	Ver       int           // of the draft as the organiser read it
	At        models.Millis // zero: now
	OverQuiet bool          // in quiet hours too
}

// ConfirmBroadcast lets a draft be sent at a time. Quiet hours are kept unless the organiser says otherwise; that she did
// is written down.
func (b *Bot) ConfirmBroadcast(ctx context.Context, community models.CommunityID, by models.AccountID, id models.BroadcastID, yes Confirmation) (BroadcastView, error) {
	sc := b.store.Read(ctx).In(community)
	br, err := sc.Broadcast(id)
	if err != nil {
		return BroadcastView{}, err
	}
	at := max(yes.At, sc.Now)
	f, p, err := b.forecast(sc, br, at)
	switch {
	case err != nil:
		return BroadcastView{}, err
	case f.QuietUntil > 0 && !yes.OverQuiet:
		return BroadcastView{}, models.Errorf(models.Conflict, "broadcast_quiet", "it would be sent in quiet hours").
			With("until", f.QuietUntil.Time().Format("2006-01-02T15:04Z"))
	case len(p.parts) == 0:
		return BroadcastView{}, models.Errorf(models.Conflict, "audience_small", "nobody, or only one person, would get it").
			With("min", DefaultMassLimits().ListMin)
	}
	if err := b.checkLabel(ctx, sc, br); err != nil {
		return BroadcastView{}, err
	}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		br.Ver = yes.Ver
		if err := edited(sc.ConfirmBroadcast(br, by, at, yes.OverQuiet)); err != nil {
			return err
		}
		detail := ""
		if yes.OverQuiet && f.QuietUntil > 0 {
			detail = "in quiet hours"
		}
		if err := sc.AddAudit(by, "broadcast.confirm", "broadcast:"+id.String(), detail); err != nil {
			return err
		}
		return jobs.Enqueue(tx, StartBroadcast{community, id}, at)
	})
	if err != nil {
		return BroadcastView{}, err
	}
	b.jobs.Wake()
	return b.ReadBroadcast(ctx, community, id)
}

// checkLabel wants the label of advertising on every article of a sponsored news draft; texts and pictures get theirs when
// they are sent.
func (b *Bot) checkLabel(ctx context.Context, sc *models.Scope, br models.Broadcast) error {
	content, err := br.Content()
	if err != nil || content.Kind != "news" {
		return err
	}
	c, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	d, err := b.getDraft(ctx, c, content.MediaIDs[0])
	if err != nil {
		return refused(err, sc.Now.Time())
	}
	for _, a := range d {
		if br.Sponsored && !strings.HasPrefix(a.Title, AdLabel) {
			return models.Errorf(models.Invalid, "label_missing", "every article of a sponsored broadcast begins with %s", AdLabel).
				With("label", AdLabel)
		}
	}
	return nil
}

// CancelBroadcast stops a broadcast that has not begun. What has begun cannot be taken back.
func (b *Bot) CancelBroadcast(ctx context.Context, community models.CommunityID, by models.AccountID, id models.BroadcastID) (BroadcastView, error) {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		br, err := sc.Broadcast(id)
		if err != nil || br.State == models.BroadcastCancelled {
			return err
		}
		if br.State != models.BroadcastDraft && br.State != models.BroadcastScheduled {
			return models.Errorf(models.Conflict, "broadcast_begun", "the broadcast has begun and cannot be taken back")
		}
		if err := edited(sc.MoveBroadcast(id, br.State, models.BroadcastCancelled)); err != nil {
			return err
		}
		return sc.AddAudit(by, "broadcast.cancel", "broadcast:"+id.String(), "")
	})
	if err != nil {
		return BroadcastView{}, err
	}
	return b.ReadBroadcast(ctx, community, id)
}
