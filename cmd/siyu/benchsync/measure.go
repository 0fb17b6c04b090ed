package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// round is one reading of all groups.
type round struct {
	result
	calls   int64
	refused int64
	killed  int // groups that were read when the first process was killed
}

// measured is everything about one engine.
type measured struct {
	engine                   string
	full, idle, few          round
	news                     int // groups with news in the last round
	sampleBulk, sampleSingle result
}

func measure(ctx context.Context, out io.Writer, p plan, start starter, e engine) (m measured, err error) {
	m.engine = e.name
	url, stop, err := serve(ctx, start, p.groups, p.each)
	if err != nil {
		return m, err
	}
	defer stop()
	dsn, err := e.dsn("all")
	if err != nil {
		return m, err
	}
	for _, step := range []struct {
		name string
		into *round
		how  string
		kill bool
	}{{"all, killed in the middle", &m.full, "whole", true}, {"nothing new", &m.idle, "", false}, {"news in few", &m.few, "", false}} {
		if step.into == &m.few {
			if m.news, err = change(ctx, url, p); err != nil {
				return m, err
			}
		}
		if *step.into, err = read(ctx, start, dsn, url, step.how, step.kill); err != nil {
			return m, fmt.Errorf("%s: %w", step.name, err)
		}
		_, _ = fmt.Fprintf(out, "%-7s %-26s %s\n", e.name, step.name, step.into)
	}
	if err := m.check(p); err != nil {
		return m, err
	}
	return m, m.compare(ctx, p, start, e)
}

// compare books a sample in batches and person by person, each from a simulator and into a database of its own.
func (m *measured) compare(ctx context.Context, p plan, start starter, e engine) error {
	for role, into := range map[string]*result{"sync": &m.sampleBulk, "naive": &m.sampleSingle} {
		url, stop, err := serve(ctx, start, p.sample, p.each)
		if err != nil {
			return err
		}
		dsn, err := e.dsn(role)
		if err == nil {
			*into, err = reader{role, dsn, url, "whole"}.run(ctx, start, nil)
		}
		stop()
		if err != nil {
			return err
		}
	}
	if m.sampleBulk.Stays != m.sampleSingle.Stays || m.sampleBulk.Stays == 0 {
		return fmt.Errorf("%d stays in batches and %d one by one", m.sampleBulk.Stays, m.sampleSingle.Stays)
	}
	return nil
}

// check refuses numbers of a reading that was not right.
func (m *measured) check(p plan) error {
	heads := int64(p.groups * p.each)
	switch {
	case m.full.Stays != heads || m.full.Done != p.groups:
		return fmt.Errorf("%d people in %d groups, want %d in %d", m.full.Stays, m.full.Done, heads, p.groups)
	case m.idle.Changed != 0 || m.idle.Stays != heads:
		return fmt.Errorf("with nothing new %d groups changed", m.idle.Changed)
	case m.few.Changed != m.news || m.few.Departed != m.news || m.few.Stays != heads-int64(m.news):
		return fmt.Errorf("%d groups changed and %d people left, want %d", m.few.Changed, m.few.Departed, m.news)
	case m.full.refused+m.idle.refused+m.few.refused > 0:
		return errors.New("WeCom refused calls")
	}
	return nil
}

func (r *round) String() string {
	n := float64(max(r.Done, 1))
	return fmt.Sprintf("%7.1f s  %6d calls  %5.1f statements a group  %5.1f MB heap  %5.1f MB RSS", r.Seconds, r.calls, float64(r.Statements)/n, r.HeapMB, r.RSSMB)
}

// serve starts a simulator.
func serve(ctx context.Context, start starter, groups, each int) (url string, stop func(), err error) {
	sim, err := start(ctx, "wechat", strconv.Itoa(groups), strconv.Itoa(each))
	if err != nil {
		return "", nil, err
	}
	stop = func() { sim.kill(); _ = sim.wait() }
	for l := range sim.lines {
		if l.URL != "" {
			return l.URL, stop, nil
		}
	}
	return "", stop, errors.Join(errors.New("the simulator did not come up"), sim.wait())
}

// read reads all groups once; with kill the first process ends in the middle, and a second one goes on.
func read(ctx context.Context, start starter, dsn, url, how string, kill bool) (round, error) {
	var r round
	before, refused, err := calls(ctx, url)
	if err != nil {
		return r, err
	}
	began, who := clock(), reader{"sync", dsn, url, how}
	if kill {
		_, err := who.run(ctx, start, func(l line) bool {
			r.killed = l.Done
			return l.Total > 0 && 5*l.Done >= 2*l.Total
		})
		if !errors.Is(err, errKilled) {
			return r, fmt.Errorf("it was to be killed in the middle: %w", err)
		}
	}
	if r.result, err = who.run(ctx, start, nil); err != nil {
		return r, err
	}
	if kill { // the time of both, and of starting the second; the statements of the first died with it
		r.Seconds = clock().Sub(began).Seconds()
		r.Statements = r.Statements * int64(r.Done) / int64(max(1, r.Done-r.killed))
	}
	after, refusedAfter, err := calls(ctx, url)
	r.calls, r.refused = after-before, refusedAfter-refused
	return r, err
}

