package month_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"time"

	"siyu/internal/wechatsim"
)

// trouble is what goes wrong from now on: callbacks are lost and overtaken, calls fail, and answers are lost after the
// platform did what it was asked.
func (w *world) trouble() {
	w.sim.FailPush(wechatsim.PushFault{Drop: true, Rate: 0.02})
	w.sim.FailPush(wechatsim.PushFault{Behind: 3, Rate: 0.03})
	w.sim.FailPush(wechatsim.PushFault{Later: 25 * time.Minute, Rate: 0.02})
	const ext = "/cgi-bin/externalcontact/"
	w.sim.Fail(ext+"add_msg_template", wechatsim.Fault{Disconnect: true, Execute: true, Rate: 0.08})
	w.sim.Fail(ext+"add_msg_template", wechatsim.Fault{Errcode: -1, Rate: 0.04})
	w.sim.Fail(ext+"cancel_groupmsg_send", wechatsim.Fault{Disconnect: true, Execute: true, Rate: 0.05})
	w.sim.Fail(ext+"get_groupmsg_send_result", wechatsim.Fault{Errcode: -1, Rate: 0.03})
	w.sim.Fail(ext+"groupchat/get", wechatsim.Fault{Answer: wechatsim.Truncated, Rate: 0.005})
	w.sim.Fail(ext+"groupchat/get", wechatsim.Fault{Errcode: 45033, Rate: 0.002}) // too many at once
	w.sim.Fail("*", wechatsim.Fault{Errcode: -1, Rate: 0.005})
	w.sim.Fail("*", wechatsim.Fault{Disconnect: true, Execute: true, Rate: 0.005})
}

// striker stands between the server and the platform and kills the server while it waits for an answer.
type striker struct {
	next http.Handler
	srv  *server

	mu    sync.Mutex
	armed bool
	path  string // only calls of this path; empty: any
	skip  int    // so many calls go by before
	after bool   // the platform does what it is asked first
}

// arm has the server killed at one of its next calls.
func (s *striker) arm(path string, skip int, after bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.armed, s.path, s.skip, s.after = true, path, skip, after
}

// disarm reports whether it was still to be killed.
func (s *striker) disarm() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	was := s.armed
	s.armed = false
	return was
}

func (s *striker) strikes(path string) (now, after bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.armed || s.path != "" && s.path != path {
		return false, false
	}
	if s.skip > 0 {
		s.skip--
		return false, false
	}
	s.armed = false
	return true, s.after
}

// ServeHTTP passes a call on, or kills who makes it.
func (s *striker) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	now, after := s.strikes(r.URL.Path)
	if !now {
		s.next.ServeHTTP(w, r)
		return
	}
	if after {
		s.next.ServeHTTP(httptest.NewRecorder(), r)
	}
	s.srv.kill(context.WithoutCancel(r.Context()), fmt.Sprint(r.URL.Path, " after it: ", after))
	panic(http.ErrAbortHandler)
}

// planKill plans the day's kill: while the platform is asked for something, before or after it does it, or a few milliseconds
// into the server's work on what somebody asks of it. A kill that found no such moment comes when somebody asks next.
func (w *world) planKill(d int, morning time.Time) {
	r := stream(w.o.seed, "kill", d)
	const ext = "/cgi-bin/externalcontact/"
	paths := []string{ext + "add_msg_template", ext + "groupchat/get", "", ext + "get_groupmsg_send_result", ext + "cancel_groupmsg_send"}
	path, skip, after := paths[r.IntN(len(paths))], r.IntN(4), chance(r, 0.6)
	delay := time.Duration(r.IntN(4_000)) * time.Microsecond
	asked := func(context.Context) error {
		w.client.before = func() { w.killSoon(delay) }
		return nil
	}
	at := morning.Add(between(r, 30*time.Minute, 9*time.Hour))
	if d%3 == 2 {
		w.agenda.plan(at, "the server will be killed when it is asked something", asked)
		return
	}
	w.agenda.plan(at, "the server will be killed when it asks something", func(context.Context) error {
		w.striker.arm(path, skip, after)
		return nil
	})
	w.agenda.plan(morning.Add(10*time.Hour), "the server has not been killed today", func(ctx context.Context) error {
		if !w.striker.disarm() {
			return nil
		}
		return asked(ctx)
	})
}

// killSoon kills the server a moment from now, while it works.
func (w *world) killSoon(delay time.Duration) {
	w.client.before = nil
	time.AfterFunc(delay, func() { w.srv.kill(context.Background(), "asked") })
}
