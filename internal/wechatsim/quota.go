package wechatsim

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Quota is how often an account may call one API; 0 is no limit. The day ends
// at midnight in China.
type Quota struct {
	Day    int64 `json:"day,omitempty"`
	Hour   int64 `json:"hour,omitempty"`
	Minute int64 `json:"minute,omitempty"`
	Second int64 `json:"second,omitempty"`
}

// pace is how many calls there were in the present hour, minute and second.
type pace struct {
	hour, minute, second    int64 // which one, since 1970
	inHour, inMinute, inSec int64 // calls in it
}

// DefaultQuota is what a newly registered account has of one API, as far as it
// is published; the figures of security checks and of stable_token are common
// knowledge only. anything else has a million a day. WeCom counts by corp and
// API: 10,000 a minute and 150,000 an hour.
func DefaultQuota(path string) Quota {
	if isWeCom(path) {
		return Quota{Minute: 10_000, Hour: 150_000}
	}
	q, known := map[string]Quota{
		"/cgi-bin/token":                            {Day: 2000},
		"/cgi-bin/stable_token":                     {Day: 500_000, Minute: 10_000},
		"/cgi-bin/message/custom/send":              {Day: 500_000},
		"/cgi-bin/message/mass/send":                {Day: 100, Minute: 60},
		"/cgi-bin/message/mass/sendall":             {Day: 100, Minute: 60},
		"/cgi-bin/message/mass/preview":             {Day: 100},
		"/cgi-bin/message/template/send":            {Day: 100_000},
		"/cgi-bin/message/subscribe/send":           {Day: 10_000_000},
		"/cgi-bin/menu/create":                      {Day: 1000},
		"/cgi-bin/menu/get":                         {Day: 10_000},
		"/cgi-bin/user/get":                         {Day: 500},
		"/cgi-bin/user/info":                        {Day: 5_000_000},
		"/wxa/generate_urllink":                     {Day: 500_000, Second: 100},
		"/wxa/generatescheme":                       {Day: 500_000, Second: 100},
		"/wxa/getwxacodeunlimit":                    {Minute: 5000},
		"/wxa/msg_sec_check":                        {Day: 2_000_000, Minute: 4000},
		"/wxa/media_check_async":                    {Day: 200_000, Minute: 2000},
		"/cgi-bin/message/wxopen/activityid/create": {Day: 1_000_000},
	}[path]
	if !known || q.Day == 0 {
		q.Day = 1_000_000
	}
	return q
}

// SetQuota gives an account other limits for an API path.
func (s *Sim) SetQuota(id, path string, q Quota) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.accounts[id] == nil {
		return fmt.Errorf("set quota: %w: %s", ErrUnknownAccount, id)
	}
	s.quotas[id+" "+path] = q
	return nil
}

// ExhaustQuota uses up an account's calls of a path for today, as another
// program on the same account could: 45009 until midnight in China.
func (s *Sim) ExhaustQuota(id, path string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc := s.accounts[id]
	if acc == nil {
		return fmt.Errorf("exhaust quota: %w: %s", ErrUnknownAccount, id)
	}
	q := s.quotaOf(acc, path)
	if q.Day == 0 {
		q.Day = max(s.calls[quotaKey(id, path, s.now())], 1)
		s.quotas[id+" "+path] = q
	}
	s.calls[quotaKey(id, path, s.now())] = q.Day
	return nil
}

// QuotaUse is how an account stands with one API today.
type QuotaUse struct {
	Account string `json:"account"`
	Path    string `json:"path"`
	Used    int64  `json:"used"`
	Quota
}

// QuotaUses are the paths that were called today or have limits of their own,
// by account and path.
func (s *Sim) QuotaUses() []QuotaUse {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []QuotaUse{}
	for _, acc := range s.order {
		for path := range endpoints() {
			used := s.calls[quotaKey(acc.id, path, s.now())]
			if _, set := s.quotas[acc.id+" "+path]; set || used > 0 {
				out = append(out, QuotaUse{acc.id, path, used, s.quotaOf(acc, path)})
			}
		}
	}
	sortUses(out)
	return out
}

// quotaOf is an account's limits for a path; mu is held.
func (s *Sim) quotaOf(acc *account, path string) Quota {
	if q, set := s.quotas[acc.id+" "+path]; set {
		return q
	}
	return DefaultQuota(path)
}

// meter counts a call, or refuses it when there are none left; what is refused
// here does not count. mu is held.
func (s *Sim) meter(c *call, path string) error {
	acc := c.caller
	if acc == nil {
		return nil
	}
	q, key := s.quotaOf(acc, path), quotaKey(acc.id, path, c.now)
	p := s.recent[acc.id+" "+path]
	if p == nil {
		p = &pace{}
		s.recent[acc.id+" "+path] = p
	}
	p.turn(c.now)
	minute, second := 45011, 44990
	if path == "/wxa/msg_sec_check" || path == "/wxa/media_check_async" {
		minute = 44991
	}
	if acc.kind == wecom {
		minute, second = 45009, 45009 // WeCom has one code for all of them
	}
	switch {
	case q.Day > 0 && s.calls[key] >= q.Day, q.Hour > 0 && p.inHour >= q.Hour:
		return apiError{Code: 45009}
	case q.Minute > 0 && p.inMinute >= q.Minute:
		return apiError{Code: minute}
	case q.Second > 0 && p.inSec >= q.Second:
		return apiError{Code: second}
	}
	s.calls[key]++
	p.inHour, p.inMinute, p.inSec = p.inHour+1, p.inMinute+1, p.inSec+1
	return nil
}

// turn begins new counts when the hour, the minute or the second is another.
func (p *pace) turn(now time.Time) {
	at := now.Unix()
	if p.hour != at/3600 {
		p.hour, p.inHour = at/3600, 0
	}
	if p.minute != at/60 {
		p.minute, p.inMinute = at/60, 0
	}
	if p.second != at {
		p.second, p.inSec = at, 0
	}
}

func sortUses(uses []QuotaUse) {
	slices.SortFunc(uses, func(a, b QuotaUse) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Path, b.Path))
	})
}

// ClearQuota gives an account all its calls of today back, as its console can.
func (s *Sim) ClearQuota(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clearCalls(id)
}

// clearCalls forgets how often an account called today; mu is held.
func (s *Sim) clearCalls(id string) {
	today := s.now().In(china()).Format(time.DateOnly)
	for key := range s.calls {
		if strings.HasPrefix(key, id+" ") && strings.HasSuffix(key, " "+today) {
			delete(s.calls, key)
		}
	}
}
