package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/cmd/siyu/story"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// demoCmd runs a simulated community and then serves it.
type demoCmd struct {
	Once   bool   `help:"Run the story and exit."`
	JSON   bool   `name:"json" help:"End with the story's numbers as one JSON object on standard output."`
	Days   int    `default:"28" help:"Simulated days."`
	People int    `default:"300" help:"Simulated people."`
	Seed   int64  `default:"1" help:"Equal seeds give equal numbers."`
	DB     string `name:"db" help:"Database to use: sqlite:PATH or mysql:DSN, empty or not there yet; a temporary file if left out." placeholder:"DSN"`
	Addr   string `default:"127.0.0.1:8080" help:"HOST:PORT the API and the console are served on."`
}

// demoPending are the offers left for the visitor to decide on.
const demoPending = 2

// massTime is how long the demo's WeChat takes to send a broadcast, at most: a visitor wants to see what becomes of it.
const massTime = 5 * time.Second

// demo is everything the demo started.
type demo struct {
	cmd    *demoCmd
	clock  *storyClock
	store  *models.Store
	sim    *wechatsim.Sim
	simURL string
	app    *app.App
	seeded story.Seeded
	server net.Listener
	undo   []func()
}

// Run lives the story and, without --once, serves what came of it.
func (d *demoCmd) Run(ctx context.Context, c console) error {
	if d.Days < 1 || d.Days > 365 || d.People < 1 || d.People > 5000 {
		return errors.New("the demo takes 1 to 365 days and 1 to 5000 people")
	}
	w := &demo{cmd: d, clock: &storyClock{}}
	w.clock.Set(story.Start())
	defer w.close()
	if err := w.start(ctx); err != nil {
		return err
	}
	bar := newProgress(c.err, terminalLanguage())
	result, err := story.Run(ctx, story.Options{Seed: d.Seed, Days: d.Days, People: d.People, Pending: d.pending(),
		Server: w, Sim: w.sim, Store: w.store, Seeded: w.seeded, Progress: bar.day})
	bar.end()
	if err != nil {
		return err
	}
	if err := d.print(c, result); err != nil {
		return err
	}
	if err := result.Check(); err != nil {
		return err
	}
	if d.Once {
		return nil
	}
	return w.serve(ctx, c)
}

func (d *demoCmd) pending() int {
	if d.Once {
		return 0
	}
	return demoPending
}

func (d *demoCmd) print(c console, r story.Result) error {
	if d.JSON {
		return json.NewEncoder(c.out).Encode(r)
	}
	_, err := fmt.Fprint(c.out, summary(r, d.Days, terminalLanguage()))
	return err
}

// start opens a store, a simulator and a server, and seeds the community.
func (w *demo) start(ctx context.Context) error {
	if err := w.openStore(ctx); err != nil {
		return err
	}
	addr := w.cmd.Addr
	if w.cmd.Once {
		addr = "127.0.0.1:0"
	}
	var err error
	if w.server, err = listen(ctx, addr); err != nil {
		return err
	}
	w.undo = append(w.undo, func() { _ = w.server.Close() })
	accounts, simURL, err := w.startSimulator(ctx)
	if err != nil {
		return err
	}
	if w.seeded, err = story.Seed(ctx, w.store, story.Plan{Sim: w.sim, Accounts: accounts, Password: demoPassword()}); err != nil {
		return err
	}
	w.app, err = app.New(ctx, app.Options{Store: w.store, Logger: demoLogger(), PublicURL: w.URL(), WeChatAPI: simURL,
		WeComAPI: simURL, LoopbackOnly: true})
	if err != nil {
		return err
	}
	w.undo = append(w.undo, w.app.Close)
	srv := newHTTP(w.app.Handler)
	go func() { _ = srv.Serve(w.server) }()
	w.undo = append(w.undo, func() { _ = srv.Close() })
	return w.seeded.MakeEntries(ctx, w.app.Bot.MakeEntry)
}

