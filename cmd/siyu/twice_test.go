package main

import (
	"context"
	"crypto/sha1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// What TestTwice sends. SIYU_TEST_PUSHES asks for more.
const (
	twicePushes   = 10_000
	twiceCopies   = 3    // deliveries of each push
	twiceCut      = 0.05 // of the answers that never arrive
	twicePeople   = 250
	twiceSenders  = 48
	twiceTemplate = "tmpl-of-a-reminder"
	twiceApp      = "wx0f0e0d0c0b0a0908"
	twiceToken    = "a token of this test"
	twiceDeadline = 4 * time.Minute
)

// TestTwice delivers 10,000 different pushes three times each, copies at the same time, to server processes chosen at
// random, and cuts one answer in twenty. Each push is a person's tap that gives her one credit. At the end there are
// 10,000 credits: nothing that was answered with success is lost, and nothing counts twice.
func TestTwice(t *testing.T) {
	if testing.Short() {
		t.Skip("ten thousand pushes to other processes take their time")
	}
	t.Parallel()
	t.Run("two processes on MySQL", func(t *testing.T) { // one after the other: each wants the whole machine
		deliverTwice(t, "mysql:"+testkit.MySQL(t), 2)
	})
	t.Run("one process on SQLite", func(t *testing.T) {
		deliverTwice(t, "sqlite:"+filepath.Join(t.TempDir(), "siyu.db"), 1)
	})
}

// rain is a lot of pushes on their way to some processes.
type rain struct {
	t         *testing.T
	community models.CommunityID
	store     *models.Store
	servers   []*child
	client    *http.Client
	base      int64 // second of the first tap

	mu       sync.Mutex
	answered []int // by push: how many deliveries were answered with success
	cut      int
	refused  int
}

func deliverTwice(t *testing.T, dsn string, processes int) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), twiceDeadline)
	defer cancel()
	n := twicePushes
	if more, err := strconv.Atoi(os.Getenv("SIYU_TEST_PUSHES")); err == nil {
		n = max(n, more)
	}
	w := &rain{t: t, answered: make([]int, n), base: models.WallClock{}.Now().Unix() - 60,
		client: &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: twiceSenders}}}
	defer w.client.CloseIdleConnections()
	w.open(ctx, dsn)
	binary := builtProgram(t)
	for range processes {
		c := &child{t: t, binary: binary, addr: freeAddr(t), env: append(os.Environ(), "SIYU_DB="+dsn,
			"SIYU_SECRET_KEY="+killSecret, "SIYU_PUBLIC_URL=http://127.0.0.1", "SIYU_LOG_LEVEL=error")}
		c.start()
		t.Cleanup(c.end)
		w.servers = append(w.servers, c)
	}
	began := models.WallClock{}.Now()
	w.fall(ctx, deliveries(n))
	sent := models.WallClock{}.Now().Sub(began)
	w.again(ctx)
	w.settled(ctx)
	t.Logf("%d pushes, %d deliveries in %s, %d answers cut, %d refused; all effects after %s", n, n*twiceCopies,
		sent.Round(time.Millisecond), w.cut, w.refused, models.WallClock{}.Now().Sub(began).Round(time.Millisecond))
	w.check(ctx, n)
}

func (w *rain) open(ctx context.Context, dsn string) {
	var err error
	w.store, err = models.Open(ctx, models.Options{DSN: dsn, Secret: []byte(killSecret)})
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = w.store.Close() })
	if _, err := w.store.Migrate(ctx); err != nil {
		w.t.Fatal(err)
	}
	w.community = testkit.Community(w.t, w.store, func(sc *models.Scope) error {
		return sc.InsertChannel(&models.Channel{Kind: models.MiniProgram, AppID: twiceApp, Plain: true},
			models.ChannelSecrets{Secret: "secret", Token: twiceToken})
	})
}

// deliveries is the order in which pushes are delivered: two copies at once, the third at any time.
func deliveries(n int) []int {
	r := rand.New(rand.NewPCG(10, 3))
	var order, late []int
	for i := range n {
		order = append(order, i, i)
		for range twiceCopies - 2 {
			late = append(late, i)
		}
	}
	for _, i := range late {
		order = append(order, i)
		at := r.IntN(len(order))
		order[at], order[len(order)-1] = order[len(order)-1], order[at]
	}
	return order
}

// fall delivers pushes over many connections at once.
func (w *rain) fall(ctx context.Context, order []int) {
	todo := make(chan int)
	var senders sync.WaitGroup
	for s := range twiceSenders {
		senders.Go(func() {
			r := rand.New(rand.NewPCG(uint64(s), 7))
			for i := range todo {
				w.deliver(ctx, r, i)
			}
		})
	}
	for _, i := range order {
		todo <- i
	}
	close(todo)
	senders.Wait()
}