var errKilled = errors.New("killed")

// reader is a process that reads groups into a database.
type reader struct{ role, dsn, url, how string }

// run runs it to its end, or until enough says that it is to be killed.
func (r reader) run(ctx context.Context, start starter, enough func(line) bool) (result, error) {
	p, err := start(ctx, r.role, r.dsn, r.url, r.how)
	if err != nil {
		return result{}, err
	}
	var end *result
	for l := range p.lines {
		if l.End != nil {
			end = l.End
		}
		if end == nil && enough != nil && enough(l) {
			p.kill()
			_ = p.wait()
			return result{}, errKilled
		}
	}
	if err := p.wait(); err != nil {
		return result{}, err
	}
	if end == nil || end.State != "done" {
		return result{}, fmt.Errorf("%s ended as %+v", r.role, end)
	}
	return *end, nil
}

// newMySQL makes databases on a server, and removes them in the end.
func newMySQL(ctx context.Context, dsn string) (engine, func(), error) {
	server, rest, found := strings.Cut(dsn, ")/")
	if !found {
		return engine{}, nil, errors.New("the DSN names no server: it is like root@unix(/run/mysqld/mysqld.sock)/")
	}
	admin, err := sql.Open("mysql", dsn)
	if err != nil {
		return engine{}, nil, err
	}
	var made []string
	e := engine{"mysql", func(name string) (string, error) {
		db := "siyu_bench_" + strings.ToLower(name) + strconv.FormatInt(clock().UnixMilli()%1_000_000_000, 36)
		if _, err := admin.ExecContext(ctx, "CREATE DATABASE "+db+" CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"); err != nil {
			return "", err
		}
		made = append(made, db)
		_, options, asked := strings.Cut(rest, "?")
		if asked {
			options = "?" + options
		}
		return "mysql:" + server + ")/" + db + options, nil
	}}
	return e, func() {
		for _, db := range made {
			_, _ = admin.ExecContext(context.WithoutCancel(ctx), "DROP DATABASE "+db)
		}
		_ = admin.Close()
	}, nil
}

type row struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
}

func report(out io.Writer, p plan, all []measured) error {
	var rows []row
	worst := 0.0
	for _, m := range all {
		add := func(name string, value float64, unit string) {
			rows = append(rows, row{m.engine + " " + name, float64(int64(value*1000+0.5)) / 1000, unit})
		}
		ratio := m.sampleSingle.Seconds / m.sampleBulk.Seconds
		if worst == 0 || ratio < worst {
			worst = ratio
		}
		heads := float64(p.groups * p.each)
		add("full", m.full.Seconds, "s")
		add("full people", heads/m.full.Seconds, "people/s")
		add("full calls", float64(m.full.calls), "calls")
		add("full statements", float64(m.full.Statements)/float64(p.groups), "statements/group")
		add("full heap", m.full.HeapMB, "MB")
		add("full rss", m.full.RSSMB, "MB")
		add("killed at", float64(m.full.killed), "groups")
		add("nothing new", m.idle.Seconds, "s")
		add("nothing new calls", float64(m.idle.calls), "calls")
		add("nothing new statements", float64(m.idle.Statements)/float64(p.groups), "statements/group")
		add("news in few", m.few.Seconds, "s")
		add("sample one by one", m.sampleSingle.Seconds, "s")
		add("sample in batches", m.sampleBulk.Seconds, "s")
		add("sample statements one by one", float64(m.sampleSingle.Statements)/float64(p.sample), "statements/group")
		add("sample ratio", ratio, "x")
		_, _ = fmt.Fprintf(out, "%-7s a sample of %d groups: %.2f s one by one (%d statements), %.2f s in batches (%d): %.1f times\n", m.engine,
			p.sample, m.sampleSingle.Seconds, m.sampleSingle.Statements, m.sampleBulk.Seconds, m.sampleBulk.Statements, ratio)
	}
	_, _ = fmt.Fprintf(out, "%d groups of %d people. WeCom allows 10,000 calls of an API a minute and 150,000 an hour; a sync uses four fifths at most.\n", p.groups, p.each)
	return json.NewEncoder(out).Encode(map[string]any{"bench": "sync", "rows": rows, "ratio_to_peer": float64(int64(worst*1000+0.5)) / 1000})
}
