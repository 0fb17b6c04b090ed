// Package doctor examines an installation: what it needs, whether it is there, and what to do when it is not.
//
// Each check is a function that returns findings; it changes nothing that anybody would notice. The package knows how to
// ask, not how to print: the command does that.
package doctor

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"siyu/config"
	"siyu/internal/weixin"
	"siyu/models"
)

// Level says how bad a finding is.
type Level string

// The levels.
const (
	Good Level = "ok"
	Note Level = "note" // worth knowing; nothing has to be done
	Warn Level = "warn" // works, but not for long or not well
	Bad  Level = "fail"
)

// Finding is one line of the report.
type Finding struct {
	Check  string // stable word for scripts, such as "database" or "token"
	About  string // what was examined: an account, a table of quotas; may be empty
	Level  Level
	What   config.Text
	Remedy config.Text // empty when nothing has to be done
	Data   any         // for scripts, if there is more than words; nil else
}

// Options of an examination.
type Options struct {
	Config config.Config
	Store  *models.Store
	Logger *slog.Logger
	// HTTP reaches the public address; a client of our own if nil.
	HTTP *http.Client
	// Offline leaves out everything that leaves this machine.
	Offline bool
	// Books has the books proved, and nothing but the database looked at beside.
	Books bool
	// Tell is called with each finding as soon as it is known.
	Tell func(Finding)
}

// timeout is how long one question to the outside may take.
const timeout = 10 * time.Second

type patient struct {
	Options
	channels []channel
}

// channel is a connected account, opened.
type channel struct {
	models.Channel
	id       string // as the hub calls it
	receiver *weixin.Receiver
}

// Examine runs all checks in the order in which one depends on the other, and returns what it told.
func Examine(ctx context.Context, o Options) []Finding {
	if o.HTTP == nil {
		o.HTTP = &http.Client{Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	var all []Finding
	tell := func(found []Finding) {
		for _, f := range found {
			all = append(all, f)
			if o.Tell != nil {
				o.Tell(f)
			}
		}
	}
	p := &patient{Options: o}
	tell(p.settings())
	tell(p.database(ctx))
	if worst(all) == Bad { // nothing below could be read
		return all
	}
	if p.Books {
		p.books(ctx, tell)
		return all
	}
	hub, found := p.connect(ctx)
	tell(found)
	if hub != nil {
		defer hub.Close()
	}
	tell(p.work(ctx))
	tell(p.instances(ctx))
	if o.Offline {
		return all
	}
	tell(p.clock(ctx))
	tell(p.address(ctx))
	for _, c := range p.channels {
		tell(p.callback(ctx, c))
		ok, found := p.token(ctx, hub, c)
		tell(found)
		if ok {
			tell(p.account(ctx, hub, c))
		}
	}
	return all
}

// account asks what only the platform knows about an account whose token works.
func (p *patient) account(ctx context.Context, hub *weixin.Hub, c channel) []Finding {
	if c.Kind == models.WeCom {
		return p.permissions(ctx, hub, c)
	}
	found := p.quotas(ctx, hub, c)
	if c.Kind == models.OfficialAccount {
		return append(found, p.network(ctx, hub, c)...)
	}
	return append(found, p.templates(ctx, hub, c)...)
}

// worst is the worst level of some findings; Good if there are none.
func worst(all []Finding) Level {
	rank := map[Level]int{Good: 0, Note: 0, Warn: 1, Bad: 2}
	w := Good
	for _, f := range all {
		if rank[f.Level] > rank[w] {
			w = f.Level
		}
	}
	return w
}