// deliver delivers a push once, to any of the processes.
func (w *rain) deliver(ctx context.Context, r *rand.Rand, i int) {
	c := w.servers[r.IntN(len(w.servers))]
	query, body := w.push(i)
	address := c.addr + "/wechat/miniprogram/" + twiceApp + "?" + query
	if r.Float64() < twiceCut {
		w.cutOff(ctx, c.addr, address, body, r.IntN(2) == 0)
		return
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+address, strings.NewReader(body))
	if err != nil {
		w.t.Error(err)
		return
	}
	status, text := 0, ""
	resp, err := w.client.Do(req)
	if err == nil {
		b, e := io.ReadAll(resp.Body)
		status, text, err = resp.StatusCode, string(b), errors.Join(e, resp.Body.Close())
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case err == nil && status == http.StatusOK && text == "success":
		w.answered[i]++
	case err == nil && status < http.StatusInternalServerError:
		w.t.Errorf("push %d is answered %d %q", i, status, text)
	default:
		w.refused++
	}
}

// cutOff delivers a push whose answer never arrives: the line breaks once everything is sent, or once the server has begun
// to answer.
func (w *rain) cutOff(ctx context.Context, addr, address, body string, early bool) {
	w.mu.Lock()
	w.cut++
	w.mu.Unlock()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		w.t.Error(err)
		return
	}
	_, err = fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s", strings.TrimPrefix(address, addr), addr,
		len(body), body)
	if err == nil && !early {
		_, err = conn.Read(make([]byte, 1))
	}
	if err := errors.Join(err, conn.Close()); err != nil {
		w.t.Error(err)
	}
}

// push is the i-th push: one person's tap on "allow", at a time of its own.
func (w *rain) push(i int) (query, body string) {
	at, nonce := strconv.FormatInt(models.WallClock{}.Now().Unix(), 10), strconv.Itoa(i)
	parts := []string{twiceToken, at, nonce}
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return "signature=" + hex.EncodeToString(sum[:]) + "&timestamp=" + at + "&nonce=" + nonce, fmt.Sprintf(
		`{"ToUserName":"gh_1","FromUserName":"%s","CreateTime":%d,"MsgType":"event","Event":"subscribe_msg_popup_event",`+
			`"List":[{"TemplateId":"%s","SubscribeStatusString":"accept","PopupScene":"%d"}]}`,
		person(i%twicePeople), w.base, twiceTemplate, i)
}

func person(i int) string { return fmt.Sprintf("openid-of-person-%04d", i) }

// again does what WeChat does: it delivers what was not answered with success once more.
func (w *rain) again(ctx context.Context) {
	for range 20 {
		var missing []int
		for i, n := range w.answered {
			if n == 0 {
				missing = append(missing, i)
			}
		}
		if len(missing) == 0 || ctx.Err() != nil {
			return
		}
		w.fall(ctx, missing)
	}
	w.t.Error("a push is never answered with success")
}

// settled waits until nothing is left to do.
func (w *rain) settled(ctx context.Context) {
	for {
		jobs, err := w.store.Read(ctx).CountJobs()
		if err != nil {
			w.t.Fatal(err)
		}
		if jobs.Due == 0 {
			return
		}
		select {
		case <-ctx.Done():
			w.t.Fatalf("%d jobs are not done", jobs.Due)
		case <-time.After(50 * time.Millisecond): // other processes: there is nothing else to wait on
		}
	}
}

func (w *rain) check(ctx context.Context, n int) {
	sc := w.store.Read(ctx).In(w.community)
	inbox, err := sc.CountInbox()
	if err != nil || inbox.Accepted != int64(n) || inbox.Pending != 0 || inbox.Dead != 0 {
		w.t.Errorf("the inbox has %+v of %d pushes, %v", inbox, n, err)
	}
	answered := 0
	for _, times := range w.answered {
		answered += times
	}
	if inbox.Accepted+inbox.Duplicate < int64(answered) {
		w.t.Errorf("%d deliveries were answered with success and %d are counted", answered, inbox.Accepted+inbox.Duplicate)
	}
	if jobs, err := sc.CountJobs(); err != nil || jobs.Dead != 0 {
		w.t.Errorf("%d dead jobs, %v", jobs.Dead, err)
	}
	total := 0
	for p := range twicePeople {
		credit, err := sc.Credit(twiceApp, person(p), twiceTemplate)
		if err != nil {
			w.t.Fatal(err)
		}
		taps := (n - p + twicePeople - 1) / twicePeople
		if credit.ByEvent != taps {
			w.t.Errorf("person %d tapped %d times and has %d credits", p, taps, credit.ByEvent)
		}
		total += credit.ByEvent
	}
	if total != n {
		w.t.Errorf("%d effects of %d pushes", total, n)
	}
	if w.cut < n*twiceCopies/50 {
		w.t.Errorf("only %d answers were cut: the test shows too little", w.cut)
	}
}
