package bot

import (
	"context"
	"slices"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

const welcomeAPI = "/cgi-bin/externalcontact/send_welcome_msg"

// The answers of send_welcome_msg that say how to go on.
const (
	welcomedBefore = 41051 // her code was used, or she has written first
	welcomeBusy    = 41096 // another app is sending one
)

// welcomeTries bounds the calls for one welcome, whatever the options say.
const welcomeTries = 60

// nameWithin is how long finding out how to address somebody may take: a welcome without a name beats none.
const nameWithin = 3 * time.Second

// welcomed greets somebody who has added a colleague, within the 20 s in which WeCom takes it. The push that tells of her
// goes before all other jobs. Whatever becomes of the greeting, the push has its other effects.
func (b *Bot) welcomed(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message) (effect, error) {
	if m.ChangeType != "add_external_contact" || m.WelcomeCode == "" { // without a code WeCom's own console welcomes her
		return nil, nil
	}
	g := models.Greeting{PushID: push.ID}
	err := b.store.Tx(models.Urgent(ctx), func(tx *models.Tx) error {
		_, err := tx.In(c.CommunityID).AddGreeting(&g)
		return err
	})
	if err != nil || g.DoneAt != 0 {
		return nil, err
	}
	return nil, b.greet(ctx, c, push, m, g)
}

// greet sends a greeting, and is safe to be called again after a crash in it: WeCom takes a code once, and says that it has.
func (b *Bot) greet(ctx context.Context, c models.Channel, push models.Inbox, m weixin.Message, g models.Greeting) error {
	until := max(happened(m, push.ReceivedAt), push.ReceivedAt).Add(b.welcomes.Within)
	was := g.State
	if b.now() >= until {
		g.State = models.GreetingLate
		return b.moveGreeting(ctx, c, was, g)
	}
	said, err := b.welcomeFor(ctx, c, m, &g)
	if err != nil {
		return err
	}
	if said == nil {
		g.State = models.GreetingOff
		return b.moveGreeting(ctx, c, was, g)
	}
	lost := was == models.GreetingCalling // an earlier process may have sent it
	g.State = models.GreetingCalling
	if err := b.moveGreeting(ctx, c, was, g); err != nil {
		return err
	}
	said["welcome_code"] = m.WelcomeCode
	g = b.sendWelcome(ctx, c, said, g, until, lost)
	if g.State == models.GreetingCalling { // this process is stopping: another one goes on
		return ctx.Err()
	}
	g.Took = b.now() - push.ReceivedAt
	return b.moveGreeting(context.WithoutCancel(ctx), c, models.GreetingCalling, g)
}

func (b *Bot) moveGreeting(ctx context.Context, c models.Channel, from models.GreetingState, g models.Greeting) error {
	return b.store.Tx(models.Urgent(ctx), func(tx *models.Tx) error {
		_, err := tx.In(c.CommunityID).MoveGreeting(from, g)
		return err
	})
}

// sendWelcome calls until WeCom has said yes or no, or the time is over.
func (b *Bot) sendWelcome(ctx context.Context, c models.Channel, said map[string]any, g models.Greeting, until models.Millis, lost bool) models.Greeting {
	most := int(b.welcomes.Within/max(b.welcomes.Retry, time.Millisecond)) + 1 // also if the clock stands still
	for g.Tries < min(most, welcomeTries) && b.now() < until {
		g.Tries++
		call, cancel := context.WithTimeout(ctx, until.Time().Sub(b.now().Time()))
		err := weixin.Redacted(b.hub.PostJSON(call, accountID(c), welcomeAPI, said, nil))
		cancel()
		if ctx.Err() != nil {
			return g
		}
		code, answered := weixin.Code(err)
		g.Code = code
		if state := greetingAfter(err, lost); state != models.GreetingCalling {
			g.State = state
			if state == models.GreetingFailed {
				b.log.WarnContext(ctx, "a welcome was refused", "error", err)
			}
			return g
		}
		lost = lost || !answered
		select {
		case <-ctx.Done():
			return g
		case <-time.After(b.welcomes.Retry):
		}
	}
	g.State = models.GreetingLate
	return g
}

// greetingAfter is where a greeting stands after a call; calling: ask again. lost says that an earlier call had no answer:
// then "was welcomed before" means by us.
func greetingAfter(err error, lost bool) models.GreetingState {
	code, _ := weixin.Code(err)
	switch {
	case err == nil, code == welcomedBefore && lost:
		return models.GreetingSent
	case code == welcomedBefore:
		return models.GreetingTaken
	case code == welcomeBusy, weixin.Classify(err) == weixin.Temporary, weixin.Classify(err) == weixin.Quota:
		return models.GreetingCalling
	}
	return models.GreetingFailed
}

// allWelcomes is more than anybody writes.
const allWelcomes = 500

// welcomeFor makes what is said to a new contact, nil if the organiser wants nothing said. It notes in g whose words and
// whose entry they are.
func (b *Bot) welcomeFor(ctx context.Context, c models.Channel, m weixin.Message, g *models.Greeting) (map[string]any, error) {
	sc := b.store.Read(ctx).In(c.CommunityID)
	entry, err := sc.EntryByCode(m.State)
	if models.IsKind(err, models.NotFound) || (err == nil && entry.CommunityID != sc.Community) || m.State == "" {
		entry, err = models.Entry{}, nil
	}
	if err != nil {
		return nil, err
	}
	all, err := sc.Welcomes(models.WelcomeContact, 0, allWelcomes)
	if err != nil {
		return nil, err
	}
	w, none := chooseWelcome(all, m.State, entry)
	if none {
		w = houseWelcome()
	}
	g.WelcomeID, g.EntryID = w.ID, entry.ID
	if !w.Enabled {
		return nil, nil
	}
	name, lang, err := b.newcomer(ctx, sc, c, m.ExternalUserID)
	if err != nil {
		return nil, err
	}
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	said, err := sayWelcome(w, name, lang, community.Name)
	if err != nil {
		return nil, err
	}
	return b.contactMessage(ctx, sc, said, entry), nil
}

// newcomer is how somebody is called and which language she reads; empty if nobody knows. A WeCom that does not tell in time
// is not waited for.
func (b *Bot) newcomer(ctx context.Context, sc *models.Scope, c models.Channel, externalUserID string) (name, lang string, err error) {
	var who struct {
		Contact struct {
			Name    string `json:"name"`
			UnionID string `json:"unionid"`
		} `json:"external_contact"`
	}
	call, cancel := context.WithTimeout(ctx, nameWithin)
	defer cancel()
	query := map[string][]string{"external_userid": {externalUserID}}
	if err := b.hub.GetJSON(call, accountID(c), "/cgi-bin/externalcontact/get", query, &who); err != nil {
		b.log.InfoContext(ctx, "a newcomer is welcomed without her name", "error", weixin.Redacted(err))
	}
	for _, n := range []models.Name{{Kind: models.ExternalUserID, Scope: c.AppID, Value: externalUserID},
		{Kind: models.UnionID, Value: who.Contact.UnionID}} {
		if n.Value == "" {
			continue
		}
		member, err := sc.MemberNamed(n)
		if err != nil {
			return "", "", err
		}
		if member == 0 {
			continue
		}
		names, err := sc.IdentitiesOf(member)
		if err != nil {
			return "", "", err
		}
		if i := slices.IndexFunc(names, func(i models.Identity) bool { return i.Lang != "" }); i >= 0 {
			return who.Contact.Name, names[i].Lang, nil
		}
	}
	return who.Contact.Name, "", nil
}
