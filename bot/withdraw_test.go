package bot_test

import (
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestWithdrawTakesBack: an owner is asked to leave the post of a withdrawn offer, what had its slot or waited gets none, what was
// posted stays, and nothing of it is planned again.
func TestWithdrawTakesBack(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		posted, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		o := b.offer(t, "可颂")
		p1 := b.ask(t, b.ledger, b.wanted(t, o, posted.ID).ID)
		b.settle(t, 20*time.Second)
		open := b.sim.OpenTasks(corpID, owner)
		if len(open) != 1 {
			t.Fatalf("the owner has %+v", open)
		}
		must(t, b.sim.Confirm(corpID, open[0].MsgID, owner))
		b.settle(t, 20*time.Minute)
		p2 := b.ask(t, b.ledger, b.wanted(t, o, b.secondGroup(t)).ID) // with its owner, by hand
		b.settle(t, 20*time.Second)
		waits := b.wanted(t, o, b.secondGroup(t)).ID                    // asked for nothing yet
		late := b.ask(t, b.ledger, b.wanted(t, o, b.secondGroup(t)).ID) // has its slot and was not handed over

		who := models.Account{ID: 9, CommunityID: b.community, Role: models.Organiser}
		must(t, b.bot.Withdraw(t.Context(), who, o.ID, "断货"))
		must(t, b.bot.Withdraw(t.Context(), who, o.ID, "again"))
		b.settle(t, time.Minute)
		b.state(t, p1, models.PlacementConfirmed, "")
		b.state(t, p2, models.PlacementReleased, "offer_ended")
		b.state(t, late, models.PlacementReleased, "offer_ended")
		if p := b.placement(t, waits); p.State != models.PlacementReleased {
			t.Errorf("what waited is %s (%s)", p.State, p.Reason)
		}
		b.settle(t, 24*time.Hour)
		if left, err := b.bot.Tasks(t.Context(), b.community); err != nil || len(left) != 0 {
			t.Errorf("the owner still has %+v, %v", left, err)
		}
		var all []models.Placement
		must(t, s.Tx(t.Context(), func(tx *models.Tx) (err error) {
			all, err = tx.In(b.community).PlacementsOf(o.ID)
			return err
		}))
		if len(all) != 4 {
			t.Errorf("there are %d placements: something was planned again", len(all))
		}
	})
}
