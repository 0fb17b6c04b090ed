package bot

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"unicode/utf8"

	"siyu/internal/jobs"
	"siyu/models"
)

// TagLimits are the platform's limits of tags.
type TagLimits struct {
	Tags      int // of an account
	NameBytes int
	Batch     int // openids of one call
	PerPerson int
}

// DefaultTagLimits are those of the documentation of tags.
func DefaultTagLimits() TagLimits {
	return TagLimits{Tags: 100, NameBytes: 30, Batch: 50, PerPerson: 20}
}

// TagDraft is what an organiser writes of a tag.
type TagDraft struct {
	Name string
	Rule *models.TagRule // nil: by hand only
}

// Tags lists the tags of the account.
func (b *Bot) Tags(ctx context.Context, community models.CommunityID) ([]models.Tag, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return nil, err
	}
	all, err := sc.Tags(c.ID)
	for i := range all {
		if err == nil {
			all[i].People, err = sc.CountTagged(all[i].ID)
		}
	}
	return all, err
}

// SaveTag makes a tag, or changes one; WeChat's copy follows.
func (b *Bot) SaveTag(ctx context.Context, community models.CommunityID, by models.AccountID, id models.TagID, d TagDraft) (models.Tag, error) {
	d.Name = strings.TrimSpace(d.Name)
	rule, err := checkTag(d)
	if err != nil {
		return models.Tag{}, err
	}
	var t models.Tag
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		if id == 0 {
			t, err = newTag(sc, c, by, d.Name, rule)
		} else {
			t, err = changeTag(sc, id, d.Name, rule)
		}
		if err != nil {
			return err
		}
		if err := sc.AddAudit(by, "tag.save", "tag:"+t.ID.String(), ""); err != nil {
			return err
		}
		if err := jobs.Hasten(sc.Tx, RefreshTags{}, sc.Now.Add(tagsEvery)); err != nil {
			return err
		}
		return enqueueRecount(sc, t.ID)
	})
	b.jobs.Wake()
	return t, err
}

func checkTag(d TagDraft) (ruleJSON string, err error) {
	l := DefaultTagLimits()
	if strings.TrimSpace(d.Name) == "" || !utf8.ValidString(d.Name) {
		return "", models.Errorf(models.Invalid, "tag_name_empty", "a tag has a name").With("field", "name")
	}
	if len(d.Name) > l.NameBytes {
		return "", models.Errorf(models.Invalid, "tag_name_long", "a tag's name has at most %d bytes", l.NameBytes).With("field", "name")
	}
	if d.Rule == nil {
		return "", nil
	}
	if err := CheckRule(*d.Rule); err != nil {
		return "", err
	}
	text, err := json.Marshal(d.Rule)
	return string(text), err
}

func newTag(sc *models.Scope, c models.Channel, by models.AccountID, name, rule string) (models.Tag, error) {
	all, err := sc.Tags(c.ID)
	if err != nil {
		return models.Tag{}, err
	}
	if len(all) >= DefaultTagLimits().Tags {
		return models.Tag{}, models.Errorf(models.Exhausted, "tags_full", "the account has its %d tags", len(all))
	}
	t := models.Tag{ChannelID: c.ID, Name: name, RuleJSON: rule, CreatedBy: by}
	return t, sc.InsertTag(&t)
}

func changeTag(sc *models.Scope, id models.TagID, name, rule string) (models.Tag, error) {
	if _, err := sc.ActiveTag(id); err != nil {
		return models.Tag{}, err
	}
	if err := sc.EditTag(id, name, rule); err != nil {
		return models.Tag{}, err
	}
	return sc.Tag(id)
}

// DeleteTag takes a tag from everybody, here at once and at WeChat soon.
func (b *Bot) DeleteTag(ctx context.Context, community models.CommunityID, by models.AccountID, id models.TagID) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		t, err := sc.Tag(id)
		if err != nil || t.State == models.TagDeleting {
			return err
		}
		if err := sc.MarkTagDeleting(id); err != nil {
			return err
		}
		if err := sc.AddAudit(by, "tag.delete", "tag:"+id.String(), t.Name); err != nil {
			return err
		}
		return enqueueTagSync(sc, id)
	})
	b.jobs.Wake()
	return err
}

// TagMembers says by hand whether members have a tag: 1 yes, -1 no, 0 as the rule says. Saying it twice is the same as
// once.
func (b *Bot) TagMembers(ctx context.Context, community models.CommunityID, by models.AccountID, id models.TagID, members []models.MemberID, hand int) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := sc.ActiveTag(id); err != nil {
			return err
		}
		for _, m := range slices.Sorted(slices.Values(members)) { // in one order: two that tag the same people must not lock each other out
			person, err := sc.Canonical(m)
			if models.IsKind(err, models.NotFound) {
				return models.Errorf(models.NotFound, "member_not_found", "no such member").With("member", m.String())
			}
			if err != nil {
				return err
			}
			if _, err := sc.TagHand(id, person, hand); err != nil {
				return err
			}
		}
		if err := sc.AddAudit(by, "tag.members", "tag:"+id.String(), ""); err != nil {
			return err
		}
		return enqueueTagSync(sc, id)
	})
	b.jobs.Wake()
	return err
}

func enqueueTagSync(sc *models.Scope, id models.TagID) error {
	_, err := jobs.EnqueueOnce(sc.Tx, SyncTag{sc.Community, id, false}, sc.Now, "tag.sync:"+id.String())
	return err
}

func enqueueRecount(sc *models.Scope, id models.TagID) error {
	_, err := jobs.EnqueueOnce(sc.Tx, RecountTag{sc.Community, id}, sc.Now, "tag.recount:"+id.String())
	return err
}
