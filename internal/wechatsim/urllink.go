package wechatsim

import (
	"errors"
	"net/url"
	"strings"
	"time"
)

// urlLink is one URL Link into a Mini Program.
type urlLink struct {
	appID, path, query string
	expires            time.Time
}

// maxCQ is how long what stands behind a URL Link as cq may be, in characters.
const maxCQ = 256

// ErrDeadLink is a URL Link that WeChat does not know or whose time is over.
var ErrDeadLink = errors.New("the link has ended")

// Launch is what a Mini Program is told when a link opens it.
type Launch struct {
	AppID, Path, Query, CQ string
	Scene                  int
}

// OpenURLLink taps a URL Link outside WeChat, with whatever stands behind it.
func (p *Person) OpenURLLink(link string) (Launch, error) {
	s := p.sim
	bare, rest, _ := strings.Cut(link, "?")
	q, err := url.ParseQuery(rest)
	if err != nil || len([]rune(q.Get("cq"))) > maxCQ {
		return Launch{}, ErrDeadLink
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	l, known := s.links[bare]
	if !known || !s.now().Before(l.expires) {
		return Launch{}, ErrDeadLink
	}
	return Launch{AppID: l.appID, Path: l.path, Query: l.query, CQ: q.Get("cq"), Scene: 1194}, nil
}

// linkEnds is when a link that is asked for will end.
func linkEnds(now time.Time, kind int, at int64, days int) time.Time {
	longest := now.AddDate(0, 0, 30)
	switch {
	case kind == 1 && days > 0:
		return now.AddDate(0, 0, days)
	case kind == 0 && at > 0:
		return time.Unix(at, 0)
	}
	return longest
}
