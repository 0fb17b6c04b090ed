package offers_test

import (
	"slices"
	"testing"
	"time"

	"siyu/models"
	"siyu/offers"
)

// TestJudge: what the gate makes of what it knows.
func TestJudge(t *testing.T) {
	t.Parallel()
	policy := models.DefaultGatePolicy()
	calm := offers.Signals{Claims: 1, Network: 1, SinceOpening: time.Minute}
	for _, c := range []struct {
		name    string
		change  func(*offers.Signals, *models.GatePolicy)
		verdict string
		reasons []string
	}{
		{"nothing", func(*offers.Signals, *models.GatePolicy) {}, offers.GateAllow, nil},
		{"rank 1", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank = 1 }, offers.GateAllow, nil},
		{"rank 2", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank = 2 }, offers.GateHold, []string{"rank_middle"}},
		{"rank 3", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank = 3 }, offers.GateDeny, []string{"rank_high"}},
		{"rank 4", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank = 4 }, offers.GateDeny, []string{"rank_high"}},
		{"WeChat is away", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank = models.UnknownLevel }, offers.GateAllow, nil},
		{"WeChat is away, closed", func(s *offers.Signals, p *models.GatePolicy) {
			s.Rank, p.Unreachable = models.UnknownLevel, models.UnreachableDeny
		}, offers.GateDeny, []string{"rank_unknown"}},
		{"WeChat is away, held", func(s *offers.Signals, p *models.GatePolicy) {
			s.Rank, p.Unreachable = models.UnknownLevel, models.UnreachableHold
		}, offers.GateHold, []string{"rank_unknown"}},
		{"the last claim of the hour", func(s *offers.Signals, p *models.GatePolicy) { s.Claims = p.ClaimsPerHour }, offers.GateAllow, nil},
		{"one more", func(s *offers.Signals, p *models.GatePolicy) { s.Claims = p.ClaimsPerHour + 1 }, offers.GateDeny, []string{"many_claims"}},
		{"no limit", func(s *offers.Signals, p *models.GatePolicy) { s.Claims, p.ClaimsPerHour = 1000, 0 }, offers.GateAllow, nil},
		{"a whole group at once", func(s *offers.Signals, _ *models.GatePolicy) { s.Network = 500 }, offers.GateAllow, []string{"network_crowded"}},
		{"at once", func(s *offers.Signals, _ *models.GatePolicy) { s.SinceOpening = 1999 * time.Millisecond }, offers.GateAllow, []string{"too_fast"}},
		{"after two seconds", func(s *offers.Signals, _ *models.GatePolicy) { s.SinceOpening = 2 * time.Second }, offers.GateAllow, nil},
		{"two hints hold", func(s *offers.Signals, _ *models.GatePolicy) { s.Network, s.SinceOpening = 500, 0 }, offers.GateHold, []string{"network_crowded", "too_fast"}},
		{"three new groups", func(s *offers.Signals, _ *models.GatePolicy) { s.NewGroups = 3 }, offers.GateAllow, nil},
		{"four new groups", func(s *offers.Signals, _ *models.GatePolicy) { s.NewGroups = 4 }, offers.GateHold, []string{"new_groups"}},
		{"three exclusive groups", func(s *offers.Signals, _ *models.GatePolicy) { s.ExclusiveGroups = 3 }, offers.GateHold, []string{"exclusive_groups"}},
		{"two doubts refuse", func(s *offers.Signals, _ *models.GatePolicy) { s.ExclusiveGroups, s.Rank = 3, 2 }, offers.GateDeny, []string{"rank_middle", "exclusive_groups"}},
		{"cleared", func(s *offers.Signals, _ *models.GatePolicy) { s.Rank, s.Cleared = 4, true }, offers.GateAllow, nil},
		{"off", func(s *offers.Signals, p *models.GatePolicy) { s.Rank, p.Mode = 4, models.GateOff }, offers.GateAllow, nil},
	} {
		s, p := calm, policy
		c.change(&s, &p)
		if got := offers.Judge(s, p); got.Verdict != c.verdict || !slices.Equal(got.Reasons, c.reasons) {
			t.Errorf("%s: %+v, want %s %v", c.name, got, c.verdict, c.reasons)
		}
	}
}
