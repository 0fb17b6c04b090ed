package desk_test

import (
	"context"
	"fmt"
	"math"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle/desk"
	"siyu/throttle/lift"
)

// TestLift is counted by hand: who was in a group for how long, who left by herself, and what was claimed and redeemed,
// since the groups were drawn.
func TestLift(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		const groups = 24
		rules := models.Rules{GroupCap: 2, GroupWindow: 7 * day}
		h := newHouse(t, s, clock, 1, rules) // an ordinary group: nobody tells who leaves it
		h.at(0, func(sc *models.Scope) error {
			for i := range groups {
				chat := fmt.Sprint("chat", i)
				g := models.Group{Name: chat, Kind: models.WeComGroup, Zone: "America/Vancouver", ChatID: &chat}
				if err := sc.InsertGroup(&g); err != nil {
					return err
				}
				h.groups = append(h.groups, g)
			}
			return nil
		})
		read := func(season *int64) desk.Lift {
			l, err := h.desk.Lift(context.Background(), h.community, season)
			must(t, err)
			return l
		}
		if l := read(nil); l.Running || len(l.Measures) != 0 {
			t.Errorf("without a holdout: %+v", l)
		}
		rules.Holdout = &models.Holdout{Percent: 25, HalfPercent: 25, SeasonDays: 366}
		for i, ago := range []time.Duration{20 * dayTime, 12 * dayTime} { // the second changes something else
			rules.MinGap = int64(i) * day
			h.at(ago, func(sc *models.Scope) error { _, err := sc.AddPolicy(0, rules, 0); return err })
		}
		stay := func(sc *models.Scope, group models.GroupID, who string, joined, left time.Duration, removed, staff bool) error {
			m := models.GroupMember{GroupID: group, UserKey: who, Staff: staff, JoinedAt: h.now.Add(-joined)}
			if _, err := sc.AddGroupMember(&m); err != nil || left == 0 {
				return err
			}
			end := sc.CloseGroupMember
			if removed {
				end = sc.CloseRemoved
			}
			_, err := end(m.ID, h.now.Add(-left))
			return err
		}
		h.at(0, func(sc *models.Scope) error {
			for i, g := range h.groups {
				for _, err := range []error{
					stay(sc, g.ID, "stays", 30*dayTime, 0, false, false),           // 20 days of the season
					stay(sc, g.ID, "leaves", 30*dayTime, 5*dayTime, false, false),  // 15, and leaves
					stay(sc, g.ID, "removed", 10*dayTime, 5*dayTime, true, false),  // 5, and is removed
					stay(sc, g.ID, "before", 30*dayTime, 25*dayTime, false, false), // left before
					stay(sc, g.ID, "staff", 30*dayTime, dayTime, false, true),      // one of the organiser's own
				} {
					if err != nil {
						return err
					}
				}
				v := models.Voucher{OfferID: h.offers[0].ID, BrandID: h.brands[0].ID, MemberID: models.MemberID(i + 1), Seq: 1, ClaimKey: "k",
					CodeRef: []byte(g.Name), CodeProof: []byte("x"), GroupID: g.ID}
				if err := sc.InsertVoucher(&v); err != nil {
					return err
				}
				if i%2 == 0 {
					if err := sc.InsertRedemption(&models.Redemption{VoucherID: v.ID, StaffID: 1, RequestNo: v.ID.String()}); err != nil {
						return err
					}
				}
			}
			return nil
		})
		clock.Set(h.now.Add(time.Second).Time()) // what was claimed now is over
		l := read(nil)
		if !l.Running || l.Groups != groups || l.Over || l.From != int64(h.now)-20*day || l.Holdout.Percent != 25 || len(l.Measures) != 3 {
			t.Fatalf("%+v", l)
		}
		arms := 0
		for _, r := range l.Measures[0].Rates {
			if want := 40 * float64(r.Groups); math.Abs(r.Days-want) > 0.01*want || r.Events != float64(r.Groups) {
				t.Errorf("leaves in %s: %+v", r.Arm, r)
			}
			if r.Groups > 0 {
				arms++
			}
		}
		if arms != 3 {
			t.Fatalf("only %d arms: draw another community", arms)
		}
		claims, redemptions := 0.0, 0.0
		for i := range l.Measures[1].Rates {
			claims += l.Measures[1].Rates[i].Events
			redemptions += l.Measures[2].Rates[i].Events
		}
		if claims != groups || redemptions != groups/2 {
			t.Errorf("%v claims and %v redemptions", claims, redemptions)
		}
		if d := l.Measures[0].Differences[0]; d.Arm != lift.Full || d.Than != lift.None || math.Abs(d.Per1k) > 1e-6 {
			t.Errorf("%+v", d)
		}
		if l.Power.Enough || l.Days == 0 || l.Power.Need <= l.Power.Days {
			t.Errorf("24 groups are enough: %+v, %d days more", l.Power, l.Days)
		}
		old := l.Season.Number - 1
		if before := read(&old); before.Running || !before.Over {
			t.Errorf("nobody was held out last season: %+v", before)
		}
	})
}
