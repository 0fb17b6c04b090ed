// Command story judges what `siyu demo --once --json` printed: two runs of one seed must say the same, the numbers must
// fall from stage to stage, nothing may be violated and every held placement must have a reason.
//
//	story FIRST SECOND
//
// It must never know how the story is told; it reads the numbers only.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"slices"
)

// story is what the demo prints.
type story struct {
	People     int            `json:"people"`
	Stages     map[string]int `json:"stages"`
	Placements struct {
		Confirmed int            `json:"confirmed"`
		Held      map[string]int `json:"held"` // by reason
	} `json:"placements"`
	Violations map[string]int `json:"violations"`
	Pushes     struct {
		Sent, Accepted, Duplicate int
	} `json:"pushes"`
}

// stages is the way from the video to coming back; up to the redemption a later one is never reached by more people.
func stages() []string {
	return []string{"video", "follow", "group", "mini", "claim", "redeem", "repeat"}
}

// rules are what is counted again from the rows.
func rules() []string {
	return []string{"cap", "gap", "quiet", "oversold", "double_redeem"}
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: story FIRST SECOND")
		os.Exit(2)
	}
	first, err := os.ReadFile(os.Args[1])
	second, err2 := os.ReadFile(os.Args[2])
	if err = errors.Join(err, err2); err == nil {
		fmt.Printf("%s\n", bytes.TrimSpace(first))
		err = judge(first, second)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Println("two runs agree, the stages fall, nothing is violated")
}

// judge returns everything that is wrong with two runs.
func judge(first, second []byte) error {
	var faults []error
	if !bytes.Equal(first, second) {
		faults = append(faults, fmt.Errorf("two runs of one seed differ:\n  %s\n  %s", first, second))
	}
	var s story
	if err := json.Unmarshal(first, &s); err != nil {
		return errors.Join(append(faults, fmt.Errorf("not one JSON object: %w", err))...)
	}
	faults = append(faults, s.funnel()...)
	for _, rule := range rules() {
		if n, told := s.Violations[rule]; !told || n != 0 {
			faults = append(faults, fmt.Errorf("violations of %s: %d (told: %t)", rule, n, told))
		}
	}
	if s.Placements.Confirmed == 0 {
		faults = append(faults, errors.New("no placement was confirmed"))
	}
	for reason, n := range s.Placements.Held {
		if reason == "" || n <= 0 {
			faults = append(faults, fmt.Errorf("%d placements held for the reason %q", n, reason))
		}
	}
	if p := s.Pushes; p.Accepted == 0 || p.Sent < p.Accepted+p.Duplicate {
		faults = append(faults, fmt.Errorf("pushes do not add up: %+v", p))
	}
	return errors.Join(faults...)
}

// funnel checks that every stage was reached, and by no more people than the one before.
func (s story) funnel() []error {
	var faults []error
	before := s.People
	for _, stage := range stages() {
		n := s.Stages[stage]
		if n == 0 || (n > before && stage != "repeat") {
			faults = append(faults, fmt.Errorf("stage %s has %d people after %d", stage, n, before))
		}
		before = n
	}
	for stage := range s.Stages {
		if !slices.Contains(stages(), stage) {
			faults = append(faults, fmt.Errorf("there is no stage %q", stage))
		}
	}
	return faults
}
