package wechatsim

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// controlFaults is what can be made to go wrong.
func (s *Sim) controlFaults(on route) {
	on("GET /_sim/faults", func(*http.Request, params) (any, error) { return s.Faults(), nil })
	on("POST /_sim/faults", s.ctlFault)
	on("POST /_sim/push-faults", s.ctlPushFault)
	on("DELETE /_sim/faults", func(*http.Request, params) (any, error) { s.ClearFaults(); return nil, nil })
	on("DELETE /_sim/faults/{id}", func(r *http.Request, _ params) (any, error) {
		id, err := strconv.Atoi(r.PathValue("id"))
		if err != nil || !s.ClearFault(id) {
			return nil, fmt.Errorf("fault %q: %w", r.PathValue("id"), errNotFound)
		}
		return nil, nil
	})
	on("POST /_sim/drop-next-push", func(*http.Request, params) (any, error) { s.DropNextPush(); return nil, nil })
	on("POST /_sim/held/deliver", func(r *http.Request, _ params) (any, error) {
		n, err := s.DeliverHeld(r.Context())
		if err != nil {
			return nil, err
		}
		return map[string]int{"delivered": n}, nil
	})
}

func (s *Sim) ctlFault(_ *http.Request, in params) (any, error) {
	if in.Path == "" {
		return nil, errors.New("path is missing; * is any path")
	}
	if !slices.Contains([]Garbage{"", HTML, Truncated, WrongType, Empty}, in.Answer) {
		return nil, fmt.Errorf("answer %q: html, truncated, wrong-type or empty", in.Answer)
	}
	id := s.Fail(in.Path, Fault{
		Errcode: in.Errcode, Msg: in.Msg, Delay: time.Duration(in.DelayMs)*time.Millisecond + time.Duration(in.Delay),
		Disconnect: in.Disconnect, Execute: in.Execute, Answer: in.Answer,
		Account: in.Account, Every: in.Every, Rate: in.Rate, For: time.Duration(in.For), Times: in.Times,
	})
	return map[string]int{"id": id}, nil
}

func (s *Sim) ctlPushFault(_ *http.Request, in params) (any, error) {
	f := PushFault{
		Drop: in.Drop, Behind: in.Behind, Later: time.Duration(in.Later), Copies: in.Copies, AtOnce: in.AtOnce,
		GiveUp: time.Duration(in.GiveUp), Lose: in.Lose, Event: in.Event,
		Account: in.Account, Every: in.Every, Rate: in.Rate, For: time.Duration(in.For), Times: in.Times,
	}
	if !f.Drop && f.Behind == 0 && f.Later == 0 && f.Copies == 0 && f.GiveUp == 0 && f.Lose == 0 {
		return nil, errors.New("nothing goes wrong: give drop, behind, later, copies, give_up or lose")
	}
	return map[string]int{"id": s.FailPush(f)}, nil
}

// controlLogs is what can be looked at.
func (s *Sim) controlLogs(on route) {
	after := func(r *http.Request) int64 {
		n, err := strconv.ParseInt(r.URL.Query().Get("after"), 10, 64)
		if err != nil {
			return 0
		}
		return n
	}
	on("GET /_sim/calls", func(r *http.Request, _ params) (any, error) { return s.Calls(after(r)), nil })
	on("GET /_sim/calls/counts", func(*http.Request, params) (any, error) { return s.CallCounts(), nil })
	on("GET /_sim/refusals", func(*http.Request, params) (any, error) {
		return append([]CallCount{}, s.Refusals()...), nil
	})
	on("GET /_sim/pushes", func(r *http.Request, _ params) (any, error) { return s.Pushes(after(r)), nil })
	on("GET /_sim/quotas", func(*http.Request, params) (any, error) { return s.QuotaUses(), nil })
	on("GET /_sim/catalogue", func(*http.Request, params) (any, error) {
		return map[string]any{
			"messages": MessageTypes(),
			"events":   map[string][]string{"official": EventNames("official"), "miniprogram": EventNames("miniprogram")},
			"paths":    slices.Sorted(maps.Keys(endpoints())),
		}, nil
	})
}
