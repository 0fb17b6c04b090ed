package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// newcomers is how many people claim through HTTP in a window: nobody claims more often than the gate's policy allows.
const newcomers = 8192

// readTimeout is how long the server waits for a request.
const readTimeout = 15 * time.Second

// front is the whole server behind a real listener, and the WeChat it asks.
type front struct {
	app    *app.App
	server *http.Server
	sim    *wechatsim.Sim
	wechat *http.Server
	mini   wechatsim.App
	addr   string
	client *http.Client
}

// front opens it, once, with the gate's policy in force.
func (h *house) front(ctx context.Context) (*front, error) {
	if h.web != nil {
		return h.web, nil
	}
	f := &front{sim: wechatsim.New(wechatsim.Options{Seed: 1, Now: clock}), mini: wechatsim.DefaultAccounts("http://127.0.0.1:1").MiniProgram,
		client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}}}
	f.mini.CallbackURL = "" // pushes nothing
	h.web = f
	if err := f.sim.AddMiniProgram(f.mini); err != nil {
		return nil, err
	}
	var wechat string
	var err error
	if f.wechat, wechat, err = listen(ctx, f.sim.Handler()); err != nil {
		return nil, err
	}
	err = h.store.Tx(ctx, func(tx *models.Tx) error {
		sc, policy := tx.In(h.community), models.DefaultGatePolicy()
		policy.Mode = models.GateOn
		if err := sc.SetGatePolicy(policy, 0); err != nil {
			return err
		}
		return sc.InsertChannel(&models.Channel{Kind: models.MiniProgram, AppID: f.mini.AppID},
			models.ChannelSecrets{Secret: f.mini.Secret, Token: f.mini.Token, AESKey: f.mini.AESKey})
	})
	if err != nil {
		return nil, err
	}
	if f.app, err = app.New(ctx, app.Options{Store: h.store, Logger: slog.New(slog.DiscardHandler), PublicURL: "http://127.0.0.1",
		WeChatAPI: "http://" + wechat, WeComAPI: "http://" + wechat, LoopbackOnly: true}); err != nil {
		return nil, err
	}
	f.server, f.addr, err = listen(ctx, f.app.Handler)
	return f, err
}

// listen serves on a port of its own, as siyu serve does.
func listen(ctx context.Context, h http.Handler) (*http.Server, string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, WriteTimeout: 2 * readTimeout}
	go func() { _ = s.Serve(l) }()
	return s, l.Addr().String(), nil
}

func (f *front) close() error {
	if f == nil {
		return nil
	}
	var err error
	for _, s := range []*http.Server{f.server, f.wechat} {
		if s != nil {
			err = errors.Join(err, s.Close())
		}
	}
	if f.app != nil {
		f.app.Close()
	}
	f.sim.Close()
	return err
}

// gather has people open the Mini Program for the first time and look at the offers, as everybody does before she claims; the gate
// asks WeChat about them meanwhile. It returns their sessions when all of them have had the page open for as long as the gate wants.
func (h *house) gather(ctx context.Context, f *front) ([]string, error) {
	people, tokens := f.sim.NewPeople(newcomers, "somebody"), make([]string, newcomers)
	_, err := h.storm(ctx, 64, clock().Add(time.Hour), 0, func(ctx context.Context, n int) error {
		if n >= len(people) {
			return errEnough
		}
		var session struct{ Token string }
		if err := f.do(ctx, http.MethodPost, "/api/mini/v1/sessions", "", map[string]string{"app_id": f.mini.AppID,
			"code": people[n].Login(f.mini.AppID), "visit": fmt.Sprintf("visit-%08d", n)}, &session); err != nil {
			return err
		}
		tokens[n] = session.Token
		return f.do(ctx, http.MethodGet, "/api/mini/v1/offers", session.Token, nil, nil)
	})
	if !errors.Is(err, errEnough) {
		return nil, err
	}
	select {
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-time.After(time.Duration(models.DefaultGatePolicy().TooFastMs)*time.Millisecond + time.Second):
		return tokens, nil
	}
}

