package bot_test

import (
	"slices"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestVetoInAnEnvelope: a veto in one group of a message stops all of it, and the others go out again on the same day.
func TestVetoInAnEnvelope(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		second, _ := b.customerGroup(t, wechatsim.GroupSpec{Name: "二群", OwnerUserID: owner})
		o := b.offer(t, "可颂")
		p1 := b.ask(t, b.ledger, b.wanted(t, o, b.group.ID).ID)
		p2 := b.ask(t, b.ledger, b.wanted(t, o, second.ID).ID)
		b.settle(t, 20*time.Second)
		must(t, b.bot.Veto(t.Context(), b.community, models.Veto{OfferID: o.ID, GroupID: b.group.ID}))
		b.settle(t, time.Minute)
		b.state(t, p1, models.PlacementReleased, "vetoed")
		open := b.sim.OpenTasks(corpID, owner)
		if len(open) != 1 || !slices.Equal(open[0].ChatIDs, []string{*second.ChatID}) {
			t.Fatalf("the owner has %+v", open)
		}
		must(t, b.sim.Confirm(corpID, open[0].MsgID, owner))
		b.settle(t, 20*time.Minute)
		b.state(t, p2, models.PlacementConfirmed, "")
		if len(b.chat.Posts()) != 0 {
			t.Error("the vetoed group has it")
		}
	})
}
