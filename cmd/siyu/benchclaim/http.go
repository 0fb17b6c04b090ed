package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/textproto"
	"strconv"
	"strings"
	"time"

	"siyu/cmd/siyu/app"
	"siyu/models"
)

// signedIn is how many people ask through HTTP.
const signedIn = 1024

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
	f := &front{app: a, addr: l.Addr().String(), client: &http.Client{Timeout: time.Minute}, server: &http.Server{Handler: a.Handler, ReadHeaderTimeout: 10 * time.Second}}
	go func() { _ = f.server.Serve(l) }()
	h.web = f
	_, err = h.storm(ctx, 16, clock().Add(time.Hour), 0, func(ctx context.Context, n int) error {
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
}

func (f *front) caller() *caller { return &caller{addr: f.addr} }

func (c *caller) close() {
	if c.conn != nil {
		_ = c.conn.Close()
	}
}

// ask sends a request and returns the body of its answer, which must be 200.
func (c *caller) ask(method, path, token, key string) ([]byte, error) {
	if c.conn == nil {
		var err error
		if c.conn, err = net.Dial("tcp", c.addr); err != nil { //nolint:noctx // a client of a benchmark
			return nil, err
		}
		c.in = bufio.NewReader(c.conn)
	}
	text := method + " " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token + "\r\n"
	if key != "" {
		text += "Idempotency-Key: " + key + "\r\nContent-Length: 0\r\n"
	}
	if _, err := io.WriteString(c.conn, text+"\r\n"); err != nil {
		return nil, err
	}
	lines := textproto.NewReader(c.in)
	status, err := lines.ReadLine()
	if err != nil {
		return nil, err
	}
	header, err := lines.ReadMIMEHeader()
	if err != nil {
		return nil, err
	}
	n, err := strconv.Atoi(header.Get("Content-Length"))
	if err != nil {
		return nil, fmt.Errorf("an answer without a length: %s %v", status, header)
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(c.in, body); err != nil {
		return nil, err
	}
	if !strings.Contains(status, " 200 ") {
		return nil, fmt.Errorf("%s: %s", status, body)
	}
	return body, nil
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
		_, err := c.ask(http.MethodPost, "/api/mini/v1/offers/"+offer.String()+"/claims", h.tokens[n%len(h.tokens)], h.keyOf(n))
		return err
	})
	for range clients {
		(<-idle).close()
	}
	if err != nil {
		return w, err
	}
	return w, h.check(ctx, offer, w.Claims)
}
