package bot

import (
	"context"
	"slices"

	"siyu/models"
)

// maxRules is how many rules a channel may have: they are all asked for every message.
const maxRules = 200

// RuleView is a reply rule with its answers.
type RuleView struct {
	models.ReplyRule
	Answers []RuleAnswer
	Builtin bool // one of the house; it has no id and stands until the organiser has one for the same case
}

// Rules lists the rules of a channel in the order in which they are asked, those of the house last.
func (b *Bot) Rules(ctx context.Context, community models.CommunityID, channel models.ChannelID) ([]RuleView, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := answering(sc, channel)
	if err != nil {
		return nil, err
	}
	own, err := sc.ReplyRules(channel)
	if err != nil {
		return nil, err
	}
	views := []RuleView{}
	for _, r := range withBuiltins(c.Kind, own) {
		v, err := viewRule(r)
		if err != nil {
			return nil, err
		}
		views = append(views, v)
	}
	return views, nil
}

func viewRule(r models.ReplyRule) (RuleView, error) {
	answers, err := ReadAnswers(r.Answers)
	return RuleView{ReplyRule: r, Answers: answers, Builtin: r.ID.IsZero()}, err
}

// answering finds a channel of the community on which people are answered.
func answering(sc *models.Scope, id models.ChannelID) (models.Channel, error) {
	all, err := sc.AllChannels()
	if err != nil {
		return models.Channel{}, err
	}
	for _, c := range all {
		if c.ID == id && c.CommunityID == sc.Community && c.Kind != models.WeCom {
			return c, nil
		}
	}
	return models.Channel{}, models.Errorf(models.NotFound, "channel_unknown", "no such account is connected")
}

// Answering lists the community's accounts on which people are answered.
func (b *Bot) Answering(ctx context.Context, community models.CommunityID) ([]models.Channel, error) {
	all, err := b.store.Read(ctx).AllChannels()
	return slices.DeleteFunc(all, func(c models.Channel) bool { return c.CommunityID != community || c.Kind == models.WeCom }), err
}

// AddRule stores a rule behind those of its channel.
func (b *Bot) AddRule(ctx context.Context, community models.CommunityID, channel models.ChannelID, by models.AccountID, d RuleDraft) (RuleView, error) {
	var r models.ReplyRule
	err := b.changeRules(ctx, community, func(sc *models.Scope) error {
		c, err := answering(sc, channel)
		if err != nil {
			return err
		}
		if err := b.checkDraft(sc, c, d); err != nil {
			return err
		}
		known, err := sc.ReplyRules(channel)
		if err != nil {
			return err
		}
		if err := d.checkWeight(known, 0); err != nil {
			return err
		}
		if len(known) >= maxRules {
			return models.Errorf(models.Exhausted, "rules_many", "more than %d rules", maxRules).With("limit", maxRules)
		}
		r = d.row()
		r.ChannelID, r.Position = channel, len(known)+1
		if len(known) > 0 {
			r.Position = known[len(known)-1].Position + 1
		}
		if err := sc.InsertReplyRule(&r); err != nil {
			return err
		}
		return sc.AddAudit(by, "reply.add", "reply:"+r.ID.String(), d.Name)
	})
	if err != nil {
		return RuleView{}, err
	}
	return viewRule(r)
}

// ChangeRule changes what a rule says; change gets what it says now.
func (b *Bot) ChangeRule(ctx context.Context, community models.CommunityID, id models.RuleID, by models.AccountID, change func(RuleDraft) RuleDraft) (RuleView, error) {
	var r models.ReplyRule
	err := b.changeRules(ctx, community, func(sc *models.Scope) error {
		known, err := sc.ReplyRule(id)
		if err != nil {
			return err
		}
		c, err := answering(sc, known.ChannelID)
		if err != nil {
			return err
		}
		answers, err := ReadAnswers(known.Answers)
		if err != nil {
			return err
		}
		d := change(RuleDraft{Name: known.Name, Kind: known.Kind, How: known.How, Patterns: known.Patterns.List(),
			Answers: answers, Enabled: known.Enabled})
		if err := b.checkDraft(sc, c, d); err != nil {
			return err
		}
		all, err := sc.ReplyRules(known.ChannelID)
		if err != nil {
			return err
		}
		if err := d.checkWeight(all, id); err != nil {
			return err
		}
		r = d.row()
		r.ID, r.CommunityID, r.ChannelID, r.Position = known.ID, known.CommunityID, known.ChannelID, known.Position
		r.CreatedAt, r.UpdatedAt = known.CreatedAt, sc.Now
		if err := sc.ChangeReplyRule(r); err != nil {
			return err
		}
		return sc.AddAudit(by, "reply.change", "reply:"+id.String(), d.Name)
	})
	if err != nil {
		return RuleView{}, err
	}
	return viewRule(r)
}