func (w *demo) openStore(ctx context.Context) error {
	dsn := w.cmd.DB
	if dsn == "" {
		dir, err := os.MkdirTemp("", "siyu-demo-")
		if err != nil {
			return fmt.Errorf("make a place for the database: %w", err)
		}
		w.undo = append(w.undo, func() { _ = os.RemoveAll(dir) })
		dsn = "sqlite:" + filepath.Join(dir, "demo.db")
	}
	// The community is invented and lives as long as the process, so nothing has to open its secrets later.
	var err error
	w.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(rand.Text() + rand.Text()), Clock: w.clock,
		Throwaway: true})
	if err != nil {
		return err
	}
	w.undo = append(w.undo, func() { _ = w.store.Close() })
	if _, err := w.store.Migrate(ctx); err != nil {
		return err
	}
	communities, err := w.store.Read(ctx).Communities()
	if err != nil {
		return err
	}
	if len(communities) > 0 {
		return errors.New("this database holds a community already; the demo wants an empty one of its own")
	}
	release, err := w.store.Serve()
	if err != nil {
		return err
	}
	w.undo = append(w.undo, release)
	return nil
}

// startSimulator runs a WeChat beside the server, on a port of its own.
func (w *demo) startSimulator(ctx context.Context) (wechatsim.Accounts, string, error) {
	accounts := wechatsim.DefaultAccounts(w.URL())
	var err error
	w.sim, err = wechatsim.NewDefault(wechatsim.Options{Seed: w.cmd.Seed, Now: w.clock.Now, DuplicateRate: story.DuplicateRate}, w.URL())
	if err != nil {
		return accounts, "", err
	}
	w.undo = append(w.undo, w.sim.Close)
	l, err := listen(ctx, "127.0.0.1:0")
	if err != nil {
		return accounts, "", err
	}
	srv := newHTTP(w.sim.Handler())
	go func() { _ = srv.Serve(l) }()
	w.undo = append(w.undo, func() { _ = srv.Close() })
	w.simURL = "http://" + l.Addr().String()
	return accounts, w.simURL, nil
}

// URL is where the server listens.
func (w *demo) URL() string { return "http://" + w.server.Addr().String() }

// Now is the story's time.
func (w *demo) Now() time.Time { return w.clock.Now() }

// Settle runs what is due up to a moment.
func (w *demo) Settle(ctx context.Context, until time.Time) error {
	return w.app.Settle(ctx, w.clock, until)
}

// serve goes on from where the story ended, at the wall's pace.
func (w *demo) serve(ctx context.Context, c console) error {
	// Only now: what the story's Mini Program asks for is none of these.
	if err := w.sim.SetTemplates(wechatsim.DefaultMiniProgramAppID, wechatsim.DefaultTemplates()...); err != nil {
		return err
	}
	w.clock.Run()
	go w.finishMasses(ctx)
	_, _ = fmt.Fprint(c.out, welcome(w, terminalLanguage()))
	return w.app.Runner.Run(ctx)
}

// finishMasses is the WeChat that sends a broadcast a visitor of the console lets go, and tells how many got it.
func (w *demo) finishMasses(ctx context.Context) {
	tick := time.NewTicker(massTime)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		all, err := w.sim.Masses(wechatsim.DefaultOfficialAppID)
		for _, m := range all {
			if err == nil && m.Status == "SENDING" {
				err = w.sim.FinishMass(ctx, m.ID, 0)
			}
		}
		if err != nil && ctx.Err() == nil {
			slog.WarnContext(ctx, "the demo's WeChat did not finish a broadcast", "error", err)
		}
	}
}

// close undoes what was started, last first.
func (w *demo) close() {
	for i := len(w.undo) - 1; i >= 0; i-- {
		w.undo[i]()
	}
}

// demoPassword opens every account of the demo. It is new each time: a demo may be reachable by others.
func demoPassword() string { return rand.Text()[:10] }

func demoLogger() *slog.Logger {
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError}))
}

var _ story.Server = (*demo)(nil)
