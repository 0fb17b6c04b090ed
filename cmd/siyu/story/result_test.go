package story

import (
	"testing"

	"siyu/models"
)

func TestCountPlacements(t *testing.T) {
	t.Parallel()
	got, err := countPlacements([]models.Placement{
		{State: models.PlacementConfirmed}, {State: models.PlacementLate, Reason: "owner_silent"},
		{State: models.PlacementReleased, Reason: "owner_silent"}, {State: models.PlacementLapsed, Reason: "group_cap"},
		{State: models.PlacementHeld, Reason: "group_cap"}, {State: models.PlacementTasked}, {State: models.PlacementReserved},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []HeldCount{{"awaiting_owner", 2}, {"group_cap", 2}, {"owner_silent", 1}}
	list := got.Held.List()
	if got.Confirmed != 2 || len(list) != len(want) {
		t.Fatalf("got %+v", got)
	}
	for i := range want {
		if list[i] != want[i] {
			t.Errorf("got %+v, want %+v", list[i], want[i])
		}
	}
	for _, s := range []models.PlacementState{models.PlacementPlanned, models.PlacementHeld, models.PlacementLapsed, models.PlacementReleased} {
		if _, err := countPlacements([]models.Placement{{State: s}}); err == nil {
			t.Errorf("a %s placement without a reason passes", s)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	fine := Result{People: 9, Stages: Stages{9, 8, 7, 6, 5, 4, 3}, Placements: Placements{Held: Held{"group_cap": 1}}}
	if err := fine.Check(); err != nil {
		t.Error(err)
	}
	for name, spoil := range map[string]func(*Result){
		"a broken promise": func(r *Result) { r.Violations.Gap = 1 },
		"a rising stage":   func(r *Result) { r.Stages.Redeem = 6 },
		"more than people": func(r *Result) { r.People = 8 },
		"held for nothing": func(r *Result) { r.Placements.Held = Held{"": 1} },
	} {
		r := fine
		spoil(&r)
		if r.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
}
