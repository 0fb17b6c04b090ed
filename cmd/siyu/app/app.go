// Package app wires the rooms into one server. It is the only place that knows them all, and it holds no rule.
package app

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"siyu/bot"
	"siyu/funnel"
	"siyu/handlers"
	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
	"siyu/throttle/desk"
	"siyu/throttle/keeper"
)

// Options is what an app is made of.
type Options struct {
	Store  *models.Store // migrated
	Logger *slog.Logger

	PublicURL  string   // where WeChat and people reach it
	WeChatAPI  string   // empty: the real one
	WeComAPI   string   // empty: the real one
	ConsoleDir string   // empty: the embedded console
	Proxies    []string // whose X-Forwarded-For is believed

	Workers int           // jobs at once; 0: the runner's default
	Poll    time.Duration // of the job queue; 0: the runner's default
	// LoopbackOnly refuses to call anything outside this machine: for the demo and tests.
	LoopbackOnly bool
	// TaskListLag is how long WeCom's list of tasks may lag; 0: as the bot says; negative: not at all, as in a simulator.
	TaskListLag time.Duration
	// FoldAfter is how long a WeCom owner's first task waits for others; 0: as the bot says; negative: not at all.
	FoldAfter time.Duration
	// ClaimQueue is how many claims may wait at once; 0: as the offers say.
	ClaimQueue int
	// RankWait is how long a claim waits for WeChat's word of a member; 0: as the gate says.
	RankWait time.Duration
}

// App is a whole server without its listener.
type App struct {
	Store   *models.Store
	Handler http.Handler
	Runner  *jobs.Runner
	Bot     *bot.Bot
	Mini    *miniprogram.Service
	Funnel  *funnel.Refresher
	Guard   *throttle.Guard // of the machine's clock; nil if a driver moves the time

	hub *weixin.Hub
}

// New wires an app, connects the stored channels and makes sure that periodic work is planned.
func New(ctx context.Context, o Options) (*App, error) {
	a := &App{Store: o.Store}
	now := o.Store.Clock().Now
	tokens, err := weixin.NewTokens(weixin.TokenOptions{Store: o.Store, Now: now, Logger: o.Logger})
	if err != nil {
		return nil, err
	}
	a.hub, err = weixin.NewHub(weixin.HubOptions{WeChatAPI: o.WeChatAPI, WeComAPI: o.WeComAPI, Now: now, Tokens: tokens,
		Logger: o.Logger, LoopbackOnly: o.LoopbackOnly, Quotas: o.Store})
	if err != nil {
		return nil, err
	}
	a.Runner, err = jobs.NewRunner(jobs.Options{Store: o.Store, Logger: o.Logger, Workers: o.Workers, Poll: o.Poll,
		Wait: func(err error) (time.Time, bool) { return weixin.RetryAt(err, now()) }})
	if err != nil {
		return nil, err
	}
	if err := a.rooms(o); err != nil { //nolint:contextcheck // gin's handlers take the context of their request
		a.Close()
		return nil, err
	}
	if err := a.Bot.Connect(ctx); err != nil {
		a.Close()
		return nil, fmt.Errorf("connect the channels: %w", err)
	}
	if err := a.plan(ctx); err != nil {
		a.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) rooms(o Options) error {
	ledger, err := a.ledger(o)
	if err != nil {
		return err
	}
	care, err := keeper.New(keeper.Options{Store: o.Store, Logger: o.Logger})
	if err != nil {
		return err
	}
	ledger.AddHook(care.Gates)
	if a.Funnel, err = funnel.New(funnel.Options{Store: o.Store}); err != nil {
		return err
	}
	a.Bot, err = bot.New(bot.Options{Store: o.Store, Hub: a.hub, Jobs: a.Runner, Ledger: ledger, Logger: o.Logger,
		PublicURL: o.PublicURL, TaskListLag: o.TaskListLag, Envelopes: bot.EnvelopeOptions{FoldAfter: o.FoldAfter}})
	if err != nil {
		return err
	}
	sales, err := offers.New(offers.Options{Store: o.Store, Ledger: ledger, Jobs: a.Runner, Keeper: care, Logger: o.Logger, ClaimQueue: o.ClaimQueue})
	if err != nil {
		return err
	}
	a.Mini, err = miniprogram.New(miniprogram.Options{Store: o.Store, PublicURL: o.PublicURL, Hub: a.hub, Jobs: a.Runner, Logger: o.Logger, RankWait: o.RankWait})
	if err != nil {
		return err
	}
	office, err := desk.New(desk.Options{Store: o.Store, Ledger: ledger})
	if err != nil {
		return err
	}
	jobs.Register(a.Runner, a.refresh)
	jobs.Register(a.Runner, a.tidy)
	a.Handler, err = handlers.New(handlers.Options{Store: o.Store, Keeper: care, Bot: a.Bot, Offers: sales, Mini: a.Mini, Funnel: a.Funnel, Desk: office,
		Logger: o.Logger, PublicURL: o.PublicURL, ConsoleDir: o.ConsoleDir, TrustedProxies: o.Proxies})
	return err
}

// ledger makes the ledger, and a guard of the machine's clock if it is that which tells the time.
func (a *App) ledger(o Options) (*throttle.Ledger, error) {
	var ledger *throttle.Ledger
	if _, wall := o.Store.Clock().(models.WallClock); wall {
		var err error
		a.Guard, err = throttle.NewGuard(throttle.GuardOptions{Store: o.Store, Logger: o.Logger,
			Healed: func(ctx context.Context) error { return a.changedAll(ctx, ledger) }})
		if err != nil {
			return nil, err
		}
	}
	var err error
	ledger, err = throttle.NewLedger(throttle.Options{Logger: o.Logger, Guard: a.Guard}) // the guard's function sees this one
	return ledger, err
}

// changedAll has everything that is held ask again.
func (a *App) changedAll(ctx context.Context, ledger *throttle.Ledger) error {
	err := a.Store.Tx(ctx, func(tx *models.Tx) error {
		all, err := tx.Communities()
		if err != nil {
			return err
		}
		for _, c := range all {
			if err := ledger.ChangedAll(tx.In(c.ID)); err != nil {
				return err
			}
		}
		return nil
	})
	a.Runner.Wake()
	return err
}

// Run works on jobs and watches the clock until the context ends.
func (a *App) Run(ctx context.Context) error {
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		a.Guard.Run(ctx)
	}()
	err := a.Runner.Run(ctx)
	<-watched
	return err
}

// Close ends what New started. The store stays open: it was given.
func (a *App) Close() { a.hub.Close() }
