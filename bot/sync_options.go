package bot

import (
	"sync"
	"time"

	"siyu/models"
)

// SyncOptions are the numbers of reading WeCom groups. Zero means the default.
type SyncOptions struct {
	InFlight   int           // groups asked for at once: 4
	PerMinute  int           // calls of one API a corp may make in a minute: 10,000 (WeCom, "access frequency limits")
	PerHour    int           // and in an hour: 150,000 (the same)
	Share      float64       // the part of those that a sync uses; the rest is for what cannot wait: 0.8
	Page       int           // groups in one page of the list: 1,000 (groupchat/list)
	Owners     int           // owners named in one list: 100 (the same)
	Misses     int           // lists without a group that cannot be read either before it is taken for gone: 2
	Every      time.Duration // every group is read although nothing was heard of it, because callbacks get lost: 6 h
	WholeEvery time.Duration // every member list is compared although its version is known: 7 days
	Settle     time.Duration // from a change until the group is read: WeCom tells late, and changes come in bursts: 10 s
	Slice      time.Duration // of real time that a sync works at a stretch; less than a job's lease: 20 s
}

func (o SyncOptions) filled() SyncOptions {
	otherwise(&o.InFlight, 4)
	otherwise(&o.PerMinute, 10_000)
	otherwise(&o.PerHour, 150_000)
	otherwise(&o.Share, 0.8)
	otherwise(&o.Page, 1000)
	otherwise(&o.Owners, 100)
	otherwise(&o.Misses, 2)
	otherwise(&o.Every, 6*time.Hour)
	otherwise(&o.WholeEvery, 7*24*time.Hour)
	otherwise(&o.Settle, 10*time.Second)
	otherwise(&o.Slice, 20*time.Second)
	return o
}

func otherwise[T comparable](into *T, value T) {
	var zero T
	if *into == zero {
		*into = value
	}
}

// pace counts the calls of an API in the minute and the hour, so that a sync stays below what WeCom allows. It knows no
// clock. It counts the calls of this process, and those that syncs of others have told of when it is first asked.
type pace struct {
	mu   sync.Mutex
	apis map[string]*stretch
}

// stretch is how often an API was called in the present minute and hour.
type stretch struct {
	minute, hour     time.Time
	inMinute, inHour int
}

// take counts one call, or says until when there may be none.
func (p *pace) take(api string, now time.Time, o SyncOptions) (until time.Time, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s := p.apis[api]
	if s == nil {
		s = &stretch{}
		p.apis[api] = s
	}
	if m := now.Truncate(time.Minute); !m.Equal(s.minute) {
		s.minute, s.inMinute = m, 0
	}
	if h := now.Truncate(time.Hour); !h.Equal(s.hour) {
		s.hour, s.inHour = h, 0
	}
	switch {
	case s.inHour >= int(o.Share*float64(o.PerHour)):
		return s.hour.Add(time.Hour), false
	case s.inMinute >= int(o.Share*float64(o.PerMinute)):
		return s.minute.Add(time.Minute), false
	}
	s.inMinute++
	s.inHour++
	return now, true
}

// knows reports whether calls of an API were counted before.
func (p *pace) knows(api string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.apis[api] != nil
}

// learn counts the calls that syncs have made in the present minute and hour, before the first of this process.
func (p *pace) learn(api string, now time.Time, syncs []models.Sync) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.apis[api] != nil {
		return
	}
	s := &stretch{minute: now.Truncate(time.Minute), hour: now.Truncate(time.Hour)}
	for _, one := range syncs {
		s.inMinute += callsSince(one, s.minute)
		s.inHour += callsSince(one, s.hour)
	}
	p.apis[api] = s
}

// callsSince is about how many calls a sync has made since a time, if it made them evenly.
func callsSince(s models.Sync, since time.Time) int {
	from, to, begun := s.StartedAt.Time(), s.UpdatedAt.Time(), since
	if !to.After(begun) {
		return 0
	}
	if !from.Before(begun) || to.Sub(from) < time.Second {
		return s.Calls
	}
	return int(float64(s.Calls) * float64(to.Sub(begun)) / float64(to.Sub(from)))
}
