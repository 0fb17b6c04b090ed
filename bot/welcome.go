package bot

import (
	"context"

	"siyu/models"
)

// now is the business time.
func (b *Bot) now() models.Millis { return models.MillisOf(b.store.Clock().Now()) }

// Welcomes lists up to limit welcomes of a kind, of any if it is empty, the oldest first and after one.
func (b *Bot) Welcomes(ctx context.Context, community models.CommunityID, kind models.WelcomeKind, after models.WelcomeID, limit int) ([]models.Welcome, error) {
	return b.store.Read(ctx).In(community).Welcomes(kind, after, limit)
}

// HouseWelcome is what new contacts read while the organiser has written nothing for everybody.
func (b *Bot) HouseWelcome() models.Welcome { return houseWelcome() }

// AddWelcome stores what newcomers shall read. A group's is given to WeCom at once; what WeCom says to it is in its Sync.
func (b *Bot) AddWelcome(ctx context.Context, community models.CommunityID, by models.AccountID, d WelcomeDraft) (models.Welcome, error) {
	w := models.Welcome{Kind: d.Kind}
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		w = models.Welcome{Kind: d.Kind}
		if err := b.draftWelcome(sc, d, &w); err != nil {
			return err
		}
		if err := b.roomForWelcome(sc, &w); err != nil {
			return err
		}
		if err := sc.InsertWelcome(&w); err != nil {
			return err
		}
		return sc.AddAudit(by, "welcome.add", "welcome:"+w.ID.String(), string(w.Kind))
	})
	if err != nil || w.Kind != models.WelcomeGroup {
		return w, err
	}
	return b.keepWelcome(ctx, w)
}

// roomForWelcome finds where a new welcome is kept, and that there is room for it.
func (b *Bot) roomForWelcome(sc *models.Scope, w *models.Welcome) error {
	if w.Kind == models.WelcomeContact {
		all, err := sc.Welcomes(w.Kind, 0, allWelcomes)
		if err == nil && len(all) >= allWelcomes {
			err = models.Errorf(models.Exhausted, "welcomes_many", "more than %d welcomes", allWelcomes).With("limit", allWelcomes)
		}
		return err
	}
	c, err := sc.Channel(models.WeCom)
	if models.IsKind(err, models.NotFound) {
		return models.Errorf(models.Invalid, "no_wecom", "connect a WeCom corp first")
	}
	if err != nil {
		return err
	}
	if err := sc.LockChannel(c.ID); err != nil {
		return err
	}
	n, err := sc.CountGroupWelcomes(c.ID)
	if err == nil && n >= int64(b.welcomes.Most) {
		err = models.Errorf(models.Exhausted, "welcomes_many", "WeCom keeps %d welcomes", n).With("limit", b.welcomes.Most)
	}
	w.ChannelID, w.Sync, w.CalledAt = c.ID, models.WelcomeCalling, sc.Now
	return err
}

// draftWelcome checks a draft and writes it into w.
func (b *Bot) draftWelcome(sc *models.Scope, d WelcomeDraft, w *models.Welcome) error {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return err
	}
	if err := d.check(community.Name); err != nil {
		return err
	}
	if d.Entry != 0 {
		if _, err := sc.Entry(d.Entry); err != nil {
			return missing(err, "entry_not_found")
		}
	}
	if d.Video != 0 {
		if _, err := sc.Video(d.Video); err != nil {
			return missing(err, "video_not_found")
		}
	}
	w.Name, w.Enabled, w.EntryID, w.VideoID, w.State = d.Name, d.Enabled, d.Entry, d.Video, d.State
	return w.SetWords(d.Texts, d.Part)
}

// missing gives a row that is not there the code people can read.
func missing(err error, code string) error {
	if models.IsKind(err, models.NotFound) && models.CodeOf(err) != code {
		return &models.Error{Kind: models.NotFound, Code: code, Text: "it is not there", Err: err}
	}
	return err
}

// ChangeWelcome stores what a welcome shall say from now on. A group's is changed at WeCom, and kept anew if it is gone there.
func (b *Bot) ChangeWelcome(ctx context.Context, community models.CommunityID, id models.WelcomeID, by models.AccountID, d WelcomeDraft) (models.Welcome, error) {
	var w models.Welcome
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		var err error
		if w, err = sc.Welcome(id); err != nil {
			return err
		}
		if w.Kind != d.Kind {
			return models.Errorf(models.Invalid, "bad_field", "a welcome stays of its kind").With("field", "kind")
		}
		if err := b.draftWelcome(sc, d, &w); err != nil {
			return err
		}
		if err := sc.ChangeWelcome(w); err != nil {
			return err
		}
		if w.Kind == models.WelcomeGroup {
			if err := startKeeping(sc, &w); err != nil {
				return err
			}
		}
		return sc.AddAudit(by, "welcome.change", "welcome:"+id.String(), string(w.Kind))
	})
	if err != nil || w.Kind != models.WelcomeGroup {
		return w, err
	}
	return b.keepWelcome(ctx, w)
}

