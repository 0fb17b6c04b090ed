package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// replyWithin is how long it may take to find the reply to a push; the rest of the time WeChat waits is for storing it.
const replyWithin = 2 * time.Second

// plan is how a push is answered. It is made once, before the push is stored, and stored with it: every copy of the push
// is answered alike, and what does not go out with the answer is sent exactly by the job of the stored push.
type plan struct {
	Rule    string    `json:"rule,omitempty"`    // which rule answers, see ruleName
	Passive *Content  `json:"passive,omitempty"` // goes out in the answer to WeChat
	Later   []Content `json:"later,omitempty"`   // go out as customer-service messages
	Late    bool      `json:"late,omitempty"`    // there was no time: the job finds the reply and sends all of it
}

// replyPlan finds how a push is answered and writes it for the inbox; nil for not at all. It never fails: a reply that
// cannot be found in time is left to the job.
func (b *Bot) replyPlan(ctx context.Context, c models.Channel, m weixin.Message) []byte {
	in, ok := b.inputOf(c, m)
	if !ok {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, b.replyWithin)
	defer cancel()
	p, err := b.planReply(ctx, c, m, in)
	if err != nil {
		b.log.WarnContext(ctx, "no passive reply", "error", err)
		p = plan{Late: true}
	}
	return p.write()
}

func (p plan) write() []byte {
	if p.Passive == nil && len(p.Later) == 0 && !p.Late {
		return nil
	}
	text, err := json.Marshal(p)
	if err != nil { // strings always marshal
		return nil
	}
	return text
}

func readPlan(stored []byte) (plan, error) {
	var p plan
	if len(stored) == 0 {
		return p, nil
	}
	if err := json.Unmarshal(stored, &p); err != nil {
		return p, fmt.Errorf("read the reply: %w", err)
	}
	return p, nil
}

// replyTo is what a stored push is answered with; nil for nothing. A copy is answered as the first one was, whatever has
// changed since.
func (b *Bot) replyTo(ctx context.Context, push models.Inbox, fresh bool) (weixin.Reply, error) {
	stored := push.Reply
	if !fresh {
		var err error
		if stored, err = b.store.Read(ctx).In(push.CommunityID).ReplyTo(push.ChannelID, push.DedupeKey); err != nil {
			return nil, err
		}
	}
	p, err := readPlan(stored)
	if err != nil || p.Passive == nil {
		return nil, err
	}
	return p.Passive.passive(), nil
}

// inputOf is what a push is to reply rules; false for what nobody waits for an answer to.
func (b *Bot) inputOf(c models.Channel, m weixin.Message) (Input, bool) {
	in := Input{Now: models.MillisOf(b.store.Clock().Now())}
	if c.Kind == models.WeCom || m.FromUserName == "" {
		return in, false
	}
	switch IntentOf(c.Kind, m) {
	case IntentMessage:
		in.Event, in.Text = messageEvent(m.MsgType), m.Content
	case IntentFollow:
		in.Event = EventFollow
	case IntentScan:
		in.Event = EventScan
	case IntentMenuClick:
		in.Event, in.Key = EventMenu, m.EventKey
	case IntentMenuScan:
		in.Event, in.Key = EventMenuScan, m.EventKey
	case IntentHelpOpened:
		in.Event = EventHelp
	case IntentUnknown:
		in.Event = EventOther
		return in, m.MsgType != weixin.MsgTypeEvent
	default:
		return in, false
	}
	return in, true
}

// messageEvent is what rules call a type of message.
func messageEvent(msgType string) string {
	switch msgType {
	case "shortvideo":
		return EventVideo
	case "miniprogrampage":
		return EventCard
	}
	return msgType
}

// planReply asks the channel's rules.
func (b *Bot) planReply(ctx context.Context, c models.Channel, m weixin.Message, in Input) (plan, error) {
	var p plan
	sc := b.store.Read(ctx).In(c.CommunityID)
	book, err := b.books.open(ctx, sc)
	if err != nil {
		return p, err
	}
	if in.Entry, err = scannedEntry(sc, c, m); err != nil {
		return p, err
	}
	rule, answers, ok := book.of(c).Match(in)
	if !ok {
		return p, nil
	}
	p.Rule = ruleName(rule)
	lang, err := sc.LangOf(models.Name{Kind: models.OpenID, Scope: c.AppID, Value: m.FromUserName})
	if err != nil {
		return p, err
	}
	said, err := b.render(ctx, asked{c, book.name, in, lang}, answers)
	if err != nil {
		return p, err
	}
	return split(p, c.Kind, said), nil
}

// scannedEntry is the code of the tracked entry somebody came by; "" for none that is in use.
func scannedEntry(sc *models.Scope, c models.Channel, m weixin.Message) (string, error) {
	scene := sceneOf(m)
	if scene == "" {
		return "", nil
	}
	entry, err := sc.EntryByScene(c.ID, scene, happened(m, sc.Now))
	if models.IsKind(err, models.NotFound) || (err == nil && entry.RetiredAt != 0) {
		return "", nil
	}
	return entry.Code, err
}

// ruleName is how a message says which rule it was sent by.
func ruleName(r models.ReplyRule) string {
	if r.ID.IsZero() {
		return "builtin:" + r.Name
	}
	return "rule:" + r.ID.String()
}

// split decides what goes out in the answer: handing over can go no other way, else the first that can.
func split(p plan, kind models.ChannelKind, said []Content) plan {
	i := slices.IndexFunc(said, func(s Content) bool { return s.Kind == contentHuman })
	if i < 0 && kind == models.OfficialAccount {
		i = slices.IndexFunc(said, func(s Content) bool { return s.passive() != nil })
	}
	for j, s := range said {
		if j == i {
			p.Passive = &s
		} else {
			p.Later = append(p.Later, s)
		}
	}
	return p
}
