package wechatsim

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// errNotFound is a person, group or route of the control plane that is not there.
var errNotFound = errors.New("not found")

// control adds the control plane: what a simulated person, owner or operator
// can do, as JSON over HTTP.
func (s *Sim) control(mux *http.ServeMux) {
	on := func(pattern string, act func(*http.Request, params) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			in, err := readParams(w, r)
			if err != nil {
				answerControl(w, nil, err)
				return
			}
			result, err := act(r, in)
			answerControl(w, result, err)
		})
	}
	on("GET /_sim/state", func(*http.Request, params) (any, error) { return s.State(), nil })
	on("POST /_sim/accounts", s.ctlAddAccount)
	on("POST /_sim/accounts/{id}/verify", func(r *http.Request, _ params) (any, error) {
		return nil, s.VerifyCallback(r.Context(), r.PathValue("id"))
	})
	on("POST /_sim/accounts/{id}/callback", func(r *http.Request, in params) (any, error) {
		return nil, s.SetCallback(r.PathValue("id"), in.URL)
	})
	on("POST /_sim/accounts/{id}/invalidate-tokens", func(r *http.Request, _ params) (any, error) {
		s.InvalidateTokens(r.PathValue("id"))
		return nil, nil
	})
	on("POST /_sim/accounts/{id}/event", func(r *http.Request, in params) (any, error) {
		return s.Event(r.Context(), r.PathValue("id"), nil, in.Event, fieldsOf(in.Fields)...)
	})
	on("POST /_sim/accounts/{id}/push", func(r *http.Request, in params) (any, error) {
		return s.PushRaw(r.Context(), r.PathValue("id"), in.OpenID, []byte(in.Raw))
	})
	on("POST /_sim/faults", s.ctlFault)
	on("DELETE /_sim/faults", func(*http.Request, params) (any, error) { s.ClearFaults(); return nil, nil })
	on("POST /_sim/drop-next-push", func(*http.Request, params) (any, error) { s.DropNextPush(); return nil, nil })
	s.controlPeople(on)
	s.controlGroups(on)
	mux.HandleFunc("GET /_sim/joinway/{file}", s.serveJoinWay)
	mux.HandleFunc("/_sim/", func(w http.ResponseWriter, _ *http.Request) { answerControl(w, nil, errNotFound) })
}

// route adds one route of the control plane.
type route func(pattern string, act func(*http.Request, params) (any, error))

// params are the words every control request is made of.
type params struct {
	Kind      string   `json:"kind"`
	AppID     string   `json:"appid"`
	CorpID    string   `json:"corpid"`
	UserID    string   `json:"userid"`
	Name      string   `json:"name"`
	Owner     string   `json:"owner"` // userid, or person ID for ordinary groups
	Capacity  int      `json:"capacity"`
	Person    string   `json:"person"`
	Group     string   `json:"group"`
	Scene     any      `json:"scene"` // of a QR: text; of a join: 1, 2 or 3
	Ticket    string   `json:"ticket"`
	State     string   `json:"state"`
	ConfigID  string   `json:"config_id"`
	Text      string   `json:"text"`
	Key       string   `json:"key"`
	Title     string   `json:"title"`
	Page      string   `json:"page"`
	URL       string   `json:"url"`
	Templates []string `json:"templates"`
	ChatIDs   []string `json:"chat_ids"`
	OpenID    string   `json:"openid"`
	Raw       string   `json:"raw"` // a push's inner body
	Event     string   `json:"event"`
	App       *App     `json:"app"`
	Corp      *Corp    `json:"corp"`
	Message   *Message `json:"message"`
	Answers   []Answer `json:"answers"`
	// Fields of an event: they replace or follow the catalogue's.
	Fields map[string]any `json:"fields"`

	Path       string `json:"path"`
	Errcode    int    `json:"errcode"`
	DelayMs    int    `json:"delay_ms"`
	Disconnect bool   `json:"disconnect"`
	Execute    bool   `json:"execute"`
	Times      int    `json:"times"`
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

func answerControl(w http.ResponseWriter, result any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case err == nil:
		if result == nil {
			result = map[string]bool{"ok": true}
		}
		_, _ = w.Write(append(compact(result), '\n')) // the caller is gone if this fails
		return
	case errors.Is(err, errNotFound), errors.Is(err, ErrUnknownAccount), errors.Is(err, ErrNoTask), errors.Is(err, ErrNoJoinWay):
		w.WriteHeader(http.StatusNotFound)
	case errors.Is(err, ErrUndelivered):
		w.WriteHeader(http.StatusBadGateway)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = w.Write(append(compact(map[string]string{"error": err.Error()}), '\n')) // as above
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

func (s *Sim) ctlFault(_ *http.Request, in params) (any, error) {
	if in.Path == "" {
		return nil, errors.New("path is missing; * is any path")
	}
	s.Fail(in.Path, Fault{
		Errcode: in.Errcode, Delay: time.Duration(in.DelayMs) * time.Millisecond,
		Disconnect: in.Disconnect, Execute: in.Execute, Times: in.Times,
	})
	return nil, nil
}

// serveJoinWay is the picture behind a join way's qr_code.
func (s *Sim) serveJoinWay(w http.ResponseWriter, r *http.Request) {
	id := strings.TrimSuffix(r.PathValue("file"), ".jpg")
	s.mu.Lock()
	known := s.ways[id] != nil
	s.mu.Unlock()
	if !known {
		answerControl(w, nil, errNotFound)
		return
	}
	respond(w, drawCode("joinway "+id, 430))
}