// DeleteWelcome takes a welcome away, at WeCom too.
func (b *Bot) DeleteWelcome(ctx context.Context, community models.CommunityID, id models.WelcomeID, by models.AccountID) error {
	sc := b.store.Read(ctx).In(community)
	w, err := sc.Welcome(id)
	if err != nil {
		return err
	}
	if w.Sync == models.WelcomeCalling && sc.Now < w.CalledAt.Add(keepLasts) { // what WeCom answers would be nobody's
		return models.Errorf(models.Conflict, "welcome_busy", "WeCom is being asked just now")
	}
	if w.Kind == models.WelcomeGroup && w.TemplateID != "" {
		if err := b.dropWelcome(ctx, sc, w); err != nil {
			return err
		}
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if gone, err := sc.DeleteWelcome(id); err != nil || !gone {
			return err
		}
		return sc.AddAudit(by, "welcome.delete", "welcome:"+id.String(), string(w.Kind))
	})
}

// WelcomePreview is a welcome as somebody would read it.
type WelcomePreview struct {
	Text  string
	Lang  string
	Bytes int
	Most  int
	Part  models.WelcomePart
	Page  string // that a card opens
}

// PreviewWelcome fills a draft for somebody with a name who reads lang; an empty name is one that WeCom does not tell.
func (b *Bot) PreviewWelcome(ctx context.Context, community models.CommunityID, d WelcomeDraft, name, lang string) (WelcomePreview, error) {
	sc := b.store.Read(ctx).In(community)
	var w models.Welcome
	if err := b.draftWelcome(sc, d, &w); err != nil {
		return WelcomePreview{}, err
	}
	w.Kind = d.Kind
	about, err := sc.ReadCommunity(community)
	if err != nil {
		return WelcomePreview{}, err
	}
	said, err := sayWelcome(w, name, lang, about.Name)
	if err != nil {
		return WelcomePreview{}, err
	}
	v := WelcomePreview{Text: said.Text, Lang: said.Lang, Bytes: len(said.Text), Most: contactTextBytes, Part: said.Part, Page: said.Part.Page}
	if d.Kind == models.WelcomeGroup {
		v.Most = groupTextBytes
	}
	if said.Part.Kind == "entry" {
		var e models.Entry
		if d.Entry != 0 {
			if e, err = sc.Entry(d.Entry); err != nil {
				return v, err
			}
		}
		v.Page = b.entryPage(e)
	}
	return v, nil
}

// GreetingCounts counts what became of the welcomes of new contacts since a time.
func (b *Bot) GreetingCounts(ctx context.Context, community models.CommunityID, since models.Millis) ([]models.GreetingCount, error) {
	return b.store.Read(ctx).In(community).CountGreetings(since)
}

// GroupWelcomeView is a WeCom group, and the welcome that the organiser says is switched on in it.
type GroupWelcomeView struct {
	Group models.Group
	On    models.GroupWelcome // zero: not known
}

// GroupWelcomes lists WeCom groups, oldest first, with the welcomes that are said to be switched on.
func (b *Bot) GroupWelcomes(ctx context.Context, community models.CommunityID, after models.GroupID, limit int) ([]GroupWelcomeView, error) {
	sc := b.store.Read(ctx).In(community)
	groups, err := sc.WeComGroups(after, limit)
	if err != nil {
		return nil, err
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	on, err := sc.GroupWelcomes(ids)
	views := make([]GroupWelcomeView, len(groups))
	for i, g := range groups {
		views[i] = GroupWelcomeView{Group: g, On: on[g.ID]}
	}
	return views, err
}

// SayGroupWelcome stores the organiser's word that a welcome is switched on in a WeCom group; welcome zero: nobody knows.
func (b *Bot) SayGroupWelcome(ctx context.Context, community models.CommunityID, group models.GroupID, welcome models.WelcomeID, by models.AccountID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		g, err := groupOf(sc, group)
		if err != nil {
			return err
		}
		if g.Kind != models.WeComGroup {
			return models.Errorf(models.Invalid, "welcome_not_wecom", "only WeCom groups have welcomes")
		}
		if welcome != 0 {
			w, err := sc.Welcome(welcome)
			if err != nil {
				return err
			}
			if w.Kind != models.WelcomeGroup {
				return models.Errorf(models.NotFound, "welcome_not_found", "it is for contacts")
			}
		}
		if err := sc.SetGroupWelcome(group, welcome, by); err != nil {
			return err
		}
		return sc.AddAudit(by, "welcome.switched", "group:"+group.String(), welcome.String())
	})
}
