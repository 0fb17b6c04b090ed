package wechatsim

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	tokenLife = 7200 * time.Second
	overlap   = 5 * time.Minute // how long a replaced token still works
	forceGap  = 30              // seconds between forced refreshes
	forceMax  = 20              // forced refreshes a day
)

type accessToken struct {
	acc     *account
	expires time.Time
	dead    bool // invalidated before its time
}

type tokenAnswer struct {
	*status
	AccessToken string `json:"access_token"`
	ExpiresIn   int64  `json:"expires_in"`
}

// InvalidateTokens kills every token of an account, as the platform sometimes
// does before their time. The next request for one gets a new one.
func (s *Sim) InvalidateTokens(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, t := range s.tokens {
		if t.acc.id == id {
			t.dead = true
		}
	}
}

// authorize finds whose token the query carries.
func (s *Sim) authorize(c *call, path string, kinds []kind) (*account, error) {
	value := c.query.Get("access_token")
	if value == "" {
		return nil, apiError{Code: 41001}
	}
	t := s.tokens[value]
	switch {
	case t == nil:
		return nil, apiError{Code: 40014}
	case t.dead && t.acc.kind == wecom:
		return nil, apiError{Code: 40014}
	case t.dead:
		return nil, apiError{Code: 40001}
	case !c.now.Before(t.expires):
		return nil, apiError{Code: 42001}
	case !slices.Contains(kinds, t.acc.kind):
		if isWeCom(path) {
			return nil, apiError{Code: 40014}
		}
		return nil, apiError{Code: 48001}
	}
	return t.acc, nil
}

func (s *Sim) issue(acc *account, now time.Time, length int) string {
	n := s.next("token " + acc.id)
	value := s.mint(strconv.FormatInt(40+n%60, 10)+"_", base64url, length, "token", acc.id, strconv.FormatInt(n, 10))
	s.tokens[value] = &accessToken{acc: acc, expires: now.Add(tokenLife)}
	return value
}

// fade lets a replaced token live on for the overlap only.
func (s *Sim) fade(value string, now time.Time) {
	if t := s.tokens[value]; t != nil && t.expires.After(now.Add(overlap)) {
		t.expires = now.Add(overlap)
	}
}

// remaining is the life left in a token; zero when it is gone.
func (s *Sim) remaining(value string, now time.Time) time.Duration {
	t := s.tokens[value]
	if t == nil || t.dead || !t.expires.After(now) {
		return 0
	}
	return t.expires.Sub(now)
}

func (s *Sim) credentials(appID, secret, grant string) (*account, error) {
	if grant != "client_credential" {
		return nil, apiError{Code: 40002}
	}
	acc, err := s.account(appID, official, mini)
	if err != nil {
		return nil, apiError{Code: 40013}
	}
	if acc.secret != secret {
		return nil, apiError{Code: 40125}
	}
	return acc, nil
}

func (s *Sim) apiToken(c *call) (any, error) {
	acc, err := s.credentials(c.query.Get("appid"), c.query.Get("secret"), c.query.Get("grant_type"))
	if err != nil {
		return nil, err
	}
	s.fade(acc.latest, c.now)
	acc.latest = s.issue(acc, c.now, 136)
	return tokenAnswer{AccessToken: acc.latest, ExpiresIn: int64(tokenLife / time.Second)}, nil
}

func (s *Sim) apiStableToken(c *call) (any, error) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	acc, err := s.credentials(in.AppID, in.Secret, in.GrantType)
	if err != nil {
		return nil, err
	}
	left := s.remaining(acc.stable, c.now)
	switch {
	case in.ForceRefresh:
		if err := s.force(acc, c.now); err != nil {
			return nil, err
		}
		left = 0
	case left > 0 && left <= overlap:
		left = 0 // the platform renews it in its last minutes; the old one runs out
	}
	if left == 0 {
		acc.stable = s.issue(acc, c.now, 136)
		left = tokenLife
	}
	return tokenAnswer{AccessToken: acc.stable, ExpiresIn: int64(left / time.Second)}, nil
}

// force kills the present stable token, within the forced refreshes allowed.
func (s *Sim) force(acc *account, now time.Time) error {
	if acc.forcedUnix != 0 && now.Unix()-acc.forcedUnix < forceGap {
		return apiError{Code: 45011, Msg: "force_refresh at most every 30 s"}
	}
	if s.tally(acc.id, "force", now) > forceMax {
		return apiError{Code: 45009, Msg: "force_refresh at most 20 times a day"}
	}
	acc.forcedUnix = now.Unix()
	if t := s.tokens[acc.stable]; t != nil {
		t.dead = true
	}
	return nil
}

func (s *Sim) apiGetToken(c *call) (any, error) {
	acc, err := s.account(c.query.Get("corpid"), wecom)
	if err != nil {
		return nil, apiError{Code: 40013, Msg: "corpid"}
	}
	if acc.secret != c.query.Get("corpsecret") {
		return nil, apiError{Code: 40001, Msg: "corpsecret"}
	}
	left := s.remaining(acc.stable, c.now)
	if left == 0 {
		acc.stable = s.issue(acc, c.now, 214)
		left = tokenLife
	}
	done := ok()
	return tokenAnswer{status: &done, AccessToken: acc.stable, ExpiresIn: int64(left / time.Second)}, nil
}

// china is the zone in which the platform's days and months turn.
func china() *time.Location { return time.FixedZone("CST", 8*60*60) }

func quotaKey(id, path string, now time.Time) string {
	return fmt.Sprintf("%s %s %s", id, path, now.In(china()).Format(time.DateOnly))
}

// tally counts one more and says how many there were today.
func (s *Sim) tally(id, what string, now time.Time) int64 {
	key := quotaKey(id, what, now)
	s.calls[key]++
	return s.calls[key]
}
