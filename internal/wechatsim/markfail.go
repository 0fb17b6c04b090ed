package wechatsim

import (
	"net/url"
	"time"
)

// MarkFail is how the platform treats a server that fails. After several
// failures it pauses pushes to that server for one minute (documentation of
// message push); it does not say how many. Here After pushes in a row that
// were given up after all their retries start the pause. What happens during
// it is lost and not told later: the documentation promises three retries
// within seconds and no other, and advises to poll for what was missed.
type MarkFail struct {
	After int           // pushes given up in a row; 0: never pause
	Pause time.Duration // default one minute, simulated time
}

// DefaultMarkFail is the platform's pause, with three pushes for "several".
func DefaultMarkFail() MarkFail { return MarkFail{After: 3, Pause: time.Minute} }

// server is how one callback host does.
type server struct {
	failed int // pushes given up in a row
	until  time.Time
}

// server finds the host of a callback; mu is held.
func (s *Sim) server(callback string) *server {
	host := callback
	if u, err := url.Parse(callback); err == nil {
		host = u.Host
	}
	if s.servers[host] == nil {
		s.servers[host] = &server{}
	}
	return s.servers[host]
}

// pausing says whether pushes to a callback are lost now; mu is held.
func (s *Sim) pausing(callback string) bool {
	return s.opts.MarkFail.After > 0 && s.now().Before(s.server(callback).until)
}

// mark notes how a push ended, and starts the pause; mu is held.
func (s *Sim) mark(callback string, ok bool) {
	srv := s.server(callback)
	if ok {
		srv.failed = 0
		return
	}
	srv.failed++
	if s.opts.MarkFail.After > 0 && srv.failed >= s.opts.MarkFail.After {
		pause := s.opts.MarkFail.Pause
		if pause == 0 {
			pause = time.Minute
		}
		srv.failed, srv.until = 0, s.now().Add(pause)
	}
}
