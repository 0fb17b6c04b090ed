package models_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// slotBench is a community with an Official Account whose permanent QR codes are few.
type slotBench struct {
	t         *testing.T
	s         *models.Store
	clock     *models.ManualClock
	community models.CommunityID
	channel   models.ChannelID
}

const (
	fewSlots  = 5
	abandoned = 10 * time.Minute
)

func newSlotBench(t *testing.T, s *models.Store, clock *models.ManualClock) *slotBench {
	t.Helper()
	b := &slotBench{t: t, s: s, clock: clock}
	b.community = testkit.Community(t, s, func(sc *models.Scope) error {
		c := models.Channel{Kind: models.OfficialAccount, AppID: "wx-slots"}
		err := sc.InsertChannel(&c, models.ChannelSecrets{Secret: "x"})
		b.channel = c.ID
		return err
	})
	return b
}

// reserve takes a slot for a new entry, and stores the entry with it if bind is set.
func (b *slotBench) reserve(code string, bind bool) (models.Slot, models.Entry, error) {
	var slot models.Slot
	e := models.Entry{Code: code}
	err := b.s.Tx(b.t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		e.ID = tx.NewEntryID()
		var err error
		slot, err = sc.ReserveSlot(b.channel, e.ID, code, false, fewSlots, abandoned)
		return err
	})
	if err != nil || !bind {
		return slot, e, err
	}
	return slot, e, b.s.Tx(b.t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		if slot.Ticket == "" {
			slot.Ticket, slot.URL = "ticket of "+slot.Code, "http://weixin.qq.com/q/"+slot.Code
		}
		if ok, err := sc.BindSlot(slot); err != nil || !ok {
			return fmt.Errorf("bound %v, %w", ok, err)
		}
		e.SlotID = slot.ID
		return sc.InsertEntry(&e)
	})
}

func (b *slotBench) rest(slot models.Slot, freeIn time.Duration) {
	b.t.Helper()
	err := b.s.Tx(b.t.Context(), func(tx *models.Tx) error {
		sc := tx.In(b.community)
		if _, err := sc.RetireEntry(slot.EntryID); err != nil {
			return err
		}
		return sc.RestSlot(slot.ID, slot.EntryID, tx.Now.Add(freeIn))
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *slotBench) means(scene string, at models.Millis) string {
	b.t.Helper()
	e, err := b.s.Read(b.t.Context()).In(b.community).EntryByScene(b.channel, scene, at)
	if models.IsKind(err, models.NotFound) {
		return ""
	}
	if err != nil {
		b.t.Fatal(err)
	}
	return e.Code
}

// TestSlotsNeverDouble: of many who want a permanent QR code at once, no two get the same and no more get one than the
// account has, whether the codes are new or rested.
func TestSlotsNeverDouble(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newSlotBench(t, s, clock)
		var rested []models.Slot
		for round, want := range []int{fewSlots, 2} {
			if round == 1 { // two of them come back
				for _, slot := range rested[:want] {
					b.rest(slot, time.Hour)
				}
				if _, _, err := b.reserve("too-early", true); models.CodeOf(err) != "slots_used_up" {
					t.Fatalf("a resting slot was given away: %v", err)
				}
				clock.Advance(time.Hour)
			}
			var wg sync.WaitGroup
			var mu sync.Mutex
			got := map[models.SlotID]bool{}
			refused := 0
			for i := range 3 * fewSlots {
				wg.Go(func() {
					slot, _, err := b.reserve(fmt.Sprintf("r%dc%d", round, i), true)
					mu.Lock()
					defer mu.Unlock()
					switch {
					case models.CodeOf(err) == "slots_used_up":
						refused++
					case err != nil:
						t.Error(err)
					case got[slot.ID]:
						t.Errorf("slot %s was given twice", slot.Code)
					default:
						got[slot.ID] = true
						rested = append(rested, slot)
					}
				})
			}
			wg.Wait()
			if len(got) != want || refused != 3*fewSlots-want {
				t.Errorf("round %d: %d got one and %d were refused, want %d", round, len(got), refused, want)
			}
		}
		n, err := s.Read(t.Context()).In(b.community).CountSlots(b.channel)
		if err != nil || n != (models.SlotCount{Bound: fewSlots}) {
			t.Errorf("the slots are %+v, %v", n, err)
		}
	})
}

// TestSlotMeans: a scene means what it meant when it was scanned, and a slot left behind by a process that died is
// taken by the next one, never by two.
func TestSlotMeans(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newSlotBench(t, s, clock)
		now := func() models.Millis { return models.MillisOf(clock.Now()) }
		before := now()
		clock.Advance(time.Minute)
		first, _, err := b.reserve("first", true)
		if err != nil {
			t.Fatal(err)
		}
		during := now()
		clock.Advance(time.Hour)
		b.rest(first, 90*24*time.Hour)
		resting := now()
		clock.Advance(90 * 24 * time.Hour)
		second, _, err := b.reserve("second", true)
		if err != nil || second.ID != first.ID || second.Code != "first" || second.Ticket != first.Ticket {
			t.Fatalf("the second slot is %+v, %v", second, err)
		}
		after := now()
		for at, want := range map[models.Millis]string{before: "", during: "first", resting: "first", after: "second"} {
			if got := b.means("first", at); got != want {
				t.Errorf("at %s the scene means %q, want %q", at.Time(), got, want)
			}
		}
		if got := b.means("second", after); got != "second" { // a temporary QR would say the entry's own code
			t.Errorf("the entry's own code means %q", got)
		}
		left, _, err := b.reserve("left-behind", false)
		if err != nil {
			t.Fatal(err)
		}
		clock.Advance(abandoned + time.Second)
		taken, _, err := b.reserve("third", true)
		if err != nil || taken.ID != left.ID || taken.Code != "left-behind" {
			t.Fatalf("the slot that was left behind is not used again: %+v, %v", taken, err)
		}
		err = s.Tx(t.Context(), func(tx *models.Tx) error { // the dead one wakes up
			ok, err := tx.In(b.community).BindSlot(left)
			if ok {
				t.Error("a lost reservation was bound")
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}

// TestVisitsOnce: however often and from however many processes a visitor is counted, she is one.
func TestVisitsOnce(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newSlotBench(t, s, clock)
		_, e, err := b.reserve("visited", true)
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				err := s.Tx(t.Context(), func(tx *models.Tx) error {
					_, err := tx.In(b.community).AddVisit(&models.EntryVisit{EntryID: e.ID, Visitor: fmt.Sprint(i % 4)})
					return err
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		n, err := s.Read(t.Context()).In(b.community).CountEntries([]models.EntryID{e.ID})
		if err != nil || n[e.ID].Visits != 4 {
			t.Errorf("counted %+v, %v", n, err)
		}
	})
}