// do makes a request and reads its answer; one that is not of the 200s is an error.
func (f *front) do(ctx context.Context, method, path, token string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, method, "http://"+f.addr+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
	case resp.StatusCode/100 != 2:
		err = fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, answer)
	case out != nil:
		err = json.Unmarshal(answer, out)
	}
	return errors.Join(err, resp.Body.Close())
}

// caller is one client that keeps its connection. It does as little as a client can: it shares the processors with the server.
type caller struct {
	addr string
	conn net.Conn
	in   *bufio.Reader
	text []byte // of the request
	body []byte // of its answer
}

func (f *front) caller() *caller { return &caller{addr: f.addr} }

func (c *caller) close() {
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// claim asks for a voucher of an offer. The answer must be 200, as long as it says, and a voucher of that offer.
func (c *caller) claim(offer models.OfferID, token, key string) error {
	if c.conn == nil {
		var err error
		if c.conn, err = net.Dial("tcp", c.addr); err != nil { //nolint:noctx // a client of a benchmark
			return err
		}
		c.in = bufio.NewReader(c.conn)
	}
	c.text = fmt.Appendf(c.text[:0], "POST /api/mini/v1/offers/%d/claims HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\n"+
		"Idempotency-Key: %s\r\nContent-Length: 0\r\n\r\n", offer, token, key)
	if _, err := c.conn.Write(c.text); err != nil {
		return err
	}
	well, n, err := c.head()
	if err != nil {
		return err
	}
	c.body = slices.Grow(c.body[:0], n)[:n]
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return err
	}
	if !well || !bytes.Contains(c.body, strconv.AppendInt(append(c.text[:0], `"offer_id":"`...), int64(offer), 10)) {
		return fmt.Errorf("no voucher of offer %d: %s", offer, c.body)
	}
	return nil
}

// head reads the head of an answer: whether it is 200, and how long its body is.
func (c *caller) head() (well bool, n int, err error) {
	n = -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return false, 0, err
		}
		if line = bytes.TrimRight(line, "\r\n"); len(line) == 0 {
			break
		}
		if first {
			well = bytes.HasPrefix(line, []byte("HTTP/1.1 200 "))
			continue
		}
		if length, is := bytes.CutPrefix(line, []byte("Content-Length: ")); is {
			if n, err = strconv.Atoi(string(length)); err != nil {
				return false, 0, err
			}
		}
	}
	if n < 0 {
		err = errors.New("an answer that does not say how long it is")
	}
	return well, n, err
}

// overHTTP has clients claim through the real handler, each on a connection of its own, for people who are there for the first time.
func (h *house) overHTTP(ctx context.Context, clients int, length time.Duration) (window, error) {
	f, err := h.front(ctx)
	if err != nil {
		return window{}, err
	}
	offer, err := h.offer(ctx, 1_000_000_000)
	if err != nil {
		return window{}, err
	}
	tokens, err := h.gather(ctx, f)
	if err != nil {
		return window{}, err
	}
	idle := make(chan *caller, clients)
	for range clients {
		idle <- f.caller()
	}
	w, err := h.storm(ctx, clients, clock().Add(length), 0, func(_ context.Context, n int) error {
		c := <-idle
		defer func() { idle <- c }()
		return c.claim(offer, tokens[n%len(tokens)], h.keyOf(n))
	})
	for range clients {
		(<-idle).close()
	}
	if err != nil {
		return w, err
	}
	return w, errors.Join(h.check(ctx, offer, w.Claims), h.passed(ctx))
}

// passed makes sure that the gate has weighed everybody and found nothing against anybody: else it is another way that was measured.
func (h *house) passed(ctx context.Context) error {
	found, err := h.store.Read(ctx).In(h.community).CountJudgements(0)
	if err == nil && len(found) > 0 {
		err = fmt.Errorf("the gate found something: %+v", found)
	}
	return err
}