// DeleteRule removes a rule. Deleting one that is gone is the same as once.
func (b *Bot) DeleteRule(ctx context.Context, community models.CommunityID, id models.RuleID, by models.AccountID) error {
	return b.changeRules(ctx, community, func(sc *models.Scope) error {
		gone, err := sc.DeleteReplyRule(id)
		if err != nil || !gone {
			return err
		}
		return sc.AddAudit(by, "reply.delete", "reply:"+id.String(), "")
	})
}

// OrderRules puts all rules of a channel into an order. A list that is not exactly its rules is refused: somebody has changed
// them meanwhile.
func (b *Bot) OrderRules(ctx context.Context, community models.CommunityID, channel models.ChannelID, by models.AccountID, order []models.RuleID) error {
	return b.changeRules(ctx, community, func(sc *models.Scope) error {
		if _, err := answering(sc, channel); err != nil {
			return err
		}
		known, err := sc.ReplyRules(channel)
		if err != nil {
			return err
		}
		ids := make([]models.RuleID, len(known))
		for i, r := range known {
			ids[i] = r.ID
		}
		slices.Sort(ids)
		if want := slices.Sorted(slices.Values(order)); !slices.Equal(ids, want) {
			return models.Errorf(models.Conflict, "rules_changed", "the order does not name all rules once")
		}
		for i, id := range order {
			if err := sc.PlaceReplyRule(id, i+1); err != nil {
				return err
			}
		}
		return sc.AddAudit(by, "reply.order", "channel:"+channel.String(), "")
	})
}

// OpenHours returns the community's week and its zone.
func (b *Bot) OpenHours(ctx context.Context, community models.CommunityID) ([]models.OpenHours, string, error) {
	sc := b.store.Read(ctx).In(community)
	book, err := sc.ReplyBook()
	if err != nil {
		return nil, "", err
	}
	c, err := sc.ReadCommunity(community)
	if err != nil {
		return nil, "", err
	}
	week, err := book.OpenHours()
	return week, c.Zone, err
}

// SetOpenHours stores the community's week; an empty one means always open.
func (b *Bot) SetOpenHours(ctx context.Context, community models.CommunityID, by models.AccountID, week []models.OpenHours) error {
	if err := CheckHours(week); err != nil {
		return err
	}
	return b.changeRules(ctx, community, func(sc *models.Scope) error {
		if err := sc.SetOpenHours(week); err != nil {
			return err
		}
		return sc.AddAudit(by, "reply.hours", "community:"+community.String(), "")
	})
}

// changeRules runs a change of the rules in one transaction, one after the other for a community, and has it noticed.
func (b *Bot) changeRules(ctx context.Context, community models.CommunityID, change func(*models.Scope) error) error {
	defer b.books.forget(community)
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := sc.TurnReplyBook(); err != nil { // the lock comes first
			return err
		}
		return change(sc)
	})
}

// checkDraft is [RuleDraft.Check] and what only the store knows.
func (b *Bot) checkDraft(sc *models.Scope, c models.Channel, d RuleDraft) error {
	if err := d.Check(c.Kind, b.windows); err != nil {
		return err
	}
	var codes []string
	if d.Kind == models.RuleEntry {
		codes = append(codes, d.Patterns...)
	}
	for _, a := range d.Answers {
		if a.Kind == AnswerGroup && a.Entry != "" {
			codes = append(codes, a.Entry)
		}
		if a.Kind == AnswerCard {
			if _, err := sc.Channel(models.MiniProgram); models.IsKind(err, models.NotFound) {
				return bad("answers", "no_mini_program", "connect a Mini Program first")
			} else if err != nil {
				return err
			}
		}
	}
	for _, code := range codes {
		entry, err := sc.EntryByCode(code)
		if models.IsKind(err, models.NotFound) || (err == nil && entry.CommunityID != sc.Community) {
			return bad("patterns", "entry_not_found", "no such entry")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// checkWeight refuses a rule with which the channel's rules together would cost too much: a message waits for all of them,
// and whoever else is served by this process waits with it. id is the rule the draft takes the place of.
func (d RuleDraft) checkWeight(known []models.ReplyRule, id models.RuleID) error {
	own := weight(d.Enabled, d.How, d.Patterns)
	total := own
	for _, r := range known {
		if r.ID != id {
			total += weight(r.Enabled, r.How, r.Patterns.List())
		}
	}
	if own == 0 || total <= maxPrograms {
		return nil
	}
	return bad("patterns", "patterns_too_complex", "the patterns of all rules together are too complex")
}

func (d RuleDraft) row() models.ReplyRule {
	return models.ReplyRule{Name: d.Name, Kind: d.Kind, How: d.How, Patterns: models.StringsOf(d.Patterns),
		Answers: writeAnswers(d.Answers), Enabled: d.Enabled}
}
