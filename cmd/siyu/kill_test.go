package main

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"siyu/cmd/siyu/app"
	"siyu/cmd/siyu/story"
	"siyu/internal/wechatsim"
	"siyu/models"
	"siyu/throttle"
)

// killSecret is the secret key of both processes.
const killSecret = "a secret key of thirty-two bytes, or a few more"

// TestKill lives one story twice, with the server in a process of its own: once in peace, once while it is killed with
// SIGKILL every few hundred milliseconds and started again. No accepted push may be lost, nothing may count twice, and
// the report must be the same.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("the story in a second process takes its time")
	}
	t.Parallel()
	binary := builtProgram(t)
	peace, _ := liveInChild(t, binary, false)
	war, kills := liveInChild(t, binary, true)
	t.Logf("killed %d times; %+v", kills, war)
	if kills < 10 {
		t.Errorf("only %d kills: the test shows too little", kills)
	}
	if peace.Stages.Redeem == 0 || peace.Placements.Confirmed == 0 {
		t.Errorf("the story reached nobody: %+v", peace)
	}
	// How often WeChat had to ask differs by nature; what was accepted does not.
	peace.Pushes.Sent, war.Pushes.Sent, peace.Pushes.Duplicate, war.Pushes.Duplicate = 0, 0, 0, 0
	if diff := cmp.Diff(peace, war); diff != "" {
		t.Errorf("the killed story ended otherwise (-peace +war):\n%s", diff)
	}
	if war.Violations.Total() != 0 {
		t.Errorf("violations: %+v", war.Violations)
	}
}

// builtProgram is this program, built for a test that runs it.
func builtProgram(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "siyu")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", binary, ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

// child is a server in a process of its own, which others kill.
type child struct {
	t      *testing.T
	binary string
	addr   string
	args   []string // after serve --addr
	env    []string
	clock  string
	store  *models.Store
	now    *models.ManualClock

	mu    sync.Mutex
	cmd   *exec.Cmd
	kills int
	over  bool
}

func liveInChild(t *testing.T, binary string, war bool) (story.Result, int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	c := &child{t: t, binary: binary, addr: freeAddr(t), clock: filepath.Join(t.TempDir(), "clock"),
		now: models.NewManualClock(story.Start())}
	c.args = []string{"--clock-file", c.clock}
	c.set(story.Start())
	dsn := "sqlite:" + filepath.Join(t.TempDir(), "siyu.db")
	var err error
	c.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(killSecret), Clock: c.now})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.store.Close() }()
	if _, err := c.store.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	sim, seeded := seedForChild(ctx, t, c)
	c.env = append(os.Environ(), "SIYU_DB="+dsn, "SIYU_SECRET_KEY="+killSecret, "SIYU_PUBLIC_URL="+c.URL(),
		"SIYU_WECHAT_API="+sim.api, "SIYU_WECOM_API="+sim.api, "SIYU_LOG_LEVEL=error")
	c.start()
	done := make(chan struct{})
	var killer sync.WaitGroup
	if war {
		killer.Go(func() { c.kill(done) })
	}
	result, err := story.Run(ctx, story.Options{Seed: 3, Days: 8, People: 60, Server: c, Sim: sim.sim, Store: c.store, Seeded: seeded})
	close(done)
	killer.Wait()
	c.end()
	if err != nil {
		t.Fatal(err)
	}
	audited(t, c.store, seeded.Community)
	return result, c.kills
}

// audited wants every group's chain to be sound and every decision to come out again as it was.
func audited(t *testing.T, s *models.Store, community models.CommunityID) {
	t.Helper()
	sc := s.Read(t.Context()).In(community)
	groups, err := sc.Groups()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range groups {
		chain, err := throttle.Verify(sc, g.ID)
		if err != nil || chain.Bad != 0 || chain.Records == 0 {
			t.Errorf("the chain of %s: %+v, %v", g.Name, chain, err)
		}
		again, err := throttle.Replay(sc, g.ID)
		if err != nil || len(again.Differ) > 0 || len(again.Untrue) > 0 || again.Decisions == 0 {
			t.Errorf("the decisions about %s made again: %+v, %v", g.Name, again, err)
		}
	}
}

type simulated struct {
	sim *wechatsim.Sim
	api string
}

