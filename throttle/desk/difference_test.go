package desk_test

import (
	"fmt"
	"reflect"
	"testing"

	"siyu/models"
	"siyu/throttle/desk"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	const day = int64(24 * 3600_000)
	base := func() models.Rules {
		return models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: 2 * day, QuietStart: 1290, QuietEnd: 510,
			Caps: []models.Cap{{Scope: models.CapAll, K: 1, Per: models.PerMonth, Daily: true}}, ExcludedCategories: []string{"酒"}}
	}
	for _, c := range []struct {
		name   string
		change func(*models.Rules)
		field  string
		effect desk.Effect
	}{
		{"nothing", func(*models.Rules) {}, "", ""},
		{"fewer", func(r *models.Rules) { r.GroupCap = 1 }, "group_cap", desk.Tighter},
		{"more", func(r *models.Rules) { r.GroupCap = 3 }, "group_cap", desk.Looser},
		{"over a longer time", func(r *models.Rules) { r.GroupWindow = 14 * day }, "group_cap", desk.Tighter},
		{"more over a longer time", func(r *models.Rules) { r.GroupCap, r.GroupWindow = 4, 14*day }, "group_cap", desk.Different},
		{"no cap", func(r *models.Rules) { r.GroupCap = 0 }, "group_cap", desk.Looser},
		{"a brand's cap", func(r *models.Rules) { r.BrandCap, r.BrandWindow = 1, day }, "brand_cap", desk.Tighter},
		{"closer", func(r *models.Rules) { r.MinGap = day }, "min_gap", desk.Looser},
		{"a longer night", func(r *models.Rules) { r.QuietStart = 1200 }, "quiet_start", desk.Tighter},
		{"a shorter night", func(r *models.Rules) { r.QuietEnd = 480 }, "quiet_start", desk.Looser},
		{"another night", func(r *models.Rules) { r.QuietStart, r.QuietEnd = 1200, 480 }, "quiet_start", desk.Different},
		{"no night", func(r *models.Rules) { r.QuietEnd = r.QuietStart }, "quiet_start", desk.Looser},
		{"the default, said", func(r *models.Rules) { r.OfferSpacing = 30 * day }, "", ""},
		{"the same offer sooner", func(r *models.Rules) { r.OfferSpacing = 20 * day }, "offer_spacing", desk.Looser},
		{"organic posts between", func(r *models.Rules) { r.Organic = 9 }, "organic", desk.Tighter},
		{"a gap to near groups that nothing is near", func(r *models.Rules) { r.OverlapGap = day }, "", ""},
		{"near groups", func(r *models.Rules) { r.OverlapGap, r.OverlapPercent = day, 20 }, "overlap_percent", desk.Tighter},
		{"exposure", func(r *models.Rules) { r.ExposureMost, r.ExposureWindow, r.ExposurePercent = 4, 7*day, 2 }, "exposure_most", desk.Tighter},
		{"refusals", func(r *models.Rules) { r.RefusedPercent = 30 }, "refused_percent", desk.Tighter},
		{"two a day instead of one", func(r *models.Rules) {
			r.Caps = []models.Cap{{Scope: models.CapAll, K: 2, Per: models.PerMonth, Daily: true}}
		}, "caps", desk.Looser},
		{"a cap of another kind", func(r *models.Rules) {
			r.Caps = append(r.Caps, models.Cap{Scope: models.CapGroup, K: 1, Per: models.PerDay})
		}, "caps", desk.Tighter},
		{"no further cap", func(r *models.Rules) { r.Caps = nil }, "caps", desk.Looser},
		{"a brand out", func(r *models.Rules) { r.ExcludedBrands = []models.BrandID{7} }, "excluded_brands", desk.Tighter},
		{"a category in", func(r *models.Rules) { r.ExcludedCategories = nil }, "excluded_categories", desk.Looser},
		{"some held out", func(r *models.Rules) { r.Holdout = &models.Holdout{Percent: 5, SeasonDays: 28} }, "holdout", desk.Tighter},
		{"nobody held out", func(r *models.Rules) { r.Holdout = &models.Holdout{SeasonDays: 28} }, "", ""},
		{"without the controller", func(r *models.Rules) { r.Fatigue = &models.Fatigue{Off: true} }, "fatigue.off", desk.Looser},
		{"at most one a week", func(r *models.Rules) { r.Fatigue = &models.Fatigue{PerWeek: 1} }, "fatigue.per_week", desk.Tighter},
		{"a member is worth more", func(r *models.Rules) { r.Fatigue = &models.Fatigue{Worth: 0.1} }, "fatigue.worth", desk.Tighter},
		{"a longer wait", func(r *models.Rules) { r.HoldFor = day }, "hold_for", desk.Different},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			to := base()
			c.change(&to)
			got := desk.Compare(base(), to)
			if c.field == "" {
				if len(got) != 0 {
					t.Errorf("%+v", got)
				}
				return
			}
			if len(got) != 1 || got[0].Field != c.field || got[0].Effect != c.effect || desk.Overall(got) != c.effect {
				t.Fatalf("%+v, want %s %s", got, c.field, c.effect)
			}
			if c.field == "hold_for" {
				return
			}
			mirror := map[desk.Effect]desk.Effect{desk.Tighter: desk.Looser, desk.Looser: desk.Tighter, desk.Different: desk.Different}
			if back := desk.Compare(to, base()); len(back) != 1 || back[0].Effect != mirror[c.effect] || fmt.Sprint(back[0].From) != fmt.Sprint(got[0].To) {
				t.Errorf("the way back is %+v", back)
			}
		})
	}
}

