package wechatsim

import (
	"context"
	"errors"
	"net/http"
	"time"
)

// controlAccounts is what the operator of an account, and the platform itself, can do.
func (s *Sim) controlAccounts(on route) {
	on("GET /_sim/accounts", func(*http.Request, params) (any, error) { return s.Credentials(), nil })
	on("POST /_sim/accounts", s.ctlAddAccount)
	account := func(verb string, act func(context.Context, string, params) (any, error)) {
		on("POST /_sim/accounts/{account}/"+verb, func(r *http.Request, in params) (any, error) {
			return act(r.Context(), r.PathValue("account"), in)
		})
	}
	account("verify", func(ctx context.Context, id string, _ params) (any, error) { return nil, s.VerifyCallback(ctx, id) })
	account("callback", func(_ context.Context, id string, in params) (any, error) { return nil, s.SetCallback(id, in.URL) })
	account("invalidate-tokens", func(_ context.Context, id string, _ params) (any, error) {
		s.InvalidateTokens(id)
		return nil, nil
	})
	account("steal-token", func(_ context.Context, id string, _ params) (any, error) { return nil, s.StealToken(id) })
	account("expire-tokens", func(_ context.Context, id string, in params) (any, error) {
		return nil, s.ExpireTokens(id, time.Duration(in.After))
	})
	account("whitelist", func(_ context.Context, id string, in params) (any, error) {
		return nil, s.SetWhitelist(id, in.Addresses...)
	})
	account("event", func(ctx context.Context, id string, in params) (any, error) {
		return s.Event(ctx, id, nil, in.Event, fieldsOf(in.Fields)...)
	})
	account("push", func(ctx context.Context, id string, in params) (any, error) {
		return s.PushRaw(ctx, id, in.OpenID, []byte(in.Raw))
	})
	account("clear-quota", func(_ context.Context, id string, _ params) (any, error) { s.ClearQuota(id); return nil, nil })
	on("GET /_sim/accounts/{account}/menu", func(r *http.Request, _ params) (any, error) {
		return s.Menu(r.PathValue("account"))
	})
	on("POST /_sim/quotas", func(_ *http.Request, in params) (any, error) {
		if in.Path == "" {
			return nil, errors.New("path is missing")
		}
		return nil, s.SetQuota(in.Account, in.Path, Quota{Day: in.Day, Hour: in.Hour, Minute: in.Minute, Second: in.Second})
	})
	on("POST /_sim/quotas/exhaust", func(_ *http.Request, in params) (any, error) {
		if in.Path == "" {
			return nil, errors.New("path is missing")
		}
		return nil, s.ExhaustQuota(in.Account, in.Path)
	})
	on("POST /_sim/clock", s.ctlClock)
}

func (s *Sim) ctlAddAccount(_ *http.Request, in params) (any, error) {
	switch {
	case kind(in.Kind) == official && in.App != nil:
		return nil, s.AddOfficial(*in.App)
	case kind(in.Kind) == mini && in.App != nil:
		return nil, s.AddMiniProgram(*in.App)
	case kind(in.Kind) == wecom && in.Corp != nil:
		return nil, s.AddWeCom(*in.Corp)
	}
	return nil, errors.New("kind must be official or miniprogram with app, or wecom with corp")
}

// ctlClock moves a clock that can be moved, and puts the platform's own ahead.
func (s *Sim) ctlClock(r *http.Request, in params) (any, error) {
	if in.Skew != nil {
		s.SetClockSkew(time.Duration(*in.Skew))
	}
	if in.Advance == 0 {
		return map[string]time.Time{"now": s.now()}, nil
	}
	if s.opts.Advance == nil {
		return nil, errors.New("this clock is the wall's: it cannot be moved (siyu simulate --clock manual)")
	}
	if in.Advance < 0 {
		return nil, errors.New("time does not go back")
	}
	s.opts.Advance(time.Duration(in.Advance))
	n, err := s.DeliverLate(r.Context())
	if err != nil {
		return nil, err
	}
	return map[string]any{"now": s.now(), "delivered": n}, nil
}

// Credential is an account with all that a program needs to speak for it.
type Credential struct {
	Kind        string `json:"kind"`
	ID          string `json:"id"`
	Secret      string `json:"secret"`
	Token       string `json:"token"`
	AESKey      string `json:"aes_key"`
	AgentID     string `json:"agentid,omitempty"`
	CallbackURL string `json:"callback_url"`
	Plain       bool   `json:"plain,omitempty"`
	Format      Format `json:"format"`
}

// Credentials are those of every account. They open nothing but this simulator.
func (s *Sim) Credentials() []Credential {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Credential{}
	for _, acc := range s.order {
		out = append(out, Credential{
			string(acc.kind), acc.id, acc.secret, acc.token, acc.aesKey, acc.agentID, acc.callback, acc.plain, acc.format,
		})
	}
	return out
}
