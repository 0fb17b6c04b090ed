package wechatsim

import (
	"errors"
	"net/http"
	"strings"
)

// errNotFound is a person, group or route of the control plane that is not there.
var errNotFound = errors.New("not found")

// control adds the control plane: what a simulated person, owner or operator
// can do, as JSON over HTTP.
func (s *Sim) control(mux *http.ServeMux) {
	on := func(pattern string, act func(*http.Request, params) (any, error)) {
		mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
			if err := s.guard(r); err != nil {
				answerControl(w, nil, err)
				return
			}
			in, err := readParams(w, r)
			if err != nil {
				answerControl(w, nil, err)
				return
			}
			s.resolve(r, &in)
			result, err := act(r, in)
			answerControl(w, result, err)
		})
	}
	on("GET /_sim/state", func(*http.Request, params) (any, error) { return s.State(), nil })
	s.controlAccounts(on)
	s.controlFaults(on)
	s.controlLogs(on)
	s.controlPeople(on)
	s.controlGroups(on)
	s.controlPast(on)
	s.controlSaid(on)
	s.controlDesk(on)
	mux.HandleFunc("GET /_sim/joinway/{file}", s.serveJoinWay)
	mux.HandleFunc("GET /_sim/page/{file}", servePage)
	mux.HandleFunc("/_sim/", func(w http.ResponseWriter, _ *http.Request) { answerControl(w, nil, errNotFound) })
}

// route adds one route of the control plane.
type route func(pattern string, act func(*http.Request, params) (any, error))

func answerControl(w http.ResponseWriter, result any, err error) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	switch {
	case err == nil:
		if result == nil {
			result = map[string]bool{"ok": true}
		}
		_, _ = w.Write(append(compact(result), '\n')) // the caller is gone if this fails
		return
	case errors.Is(err, errNotFound), errors.Is(err, ErrUnknownAccount), errors.Is(err, ErrNoTask), errors.Is(err, ErrNoJoinWay), errors.Is(err, ErrNoWelcome):
		w.WriteHeader(http.StatusNotFound)
	case errors.Is(err, errForbidden):
		w.WriteHeader(http.StatusForbidden)
	case errors.Is(err, ErrUndelivered):
		w.WriteHeader(http.StatusBadGateway)
	default:
		w.WriteHeader(http.StatusBadRequest)
	}
	_, _ = w.Write(append(compact(map[string]string{"error": err.Error()}), '\n')) // as above
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
