package wechatsim

import (
	"strings"
	"time"
	"unicode/utf8"
)

// PushRecord is one push as the log keeps it.
type PushRecord struct {
	N        int64     `json:"n"` // counts up from 1
	At       time.Time `json:"at"`
	Account  string    `json:"account"`
	Person   string    `json:"person,omitempty"` // the simulator's own name, such as p1
	What     string    `json:"what"`             // event or type of message
	Key      string    `json:"key,omitempty"`    // EventKey, or UpdateDetail of a group
	State    string    `json:"state"`            // under way, accepted, failed, dropped, paused, held, no callback
	Attempts int       `json:"attempts"`         // deliveries, copies and retries included
	Reply    *Reply    `json:"reply,omitempty"`  // what was answered, when there was something to see
	Error    string    `json:"error,omitempty"`  // why it was given up
}

// Pushes are the logged pushes after number n, oldest first; the log keeps the
// newest 2000 or more.
func (s *Sim) Pushes(n int64) []PushRecord {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pushes.after(n, func(r *PushRecord, number int64) { r.N = number })
}

// record begins the log's line of a push; mu is held.
func (s *Sim) record(p push, state fate) PushRecord {
	r := PushRecord{At: s.now(), Account: p.acc.id, What: p.what(), State: string(state), Key: p.body.text("EventKey")}
	if detail := p.body.text("UpdateDetail"); detail != "" {
		r.Key = detail
	} else if change := p.body.text("ChangeType"); change != "" {
		r.Key = change
	}
	if who := s.who(p.acc, p.openid); who != nil {
		r.Person = who.id
	}
	return r
}

// settle writes down how a push ended: in the log, in the counts, for
// MarkFail, and in the chat of who gets a reply to see.
func (s *Sim) settle(p push, reply Reply, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.mark(p.url, err == nil)
	entry := s.pushes.at(p.entry)
	if entry == nil {
		entry = &PushRecord{} // so long ago that the log has forgotten it
	}
	if err != nil {
		s.stats.Failed++
		entry.State, entry.Error = string(failed), err.Error()
		return
	}
	s.stats.Accepted++
	entry.State = string(accepted)
	if reply.Kind == "" {
		return
	}
	entry.Reply = &reply
	if who := s.who(p.acc, p.openid); who != nil {
		c := who.chat(p.acc.id)
		c.say(saying{line: Line{At: s.now(), Via: "reply", Kind: reply.Kind, Text: reply.seen()}})
	}
}

// seen is what a reply looks like in one line.
func (r Reply) seen() string {
	if len(r.Articles) > 0 {
		return r.Articles[0].Title
	}
	if r.Text == "" {
		return r.MediaID
	}
	return r.Text
}

// Line is one line of what an app and a person have with each other.
type Line struct {
	At   time.Time `json:"at"`
	Mine bool      `json:"mine"` // the person's own doing
	Via  string    `json:"via"`  // push, reply (within the push's answer), api
	Kind string    `json:"kind"` // type of message, or the event
	Text string    `json:"text,omitempty"`
	Page string    `json:"page,omitempty"` // where a tap leads
}

// saying is a line and where it stands among what came by API.
type saying struct {
	line  Line
	after int // messages in the inbox before it
}

// maxSaid is how many lines of one chat are kept beside the inbox.
const maxSaid = 400

func (c *chat) say(s saying) {
	s.after = len(c.inbox)
	if len(c.said) >= maxSaid {
		c.said = append(c.said[:0], c.said[maxSaid/2:]...)
	}
	c.said = append(c.said, s)
}

// hear keeps what a person did.
func (c *chat) hear(b body, at time.Time) {
	kind, text := b.text("MsgType"), b.text("Content")
	if kind == "event" {
		kind, text = b.text("Event"), b.text("EventKey")
	}
	if text == "" {
		text = b.text("Label") + b.text("Title") + b.text("Recognition")
	}
	if utf8.RuneCountInString(text) > 300 {
		text = string([]rune(text)[:300]) + "…"
	}
	c.say(saying{line: Line{At: at, Mine: true, Via: "push", Kind: kind, Text: strings.TrimSpace(text)}})
}

// Conversation is everything an app and the person have with each other, as
// the chat on the phone shows it, oldest first: what she did, what was
// answered within the push, and what came by API.
func (p *Person) Conversation(appID string) []Line {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	c := p.chat(appID)
	out, said := []Line{}, c.said
	for i := 0; i <= len(c.inbox); i++ {
		for len(said) > 0 && said[0].after <= i {
			out = append(out, said[0].line)
			said = said[1:]
		}
		if i < len(c.inbox) {
			m := c.inbox[i]
			out = append(out, Line{At: m.At, Via: "api", Kind: m.Kind, Text: m.seen(), Page: m.Page})
		}
	}
	return out
}
