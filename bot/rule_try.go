package bot

import (
	"context"
	"slices"

	"siyu/models"
)

// Trial is something that could come, for a dry run of the rules.
type Trial struct {
	Channel models.ChannelID
	Event   string // as [Input] has it; empty: text
	Text    string
	Key     string
	Entry   string
	Lang    string        // empty: not known
	At      models.Millis // zero: now
}

// TrialResult is what would be answered.
type TrialResult struct {
	Rule    *RuleView // nil: no rule matches
	Open    bool      // the community is open at that time
	At      models.Millis
	Answers []TrialAnswer
}

// TrialAnswer is one answer, and how it would go out.
type TrialAnswer struct {
	Content
	Passive bool
	Reason  string // why it would not go out; empty: it would
}

// Try says what would be answered and how, and changes nothing. Whoever does what is tried opens the window of it; that is
// the only one which is counted on.
func (b *Bot) Try(ctx context.Context, community models.CommunityID, t Trial) (TrialResult, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := answering(sc, t.Channel)
	if err != nil {
		return TrialResult{}, err
	}
	in := Input{Event: t.Event, Text: t.Text, Key: t.Key, Entry: t.Entry, Now: t.At}
	if in.Event == "" {
		in.Event = EventText
	}
	if in.Event != EventText && in.Event != EventMenu && !slices.Contains(RuleEvents(), in.Event) {
		return TrialResult{}, models.Errorf(models.Invalid, "bad_field", "no such event").With("field", "event")
	}
	if in.Now == 0 {
		in.Now = sc.Now
	}
	b.books.forget(community) // whoever tries wants to see what was written last, wherever that was
	book, err := b.books.open(ctx, sc)
	if err != nil {
		return TrialResult{}, err
	}
	rules := book.of(c)
	out := TrialResult{Open: Open(rules.hours, in.Now.Time().In(rules.zone)), At: in.Now, Answers: []TrialAnswer{}}
	r, answers, ok := rules.Match(in)
	if !ok {
		return out, nil
	}
	out.Rule = &RuleView{ReplyRule: r, Answers: answers, Builtin: r.ID.IsZero()}
	said, err := b.render(ctx, asked{c, book.name, in, t.Lang}, answers)
	if err != nil {
		return out, err
	}
	out.Answers = b.howSent(c.Kind, in, said)
	return out, nil
}

// howSent says how each answer would go out, in the order they would.
func (b *Bot) howSent(kind models.ChannelKind, in Input, said []Content) []TrialAnswer {
	p := split(plan{}, kind, said)
	all := []TrialAnswer{}
	if p.Passive != nil {
		all = append(all, TrialAnswer{Content: *p.Passive, Passive: true})
	}
	window := models.WindowMessage
	if in.Event == EventMenu {
		window = models.WindowMenu
	} else if w, ok := eventWindow(in.Event); ok {
		window = w
	}
	for i, s := range p.Later {
		a := TrialAnswer{Content: s}
		if i >= b.windows.limit(window).Quota {
			a.Reason = ReasonUsedUp
		}
		all = append(all, a)
	}
	return all
}
