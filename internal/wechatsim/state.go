package wechatsim

import (
	_ "embed" // the index page's template
	"html/template"
	"net/http"
	"strings"
	"time"
)

// State is the whole world at one moment, without secrets.
type State struct {
	Now      time.Time      `json:"now"`
	Accounts []AccountState `json:"accounts"`
	People   []PersonState  `json:"people"`
	Groups   []GroupState   `json:"groups"`
	Tasks    []Task         `json:"open_tasks"`
	Stats    Stats          `json:"stats"`
}

// AccountState is an account without its secrets.
type AccountState struct {
	Kind        string `json:"kind"`
	ID          string `json:"id"`
	CallbackURL string `json:"callback_url"`
}

// State reads everything at once, in the order it came to be.
func (s *Sim) State() State {
	s.mu.Lock()
	defer s.mu.Unlock()
	st := State{
		Now: s.now(), Accounts: []AccountState{}, People: []PersonState{}, Groups: []GroupState{}, Tasks: []Task{},
		Stats: s.stats,
	}
	for _, acc := range s.order {
		st.Accounts = append(st.Accounts, AccountState{string(acc.kind), acc.id, acc.callback})
	}
	for _, p := range s.people {
		st.People = append(st.People, p.view())
	}
	for _, g := range s.groups {
		st.Groups = append(st.Groups, g.view())
	}
	for _, t := range s.tasks {
		if t.sent.IsZero() && !t.cancelled {
			st.Tasks = append(st.Tasks, t.view(st.Now))
		}
	}
	return st
}

//go:embed index.html
var indexHTML string

// serveIndex is the page for people, in Chinese or English as the browser asks.
func (s *Sim) serveIndex(w http.ResponseWriter, r *http.Request) {
	page, err := template.New("index").Parse(indexHTML)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	zh := strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "zh")
	if lang := r.URL.Query().Get("lang"); lang != "" {
		zh = strings.HasPrefix(lang, "zh")
	}
	_ = page.Execute(w, struct { // the reader is gone if this fails
		State
		Chinese bool
		Host    string
	}{s.State(), zh, r.Host})
}
