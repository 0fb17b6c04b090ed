package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/metrics"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// house is as much of Siyu as reads groups.
type house struct {
	store     *models.Store
	hub       *weixin.Hub
	bot       *bot.Bot
	runner    *jobs.Runner
	community models.CommunityID
	channel   models.Channel
}

const benchSecret = "a secret of thirty-two bytes or more, for a benchmark"

// open builds the house on a database, which it prepares if it is empty.
func open(ctx context.Context, dsn, url string) (*house, error) {
	h := &house{}
	var err error
	if h.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(benchSecret)}); err != nil {
		return nil, err
	}
	if _, err := h.store.Migrate(ctx); err != nil {
		return h, err
	}
	if err := h.store.Tx(ctx, h.settle); err != nil {
		return h, err
	}
	if h.hub, err = weixin.NewHub(weixin.HubOptions{WeChatAPI: url, WeComAPI: url, Now: clock, LoopbackOnly: true}); err != nil {
		return h, err
	}
	if h.runner, err = jobs.NewRunner(jobs.Options{Store: h.store, Poll: 100 * time.Millisecond,
		Wait: func(err error) (time.Time, bool) { return weixin.RetryAt(err, clock()) }}); err != nil {
		return h, err
	}
	ledger, err := throttle.NewLedger(throttle.Options{})
	if err != nil {
		return h, err
	}
	h.bot, err = bot.New(bot.Options{Store: h.store, Hub: h.hub, Jobs: h.runner, Ledger: ledger, PublicURL: "http://127.0.0.1:1"})
	if err != nil {
		return h, err
	}
	return h, h.bot.Connect(ctx)
}

// settle makes the community and connects its corp; who comes after a kill finds them, and takes the leases of the dead.
func (h *house) settle(tx *models.Tx) error {
	all, err := tx.AllChannels()
	if err != nil {
		return err
	}
	if len(all) > 0 {
		h.channel, h.community = all[0], all[0].CommunityID
		return tx.FreeLeases()
	}
	c := models.Community{Name: "北岸", Zone: "America/Vancouver"}
	if err := tx.InsertCommunity(&c); err != nil {
		return err
	}
	corp := wechatsim.DefaultAccounts("http://127.0.0.1:1").WeCom
	h.community, h.channel = c.ID, models.Channel{Kind: models.WeCom, AppID: corp.CorpID, AgentID: corp.AgentID}
	return tx.In(c.ID).InsertChannel(&h.channel, models.ChannelSecrets{Secret: corp.Secret, Token: corp.Token, AESKey: corp.AESKey})
}

func (h *house) close() error {
	if h == nil {
		return nil
	}
	if h.hub != nil {
		h.hub.Close()
	}
	if h.store == nil {
		return nil
	}
	return h.store.Close()
}

// work opens a house, has it do something and tells what that took: DSN, address of the simulator, and "whole" if every
// member is to be compared.
func work(ctx context.Context, out io.Writer, args []string, do func(*house, context.Context, io.Writer, string) (result, error)) (err error) {
	h, err := open(ctx, args[0], args[1])
	defer func() { err = errors.Join(err, h.close()) }()
	if err != nil {
		return err
	}
	most, stop := watchHeap()
	began, before := clock(), h.store.Statements()
	r, err := do(h, ctx, out, args[2])
	if err != nil {
		return err
	}
	r.Seconds, r.Statements = clock().Sub(began).Seconds(), h.store.Statements()-before
	stop()
	r.HeapMB, r.RSSMB = float64(most.Load())/(1<<20), rss()
	return say(out, line{End: &r})
}

func clock() time.Time { return models.WallClock{}.Now() }

// sync reads all groups, or goes on with what another process began, and tells how far it is.
func (h *house) sync(ctx context.Context, out io.Writer, how string) (result, error) {
	standing, err := h.bot.SyncStanding(ctx, h.community, 1)
	if err != nil {
		return result{}, err
	}
	if standing.Running == nil {
		if how == "whole" {
			_, err = h.bot.StartSync(ctx, h.community, 0)
		} else {
			err = h.store.Tx(ctx, func(tx *models.Tx) error { return jobs.Enqueue(tx, bot.Reconcile{}, tx.Now) })
		}
		if err != nil {
			return result{}, err
		}
	}
	last := models.SyncID(0)
	if len(standing.Ended) > 0 {
		last = standing.Ended[0].ID
	}
	ctx, stop := context.WithCancel(ctx)
	ran := make(chan error, 1)
	go func() { ran <- h.runner.Run(ctx) }()
	s, err := h.follow(ctx, out, last)
	stop()
	if err := errors.Join(err, <-ran); err != nil {
		return result{}, err
	}
	heads, err := h.heads(context.WithoutCancel(ctx))
	return result{State: string(s.State), Done: s.Done, Changed: s.Changed, Joined: s.Joined, Departed: s.Departed, Stays: heads}, err
}

// follow waits until another sync than the last has ended.
func (h *house) follow(ctx context.Context, out io.Writer, last models.SyncID) (models.Sync, error) {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return models.Sync{}, ctx.Err()
		case <-tick.C:
		}
		now, err := h.bot.SyncStanding(ctx, h.community, 1)
		if err != nil {
			return models.Sync{}, err
		}
		if r := now.Running; r != nil {
			if err := say(out, line{Done: r.Done, Total: r.Total}); err != nil {
				return models.Sync{}, err
			}
		} else if len(now.Ended) > 0 && now.Ended[0].ID != last {
			return now.Ended[0], nil
		}
	}
}

// heads counts who is in the groups.
func (h *house) heads(ctx context.Context) (int64, error) {
	sc := h.store.Read(ctx).In(h.community)
	groups, err := sc.Groups()
	if err != nil {
		return 0, err
	}
	ids := make([]models.GroupID, len(groups))
	for i, g := range groups {
		ids[i] = g.ID
	}
	counts, err := sc.CountStays(ids)
	total := int64(0)
	for _, n := range counts {
		total += int64(n)
	}
	return total, err
}

// watchHeap looks ten times a second how much of Go's heap is in use, and keeps the most.
func watchHeap() (most *atomic.Uint64, stop func()) {
	most, done := &atomic.Uint64{}, make(chan struct{})
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				metrics.Read(sample)
				most.Store(max(most.Load(), sample[0].Value.Uint64()))
			}
		}
	}()
	return most, func() { close(done) }
}

// rss is the most memory this process has had, in MB; 0 where the kernel does not say.
func rss() float64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	n, err := strconv.ParseFloat(kb, 64)
	if err != nil {
		return 0
	}
	return n / 1024
}
