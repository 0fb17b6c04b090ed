package throttle_test

import (
	"reflect"
	"testing"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

func TestEffective(t *testing.T) {
	t.Parallel()
	const day = 24 * 3600_000
	community := models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: 2 * day, BrandCap: 1, BrandWindow: 7 * day,
		QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30}
	for name, c := range map[string]struct{ own, want models.Rules }{
		"a group without rules of its own has the community's": {models.Rules{}, community},
		"the smaller cap and the longer gap": {
			models.Rules{GroupCap: 3, GroupWindow: 30 * day, MinGap: day},
			models.Rules{GroupCap: 3, GroupWindow: 30 * day, MinGap: 2 * day, BrandCap: 1, BrandWindow: 7 * day,
				QuietStart: 21*60 + 30, QuietEnd: 8*60 + 30},
		},
		"both nights hold": {
			models.Rules{QuietStart: 23 * 60, QuietEnd: 9 * 60},
			models.Rules{GroupCap: 2, GroupWindow: 7 * day, MinGap: 2 * day, BrandCap: 1, BrandWindow: 7 * day,
				QuietStart: 21*60 + 30, QuietEnd: 9 * 60},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, _ := testkit.Store(t)
			var g models.Group
			id := testkit.Community(t, s, func(sc *models.Scope) error {
				g = models.Group{Name: "一群", Kind: models.OrdinaryGroup, Zone: "America/Vancouver"}
				if err := sc.InsertGroup(&g); err != nil {
					return err
				}
				_, err := throttle.Effective(sc, g.ID)
				if !models.IsKind(err, models.NotFound) {
					t.Errorf("without any policy: %v", err)
				}
				if _, err := sc.AddPolicy(0, community, 0); err != nil || reflect.DeepEqual(c.own, models.Rules{}) {
					return err
				}
				_, err = sc.AddPolicy(g.ID, c.own, 0)
				return err
			})
			got, err := throttle.Effective(s.Read(t.Context()).In(id), g.ID)
			if err != nil || !reflect.DeepEqual(got, c.want) {
				t.Errorf("got %+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}
