package main

import (
	"bufio"
	"bytes"
	"context"
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
	"siyu/models"
)

// signedIn is how many people ask through HTTP: so many that nobody holds many vouchers of one offer, as with the other ways.
const signedIn = 8192

// readTimeout is how long the server waits for a request.
const readTimeout = 15 * time.Second

// front is the whole server behind a real listener.
type front struct {
	app    *app.App
	server *http.Server
	addr   string
	client *http.Client
}

// front opens it and signs people in, once; each of them has looked at the offers before she claims.
func (h *house) front(ctx context.Context) (*front, error) {
	if h.web != nil {
		return h.web, nil
	}
	if err := h.signIn(ctx); err != nil {
		return nil, err
	}
	a, err := app.New(ctx, app.Options{Store: h.store, Logger: slog.New(slog.DiscardHandler), PublicURL: "http://127.0.0.1",
		WeChatAPI: "http://127.0.0.1:1", WeComAPI: "http://127.0.0.1:1", LoopbackOnly: true})
	if err != nil {
		return nil, err
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		a.Close()
		return nil, err
	}
	f := &front{app: a, addr: l.Addr().String(), client: &http.Client{Timeout: time.Minute, Transport: &http.Transport{MaxIdleConnsPerHost: 64}},
		server: &http.Server{Handler: a.Handler, ReadHeaderTimeout: readTimeout, ReadTimeout: readTimeout, WriteTimeout: 2 * readTimeout}} // as siyu serve has it
	go func() { _ = f.server.Serve(l) }()
	h.web = f
	_, err = h.storm(ctx, 64, clock().Add(time.Hour), 0, func(ctx context.Context, n int) error {
		if n >= len(h.tokens) {
			return errEnough
		}
		return f.look(ctx, h.tokens[n])
	})
	if !errors.Is(err, errEnough) {
		return nil, err
	}
	return f, nil
}

// look has somebody look at the offers, as the page does before anything can be claimed on it.
func (f *front) look(ctx context.Context, token string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+f.addr+"/api/mini/v1/offers", nil)
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := f.client.Do(req)
	if err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = errors.New(resp.Status)
	}
	return errors.Join(err, resp.Body.Close())
}

func (f *front) close() error {
	if f == nil {
		return nil
	}
	err := f.server.Close()
	f.app.Close()
	return err
}

// signIn gives the first people sessions.
func (h *house) signIn(ctx context.Context) error {
	if len(h.tokens) > 0 {
		return nil
	}
	return h.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(h.community)
		h.tokens = nil
		for _, m := range h.members[:min(signedIn, len(h.members))] {
			s := models.Session{Kind: models.MiniSession, MemberID: m, AppID: miniApp}
			token, err := sc.InsertSession(&s, nil, time.Hour)
			if err != nil {
				return err
			}
			h.tokens = append(h.tokens, token)
		}
		return nil
	})
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

// overHTTP has clients claim through the real handler, each on a connection of its own and signed in.
func (h *house) overHTTP(ctx context.Context, clients int, length time.Duration) (window, error) {
	f, err := h.front(ctx)
	if err != nil {
		return window{}, err
	}
	offer, err := h.offer(ctx, 1_000_000_000)
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
		return c.claim(offer, h.tokens[n%len(h.tokens)], h.keyOf(n))
	})
	for range clients {
		(<-idle).close()
	}
	if err != nil {
		return w, err
	}
	return w, h.check(ctx, offer, w.Claims)
}
