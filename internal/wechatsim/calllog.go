package wechatsim

import (
	"cmp"
	"encoding/json"
	"net"
	"slices"
	"strings"
	"time"
)

// Call is one call of the API as the log keeps it. It holds nothing about a
// person: neither parameters nor bodies.
type Call struct {
	N       int64     `json:"n"` // counts up from 1
	At      time.Time `json:"at"`
	Account string    `json:"account"` // appid or corpid; empty when nobody can tell
	Path    string    `json:"path"`
	Errcode int       `json:"errcode"`
	Fault   bool      `json:"fault,omitempty"` // a fault made on purpose had its hand in it
	Lost    bool      `json:"lost,omitempty"`  // the answer never arrived
}

// CallCount is how often an account's calls of a path ended with an errcode.
type CallCount struct {
	Account string `json:"account"`
	Path    string `json:"path"`
	Errcode int    `json:"errcode"`
	Fault   bool   `json:"fault,omitempty"` // these were made to fail on purpose
	Calls   int64  `json:"calls"`
}

// Calls are the logged calls after number n, oldest first; the log keeps the
// newest 2000 or more.
func (s *Sim) Calls(n int64) []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.after(n, func(c *Call, number int64) { c.N = number })
}

// CallCounts counts every call there ever was, by account, path and errcode.
func (s *Sim) CallCounts() []CallCount {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]CallCount, 0, len(s.tallies))
	for key, n := range s.tallies {
		key.Calls = n
		out = append(out, key)
	}
	slices.SortFunc(out, func(a, b CallCount) int {
		return cmp.Or(cmp.Compare(a.Account, b.Account), cmp.Compare(a.Path, b.Path),
			cmp.Compare(a.Errcode, b.Errcode), cmp.Compare(b.Calls, a.Calls))
	})
	return out
}

// Refusals are the calls that the platform itself refused: no answer with
// errcode 0, none that a fault made.
func (s *Sim) Refusals() []CallCount {
	return slices.DeleteFunc(s.CallCounts(), func(c CallCount) bool { return c.Errcode == 0 || c.Fault })
}

// Refused is how many calls the platform itself refused with one of the codes.
func (s *Sim) Refused(codes ...int) int64 {
	var n int64
	for _, c := range s.Refusals() {
		if slices.Contains(codes, c.Errcode) {
			n += c.Calls
		}
	}
	return n
}

// note writes a call down.
func (s *Sim) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.log.add(c)
	s.tallies[CallCount{Account: c.Account, Path: c.Path, Errcode: c.Errcode, Fault: c.Fault && c.Errcode != 0}]++
}

// caller is whose call it seems to be, by its token or by the id it names; mu
// is held.
func (s *Sim) caller(c *call) *account {
	if t := s.tokens[c.query.Get("access_token")]; t != nil {
		return t.acc
	}
	for _, id := range []string{c.query.Get("appid"), c.query.Get("corpid")} {
		if acc := s.accounts[id]; acc != nil {
			return acc
		}
	}
	var in struct {
		AppID string `json:"appid"`
	}
	if len(c.body) < maxJSON && json.Unmarshal(c.body, &in) == nil {
		return s.accounts[in.AppID]
	}
	return nil
}

func accountID(acc *account) string {
	if acc == nil {
		return ""
	}
	return acc.id
}

// welcome refuses a caller whose address the account has not listed.
func (c *call) welcome() error {
	if c.caller == nil || len(c.caller.addresses) == 0 {
		return nil
	}
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		host = c.r.RemoteAddr
	}
	if slices.Contains(c.caller.addresses, host) {
		return nil
	}
	if c.caller.kind == wecom {
		return apiError{Code: 60020, Msg: "from ip: " + host}
	}
	six := host
	if !strings.Contains(host, ":") {
		six = "::ffff:" + host
	}
	return apiError{Code: 40164, Msg: host + " ipv6 " + six + ", not in whitelist"}
}
