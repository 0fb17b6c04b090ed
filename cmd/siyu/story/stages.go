package story

import (
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Stages is how many people reached each stage or a later one, as the funnel report tells.
type Stages struct {
	Video  int `json:"video"`
	Follow int `json:"follow"`
	Group  int `json:"group"`
	Mini   int `json:"mini"`
	Claim  int `json:"claim"`
	Redeem int `json:"redeem"`
	Repeat int `json:"repeat"`
}

// StageCount is one stage's people.
type StageCount struct {
	Stage  string
	People int
}

// List gives the stages in their order.
func (s Stages) List() []StageCount {
	return []StageCount{{"video", s.Video}, {"follow", s.Follow}, {"group", s.Group}, {"mini", s.Mini},
		{"claim", s.Claim}, {"redeem", s.Redeem}, {"repeat", s.Repeat}}
}

// Held counts posts that were not sent, by the reason.
type Held map[string]int

// HeldCount is one reason's posts.
type HeldCount struct {
	Reason string
	Count  int
}

// List gives the reasons in the order of their codes.
func (h Held) List() []HeldCount {
	all := []HeldCount{}
	for _, reason := range slices.Sorted(maps.Keys(h)) {
		all = append(all, HeldCount{reason, h[reason]})
	}
	return all
}

// Check returns everything that a house that keeps its promises would not have let happen.
func (r Result) Check() error {
	var faults []error
	if r.Violations.Total() > 0 {
		faults = append(faults, fmt.Errorf("promises were broken: %+v", r.Violations))
	}
	before := r.People
	for _, s := range r.Stages.List() {
		if s.People > before {
			faults = append(faults, fmt.Errorf("%d people reached %s, after %d", s.People, s.Stage, before))
		}
		before = s.People
	}
	for _, h := range r.Placements.Held.List() {
		if h.Reason == "" {
			faults = append(faults, fmt.Errorf("%d posts were held without a reason", h.Count))
		}
	}
	return errors.Join(faults...)
}
