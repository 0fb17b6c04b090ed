package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// generator sends pushes to one server over connections that stay open. It reads no more of an answer than it must: what
// it costs is taken from the server, on the same processors.
type generator struct {
	account *account
	addr    string
	conns   int
	now     func() time.Time
}

// outcome is what came of a phase.
type outcome struct {
	answered int
	refused  int // answered with another status than 200
	took     time.Duration
	latency  []time.Duration // of each answer, sorted; from when the push was due
}

func (o outcome) rate() float64 { return float64(o.answered) / o.took.Seconds() }

// closed sends on each connection as fast as answers come, for a time.
func (g generator) closed(ctx context.Context, d time.Duration) (outcome, error) {
	end := g.now().Add(d)
	return g.phase(ctx, func(c *client, o *outcome) error {
		for g.now().Before(end) {
			if err := g.one(c, o, g.now()); err != nil {
				return err
			}
		}
		return nil
	})
}

// paced sends at a rate, whether answers come or not as long as a connection is free, for a time. A push that had to wait
// for a connection counts from when it was due.
func (g generator) paced(ctx context.Context, rate float64, d time.Duration) (outcome, error) {
	start, every := g.now(), time.Duration(float64(time.Second)/rate)
	var next atomic.Int64
	last := int64(d / every)
	return g.phase(ctx, func(c *client, o *outcome) error {
		for {
			i := next.Add(1)
			if i > last {
				return nil
			}
			due := start.Add(time.Duration(i) * every)
			if wait := due.Sub(g.now()); wait > 0 {
				select {
				case <-ctx.Done():
					return ctx.Err()
				case <-time.After(wait):
				}
			}
			if err := g.one(c, o, due); err != nil {
				return err
			}
		}
	})
}

// phase runs work on every connection and joins what came of it.
func (g generator) phase(ctx context.Context, work func(*client, *outcome) error) (outcome, error) {
	parts, errs := make([]outcome, g.conns), make([]error, g.conns)
	start := g.now()
	var all sync.WaitGroup
	for i := range g.conns {
		all.Go(func() {
			c, err := dial(ctx, g.addr)
			if err == nil {
				err = errors.Join(work(c, &parts[i]), c.conn.Close())
			}
			errs[i] = err
		})
	}
	all.Wait()
	total := outcome{took: g.now().Sub(start)}
	for _, p := range parts {
		total.answered += p.answered
		total.refused += p.refused
		total.latency = append(total.latency, p.latency...)
	}
	slices.Sort(total.latency)
	return total, errors.Join(errs...)
}

func (g generator) one(c *client, o *outcome, due time.Time) error {
	status, err := c.send(g.account.request(g.addr))
	if err != nil {
		return err
	}
	if status != 200 {
		o.refused++
		return nil
	}
	o.answered++
	o.latency = append(o.latency, g.now().Sub(due))
	return nil
}

// client is one connection.
type client struct {
	conn net.Conn
	in   *bufio.Reader
}

func dial(ctx context.Context, addr string) (*client, error) {
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	return &client{conn, bufio.NewReader(conn)}, nil
}

// send sends a request and reads the status of its answer.
func (c *client) send(request []byte) (status int, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return 0, err
	}
	length := 0
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			break
		}
		if first {
			status, err = strconv.Atoi(string(line[9:12])) // HTTP/1.1 200
		} else if value, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			length, err = strconv.Atoi(string(value))
		}
		if err != nil {
			return 0, fmt.Errorf("an answer says %q: %w", line, err)
		}
	}
	_, err = io.CopyN(io.Discard, c.in, int64(length))
	return status, err
}
