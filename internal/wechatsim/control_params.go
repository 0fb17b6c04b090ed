package wechatsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// params are the words every control request is made of.
type params struct {
	Kind     string `json:"kind"`
	AppID    string `json:"appid"`
	CorpID   string `json:"corpid"`
	Account  string `json:"account"` // either of both
	UserID   string `json:"userid"`
	Name     string `json:"name"`
	Owner    string `json:"owner"` // userid, or person ID for ordinary groups
	Capacity int    `json:"capacity"`
	Person   string `json:"person"`
	Group    string `json:"group"`
	Scene    any    `json:"scene"` // of a QR: text; of a join: 1, 2 or 3
	Ticket   string `json:"ticket"`
	State    string `json:"state"`
	ConfigID string `json:"config_id"`
	// TemplateID is a group welcome's; empty switches it off.
	TemplateID string   `json:"template_id"`
	Text       string   `json:"text"`
	Key        string   `json:"key"`
	Title      string   `json:"title"`
	Page       string   `json:"page"`
	URL        string   `json:"url"`
	Templates  []string `json:"templates"`
	ChatIDs    []string `json:"chat_ids"`
	OpenID     string   `json:"openid"`
	Country    string   `json:"country"` // of a phone number, such as 86
	Phone      string   `json:"phone"`
	Rank       int      `json:"rank"` // of risk
	Raw        string   `json:"raw"`  // a push's inner body
	Event      string   `json:"event"`
	App        *App     `json:"app"`
	Corp       *Corp    `json:"corp"`
	Message    *Message `json:"message"`
	Answers    []Answer `json:"answers"`
	// Fields of an event: they replace or follow the catalogue's.
	Fields map[string]any `json:"fields"`

	// Faults of calls and of pushes.
	Path       string  `json:"path"`
	Errcode    int     `json:"errcode"`
	Msg        string  `json:"msg"`
	DelayMs    int     `json:"delay_ms"`
	Delay      span    `json:"delay"`
	Disconnect bool    `json:"disconnect"`
	Execute    bool    `json:"execute"`
	Answer     Garbage `json:"answer"`
	Every      int     `json:"every"`
	Rate       float64 `json:"rate"`
	For        span    `json:"for"`
	Times      int     `json:"times"`
	Drop       bool    `json:"drop"`
	Behind     int     `json:"behind"`
	Later      span    `json:"later"`
	Copies     int     `json:"copies"`
	AtOnce     bool    `json:"at_once"`
	GiveUp     span    `json:"give_up"`
	Lose       int     `json:"lose"`

	// Quotas, addresses, tokens, the clock.
	Day       int64    `json:"day"`
	Hour      int64    `json:"hour"`
	Minute    int64    `json:"minute"`
	Second    int64    `json:"second"`
	Addresses []string `json:"addresses"`
	After     span     `json:"after"`
	Advance   span     `json:"advance"`
	Skew      *span    `json:"skew"`
}

// span is a length of time: text such as "90s" or "1h30m", or a number of milliseconds.
type span time.Duration

// UnmarshalJSON reads either form.
func (d *span) UnmarshalJSON(raw []byte) error {
	var ms float64
	if json.Unmarshal(raw, &ms) == nil {
		*d = span(ms * float64(time.Millisecond))
		return nil
	}
	var words string
	if err := json.Unmarshal(raw, &words); err != nil {
		return fmt.Errorf("a length of time is text such as 90s or milliseconds: %w", err)
	}
	if words == "" {
		*d = 0
		return nil
	}
	parsed, err := time.ParseDuration(words)
	if err != nil {
		return fmt.Errorf("length of time: %w", err)
	}
	*d = span(parsed)
	return nil
}

func readParams(w http.ResponseWriter, r *http.Request) (params, error) {
	var in params
	dec := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxJSON))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&in); err != nil && !errors.Is(err, io.EOF) {
		return in, fmt.Errorf("request body: %w", err)
	}
	return in, nil
}

// resolve lets "official", "miniprogram" and "wecom" stand for the first
// account of that kind, wherever an account is named.
func (s *Sim) resolve(r *http.Request, in *params) {
	for _, id := range []*string{&in.AppID, &in.CorpID, &in.Account} {
		*id = s.alias(*id)
	}
	if id := r.PathValue("account"); id != "" {
		r.SetPathValue("account", s.alias(id))
	}
}

func (s *Sim) alias(id string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, acc := range s.order {
		if string(acc.kind) == id {
			return acc.id
		}
	}
	return id
}