// TestCompareKnowsEveryRule: a rule that is added to models.Rules and forgotten here would change unseen.
func TestCompareKnowsEveryRule(t *testing.T) {
	t.Parallel()
	full := models.Rules{GroupCap: 1, GroupWindow: 2, MinGap: 3, BrandCap: 4, BrandWindow: 5, QuietStart: 6, QuietEnd: 7, HoldFor: 8, MinHold: 8,
		Caps: []models.Cap{{Scope: models.CapGroup, K: 1, Window: 1}}, OfferSpacing: 9, RivalGap: 10, Organic: 11, OwnerDay: 2, OverlapPercent: 12,
		OverlapGap: 13, ExposureMost: 14, ExposureWindow: 15, ExposurePercent: 16, RefusedPercent: 17, ExcludedBrands: []models.BrandID{18},
		ExcludedCategories: []string{"19"}, Holdout: &models.Holdout{Percent: 20, HalfPercent: 1, SeasonDays: 21},
		Fatigue: &models.Fatigue{Off: true, PerWeek: 22, Worth: 0.5, MaxScore: 24}}
	v := reflect.ValueOf(full)
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		if v.Field(i).IsZero() {
			t.Errorf("%s is not set in this test", name)
		}
		without := full
		reflect.ValueOf(&without).Elem().Field(i).SetZero()
		if len(desk.Compare(full, without)) == 0 {
			t.Errorf("a change of %s is not seen", name)
		}
	}
	f := reflect.ValueOf(*full.Fatigue)
	for i := range f.NumField() {
		without, less := full, *full.Fatigue
		reflect.ValueOf(&less).Elem().Field(i).SetZero()
		without.Fatigue = &less
		if len(desk.Compare(full, without)) == 0 {
			t.Errorf("a change of the fatigue's %s is not seen", f.Type().Field(i).Name)
		}
	}
}

// TestPresets: what people start from can be stored.
func TestPresets(t *testing.T) {
	t.Parallel()
	for _, p := range desk.Presets() {
		if err := p.Rules.Validate(); err != nil {
			t.Errorf("%s: %v", p.Name, err)
		}
	}
}
