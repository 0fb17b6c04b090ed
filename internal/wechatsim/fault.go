package wechatsim

import (
	"net/http"
	"slices"
	"time"
)

// Fault is something that goes wrong with calls of one API path.
type Fault struct {
	// What goes wrong; several may be given. With Delay alone the call goes on
	// after it.
	Errcode    int           // answer this instead of doing the call
	Msg        string        // more than the standard text of Errcode
	Delay      time.Duration // real time before anything else
	Disconnect bool          // close the connection instead of answering
	Execute    bool          // with Disconnect, html and empty: the call takes effect first, only its answer is lost
	Answer     Garbage       // answer this instead of the platform's JSON

	// Which calls; no condition is every call.
	Account string        // appid or corpid
	Every   int           // every k-th call
	Rate    float64       // this share of the calls, 0 to 1; which ones follows from the seed
	From    time.Time     // simulated time; zero: from now on
	For     time.Duration // simulated time from From, or from now
	// Times is how many calls go wrong; negative means until ClearFaults. 0
	// means one, or no limit when Every, Rate or For says which.
	Times int
}

// Garbage is an answer that no platform documents and every proxy can give.
type Garbage string

// What may come instead of an answer.
const (
	HTML      Garbage = "html"       // a 502 page of a gateway; the call was not done (with Execute: it was)
	Truncated Garbage = "truncated"  // half of the JSON; the call was done
	WrongType Garbage = "wrong-type" // the right JSON as text/html; the call was done
	Empty     Garbage = "empty"      // 200 and nothing; the call was not done (with Execute: it was)
)

// FaultState is a fault that is set, and what it has done.
type FaultState struct {
	ID    int    `json:"id"`
	Path  string `json:"path"`
	What  string `json:"what"`
	Seen  int64  `json:"seen"`  // calls it could have spoilt
	Fired int64  `json:"fired"` // calls it has spoilt
	Left  int    `json:"left"`  // calls it will still spoil; -1: no end
	Fault Fault  `json:"-"`
}

type liveFault struct {
	Fault
	strike
	path string
}

// Fail makes the next calls of an API path go wrong; "*" is any path. Of
// several faults that fit a call the first one given is taken, those of the
// path itself before those of any path. It returns the fault's ID.
func (s *Sim) Fail(path string, fault Fault) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	live := &liveFault{Fault: fault, path: path}
	live.strike, live.Times = s.newStrike(fault.Account, fault.Every, fault.Rate, fault.From, fault.For, fault.Times)
	s.faults = append(s.faults, live)
	return live.id
}

// ClearFaults makes everything work again, pushes too.
func (s *Sim) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults, s.pushFaults = nil, nil
	s.drops = 0
}

// ClearFault ends one fault; it says whether there was one.
func (s *Sim) ClearFault(id int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	before := len(s.faults)
	s.faults = slices.DeleteFunc(s.faults, func(f *liveFault) bool { return f.id == id })
	pushes := len(s.pushFaults)
	s.pushFaults = slices.DeleteFunc(s.pushFaults, func(f *livePushFault) bool { return f.id == id })
	return len(s.faults) < before || len(s.pushFaults) < pushes
}

// Faults are those that are set, in the order they were given.
func (s *Sim) Faults() []FaultState {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []FaultState{}
	for _, f := range s.faults {
		out = append(out, FaultState{f.id, f.path, f.String(), f.seen, f.fired, f.Times, f.Fault})
	}
	for _, f := range s.pushFaults {
		out = append(out, FaultState{ID: f.id, Path: "push " + f.Event, What: f.String(), Seen: f.seen, Fired: f.fired, Left: f.Times})
	}
	return out
}

// takeFault finds what goes wrong with a call; nil: nothing. mu is held.
func (s *Sim) takeFault(acc *account, path string, now time.Time) *Fault {
	for _, where := range []string{path, "*"} {
		for i, f := range s.faults {
			if f.path != where || !s.strikes(&f.strike, &f.Times, acc, now) {
				continue
			}
			if f.Times == 0 {
				s.faults = slices.Delete(s.faults, i, i+1)
			}
			taken := f.Fault
			return &taken
		}
	}
	return nil
}

// stopsBefore says whether the call is never done.
func (f *Fault) stopsBefore() bool {
	return !f.Execute && (f.Disconnect || f.Answer == HTML || f.Answer == Empty)
}

// breakOff answers with garbage, or not at all.
func (f *Fault) breakOff(w http.ResponseWriter, result any) {
	if f.Disconnect {
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	switch f.Answer {
	case HTML:
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(http.StatusBadGateway)
		_, _ = w.Write([]byte("<html>\n<head><title>502 Bad Gateway</title></head>\n<body>\n<center><h1>502 Bad Gateway</h1></center>\n</body>\n</html>\n"))
	case Empty:
		w.WriteHeader(http.StatusOK)
	case Truncated:
		w.Header().Set("Content-Type", "application/json; encoding=utf-8")
		whole := compact(result)
		_, _ = w.Write(whole[:len(whole)/2]) // the caller is gone if this fails
	case WrongType:
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write(compact(result)) // as above
	}
}

func (f *Fault) message() string {
	if f.Msg != "" {
		return f.Msg
	}
	return "simulated fault"
}

// String says what goes wrong and when, for the console.
func (f *Fault) String() string {
	var t terms
	t.add(f.Errcode != 0, "errcode %d", f.Errcode)
	t.add(f.Delay > 0, "delay %s", f.Delay)
	t.add(f.Disconnect, "disconnect")
	t.add(f.Answer != "", "answer %s", f.Answer)
	t.add(f.Execute, "after the call took effect")
	return t.when(f.Account, f.Every, f.Rate, f.For)
}
