package whatif

import "testing"

// TestEffect is the short form of `siyu whatif`: which way things go, on two worlds with two seeds and 60 days.
func TestEffect(t *testing.T) {
	t.Parallel()
	worlds, err := Worlds()
	if err != nil {
		t.Fatal(err)
	}
	if worlds, err = Named(worlds, []string{"base", "harm-triple"}); err != nil {
		t.Fatal(err)
	}
	for i := range worlds {
		worlds[i].Groups.Count = 30
	}
	r, err := Compare(t.Context(), Options{Worlds: worlds, Seeds: 2, Days: 60})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range r.Worlds {
		rows := map[string]Row{}
		for _, row := range w.Policies {
			rows[row.Name] = row
		}
		for _, k := range []string{"3", "5", "7"} {
			if a, b := rows["ranked-"+k], rows["fixed-"+k]; a.SponsorValue < 1.2*b.SponsorValue || a.MembersLost > b.MembersLost {
				t.Errorf("%s: ranked %+v, first come %+v", w.Name, a, b)
			}
		}
		us := rows[ours]
		for _, other := range []string{"none", "unthrottled", "fixed-3", "fixed-7"} {
			if us.TotalValue <= rows[other].TotalValue {
				t.Errorf("%s: %+v is no better than %+v", w.Name, us, rows[other])
			}
		}
		if g := w.Siyu; g.UnthrottledLost.Mean < 0.5 || g.FirstComeValue.Mean < 0.2 || g.FrontierValue.Mean < 0 || g.FrontierLost.Mean < 0 {
			t.Errorf("%s: %+v", w.Name, *g)
		}
	}
}
