package wechatsim

import "time"

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