// seedForChild makes the community with an app in this process, which is closed before the child starts.
func seedForChild(ctx context.Context, t *testing.T, c *child) (simulated, story.Seeded) {
	t.Helper()
	var s simulated
	var err error
	s.sim, err = wechatsim.NewDefault(wechatsim.Options{Seed: 3, Now: c.now.Now, DuplicateRate: story.DuplicateRate,
		// As long as the real one tries, in smaller steps: a restart takes its time on a busy machine.
		PushRetries: 40, PushRetryEvery: 400 * time.Millisecond}, c.URL())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.sim.Close)
	front := httptest.NewServer(s.sim.Handler())
	t.Cleanup(front.Close)
	s.api = front.URL
	seeded, err := story.Seed(ctx, c.store, story.Plan{Sim: s.sim, Accounts: wechatsim.DefaultAccounts(c.URL()), Password: "open sesame"})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.New(ctx, app.Options{Store: c.store, PublicURL: c.URL(), WeChatAPI: s.api, WeComAPI: s.api, LoopbackOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := seeded.MakeEntries(ctx, a.Bot.MakeEntry); err != nil {
		t.Fatal(err)
	}
	return s, seeded
}

func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// start runs the child and waits until it answers.
func (c *child) start() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.over {
		return
	}
	c.cmd = exec.Command(c.binary, append([]string{"serve", "--addr", c.addr}, c.args...)...)
	c.cmd.Env = c.env
	c.cmd.Stderr = childLog{c.t}
	if err := c.cmd.Start(); err != nil {
		c.t.Error(err)
		return
	}
	for range 500 {
		resp, err := http.Get(c.URL() + "/healthz")
		if err == nil {
			_ = resp.Body.Close()
			return
		}
		time.Sleep(10 * time.Millisecond) // another process: there is nothing to wait on but its port
	}
	c.t.Error("the child does not answer")
}

// childLog keeps what the child says for when the test fails.
type childLog struct{ t *testing.T }

func (l childLog) Write(p []byte) (int, error) {
	if !bytes.HasPrefix(p, []byte("siyu serves")) {
		l.t.Logf("child: %s", p)
	}
	return len(p), nil
}

// kill ends the child at random moments, without a warning, and starts it again. It lives up to 320 ms, and as much longer as
// its start took: on a busy machine it gets on more slowly.
func (c *child) kill(done <-chan struct{}) {
	r := rand.New(rand.NewPCG(3, 9))
	clock, started := models.WallClock{}, time.Duration(0)
	for {
		select {
		case <-done:
			return
		case <-time.After(started + time.Duration(20+r.IntN(300))*time.Millisecond):
		}
		c.mu.Lock()
		_ = c.cmd.Process.Kill()
		_ = c.cmd.Wait()
		c.kills++
		c.mu.Unlock()
		began := clock.Now()
		c.start()
		started = clock.Now().Sub(began)
	}
}

func (c *child) end() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.over = true
	_ = c.cmd.Process.Kill()
	_ = c.cmd.Wait()
}

func (c *child) set(t time.Time) {
	c.now.Set(t)
	if err := setFileClock(c.clock, t); err != nil {
		c.t.Error(err)
	}
}

// URL is where the child listens, whichever process it is.
func (c *child) URL() string { return "http://" + c.addr }

// Now is the story's time.
func (c *child) Now() time.Time { return c.now.Now() }

// Settle moves the clock from one due job to the next and waits until the child has run each.
func (c *child) Settle(ctx context.Context, until time.Time) error {
	for {
		count, err := c.idle(ctx)
		if err != nil {
			return err
		}
		next := count.NextAt.Time()
		if count.NextAt == 0 || next.After(until) {
			break
		}
		c.set(next)
	}
	if c.Now().Before(until) {
		c.set(until)
	}
	_, err := c.idle(ctx)
	return err
}

// idle waits until no job is due.
func (c *child) idle(ctx context.Context) (models.JobCount, error) {
	for {
		count, err := c.store.Read(ctx).CountJobs()
		if err != nil {
			return count, err
		}
		if count.Dead > 0 {
			return count, errors.New("a job failed for good")
		}
		if count.Due == 0 {
			return count, nil
		}
		select {
		case <-ctx.Done():
			return count, fmt.Errorf("the child does not finish its jobs: %w", ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
}

// setFileClock writes the time for every process that reads it; eight bytes in one write are seen whole.
func setFileClock(path string, t time.Time) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(t.UnixMilli())), 0)
	if e := f.Close(); err == nil {
		err = e
	}
	return err
}
