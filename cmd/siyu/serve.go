package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/config"
	"siyu/models"
)

// serveCmd serves everything.
type serveCmd struct {
	configFlag
	Addr      string `help:"HOST:PORT to listen on, in place of the configured one." placeholder:"HOST:PORT"`
	ClockFile string `hidden:"" help:"Read the time from this file: for tests of the whole program."`
}

// Run serves until it is told to stop.
func (s *serveCmd) Run(ctx context.Context, c console) error {
	cfg, log, err := s.load(c.err)
	if err != nil {
		return err
	}
	if s.Addr != "" {
		cfg.Addr = s.Addr
	}
	defer app.HeapFloor()()
	a, closeAll, err := start(ctx, cfg, log, s.ClockFile)
	if err != nil {
		return err
	}
	defer closeAll()
	l, err := listen(ctx, cfg.Addr)
	if err != nil {
		return err
	}
	_, _ = fmt.Fprintf(c.err, "siyu serves http://%s  (console: http://%s/console/)\n", l.Addr(), l.Addr())
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	worked := make(chan error, 1)
	go func() { worked <- a.Run(ctx) }()
	err = serveUntil(ctx, l, a.Handler)
	cancel()
	return errors.Join(err, <-worked)
}

// workerCmd works on jobs only.
type workerCmd struct{ configFlag }

// Run works until it is told to stop.
func (w *workerCmd) Run(ctx context.Context, c console) error {
	cfg, log, err := w.load(c.err)
	if err != nil {
		return err
	}
	a, closeAll, err := start(ctx, cfg, log, "")
	if err != nil {
		return err
	}
	defer closeAll()
	_, _ = fmt.Fprintln(c.err, "siyu works on jobs")
	return a.Run(ctx)
}

// start opens the store, claims it for this process and wires the app; closeAll undoes it all.
func start(ctx context.Context, cfg config.Config, log *slog.Logger, clockFile string) (a *app.App, closeAll func(), err error) {
	o := options(cfg, log)
	var clock models.Clock = models.WallClock{}
	if clockFile != "" { // a driver waits for every job, one at a time
		f, err := openFileClock(clockFile)
		if err != nil {
			return nil, nil, err
		}
		clock, o.Poll, o.Workers, o.TaskListLag = f, 2*time.Millisecond, 1, -1
	}
	if o.Store, err = openStore(ctx, cfg, clock, log); err != nil {
		return nil, nil, err
	}
	release, err := own(ctx, o.Store)
	if err != nil {
		return nil, nil, errors.Join(err, o.Store.Close())
	}
	a, closeApp, err := connect(ctx, cfg, o)
	if err != nil {
		release()
		return nil, nil, err
	}
	return a, func() {
		release()
		closeApp()
	}, nil
}

// wire is start for a command that runs beside a server: it claims nothing.
func wire(ctx context.Context, cfg config.Config, log *slog.Logger) (a *app.App, closeAll func(), err error) {
	o := options(cfg, log)
	if o.Store, err = openStore(ctx, cfg, models.WallClock{}, log); err != nil {
		return nil, nil, err
	}
	return connect(ctx, cfg, o)
}

func options(cfg config.Config, log *slog.Logger) app.Options {
	return app.Options{Logger: log, PublicURL: publicURL(cfg), WeChatAPI: cfg.WeChatAPI, WeComAPI: cfg.WeComAPI,
		ConsoleDir: cfg.ConsoleDir, Proxies: cfg.Proxies()}
}

// connect wires the app on an open store; if that fails the store is closed.
func connect(ctx context.Context, cfg config.Config, o app.Options) (*app.App, func(), error) {
	err := seedChannels(ctx, o.Store, cfg)
	if err != nil {
		return nil, nil, errors.Join(err, o.Store.Close())
	}
	a, err := app.New(ctx, o)
	if err != nil {
		return nil, nil, errors.Join(err, o.Store.Close())
	}
	return a, func() {
		a.Close()
		if err := o.Store.Close(); err != nil {
			o.Logger.Warn("the database did not close", "error", err)
		}
	}, nil
}

// own claims a SQLite store for this process. Whoever held it before is gone, and so are its leases: its jobs start
// again at once.
func own(ctx context.Context, store *models.Store) (release func(), err error) {
	release, err = store.Serve()
	if err != nil || store.Engine() != models.SQLite {
		return release, err
	}
	if err := store.Tx(ctx, (*models.Tx).FreeLeases); err != nil {
		release()
		return nil, err
	}
	return release, nil
}

// publicURL is where people reach the server; its own address if nothing else is configured.
func publicURL(cfg config.Config) string {
	if cfg.PublicURL != "" {
		return cfg.PublicURL
	}
	return "http://" + cfg.Addr
}
