package offers_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// only opens an offer for some people alone.
func (h *house) only(d offers.Draft, audience models.Audience, ids ...string) models.Offer {
	h.t.Helper()
	o := h.open(d)
	h.tx(func(sc *models.Scope) error {
		o.Audience, o.AudienceIDs = audience, models.StringsOf(ids)
		moved, err := sc.EditOffer(o, models.OfferApproved)
		if err == nil && !moved {
			err = fmt.Errorf("the offer has changed")
		}
		return err
	})
	return o
}

func (h *house) stay(g models.GroupID, m models.MemberID, since, until models.Millis) {
	h.t.Helper()
	h.tx(func(sc *models.Scope) error {
		stay := models.GroupMember{GroupID: g, UserKey: m.String(), MemberID: m, JoinedAt: since, LeftAt: until}
		_, err := sc.AddGroupMember(&stay)
		return err
	})
}

// TestGroupsOwnOffer: an offer for a group is for who was in it before, as WeCom's list or the platform's word at an opening shows,
// and for who has been in it for a day.
func TestGroupsOwnOffer(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 2)
		var corp models.Group
		h.tx(func(sc *models.Scope) error {
			chat := "wr-1"
			corp = models.Group{Name: "corp", Kind: models.WeComGroup, Zone: "UTC", ChatID: &chat}
			return sc.InsertGroup(&corp)
		})
		before, fresh, gone, other, listed, opened := h.member("before"), h.member("fresh"), h.member("gone"), h.member("other"), h.member("listed"), h.member("opened")
		room := h.groups[0]
		h.stay(room, before, h.now()-1, 0)
		h.stay(room, gone, h.now()-9, h.now()-1)
		h.stay(h.groups[1], other, h.now()-9, 0)
		h.tx(func(sc *models.Scope) error {
			_, err := sc.AddTouch(&models.Touch{Kind: models.TouchGroup, At: h.now() - 1, MemberID: opened, GroupID: corp.ID, UID: "enter:" + opened.String()})
			return err
		})
		o := h.only(h.draft(9), models.ForGroups, room.String(), corp.ID.String())
		clock.Advance(time.Hour)
		h.stay(room, fresh, h.now(), 0)
		h.stay(corp.ID, listed, h.now(), 0)
		for i, c := range []struct {
			who  models.MemberID
			code string
		}{{before, ""}, {fresh, "group_new"}, {gone, "group_only"}, {other, "group_only"}, {listed, ""}, {opened, ""}} {
			_, err := h.claim(c.who, o.ID, fmt.Sprintf("key-of-%d-x", i))
			if models.CodeOf(err) != c.code {
				t.Errorf("%d: %v, want %q", i, err, c.code)
			}
		}
		clock.Advance(24*time.Hour - time.Millisecond)
		_, err := h.claim(fresh, o.ID, "key-fresh-2")
		wantCode(t, err, "group_new")
		clock.Advance(time.Millisecond)
		if _, err := h.claim(fresh, o.ID, "key-fresh-3"); err != nil {
			t.Error(err)
		}
	})
}

// TestTagsOwnOffer: an offer for a tag is for who has it.
func TestTagsOwnOffer(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		has, lost := h.member("has"), h.member("lost")
		tag := models.Tag{Name: "vip"}
		h.tx(func(sc *models.Scope) error {
			if err := sc.InsertTag(&tag); err != nil {
				return err
			}
			for _, m := range []models.MemberID{has, lost} {
				if _, err := sc.TagHand(tag.ID, m, 1); err != nil {
					return err
				}
			}
			_, err := sc.TagHand(tag.ID, lost, -1)
			return err
		})
		o := h.only(h.draft(9), models.ForTag, tag.ID.String())
		if _, err := h.claim(has, o.ID, "key-of-has"); err != nil {
			t.Error(err)
		}
		_, err := h.claim(lost, o.ID, "key-of-lost")
		wantCode(t, err, "tag_only")
	})
}

// TestHouseholdLimit: people with one phone number share a limit, at two servers at once, and what one of them claimed before they
// were a household counts.
func TestHouseholdLimit(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		d := h.draft(50)
		d.PerMember, d.PerHousehold = 3, 2
		o := h.open(d)
		hot := make([]models.Offer, 12) // the same again and again: what one reads while another writes is a matter of luck
		for i := range hot {
			hot[i] = h.open(d)
		}
		m := h.members(6)
		if _, err := h.claim(m[0], o.ID, "key-before"); err != nil {
			t.Fatal(err)
		}
		h.tx(func(sc *models.Scope) error {
			for _, who := range m[:5] {
				if err := sc.SetPhone(who, "8613812345678"); err != nil {
					return err
				}
			}
			return nil
		})
		two := h.another()
		for _, o := range append(hot, o) {
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					service := []*offers.Service{h.service, two}[i%2]
					in := offers.ClaimInput{Community: h.community, Member: m[i%5], Offer: o.ID, Key: fmt.Sprintf("key-%d-%s", i, o.ID)}
					_, err := service.Claim(context.Background(), in)
					if code := models.CodeOf(err); err != nil && code != "household_claimed" && code != "already_claimed" {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			held, err := h.read().Offer(o.ID)
			if err != nil || held.Claimed != 2 {
				t.Errorf("the household holds %d, %v", held.Claimed, err)
			}
		}
		for i, want := range []string{"", "", "household_claimed"} { // who lives alone is a household too
			_, err := h.claim(m[5], o.ID, fmt.Sprintf("key-alone-%d", i))
			if models.CodeOf(err) != want {
				t.Errorf("%d: %v, want %q", i, err, want)
			}
		}
	})
}

// TestPassage: what the gate refuses gets no new voucher and is shown the one she holds; what it holds is good later.
func TestPassage(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 0)
		d := h.draft(9)
		d.PerMember = 2
		o := h.open(d)
		ann := h.member("ann")
		ask := func(key string, p offers.Passage) (offers.Claimed, error) {
			return h.service.Claim(context.Background(), offers.ClaimInput{Community: h.community, Member: ann, Offer: o.ID, Key: key, Gate: p})
		}
		later := h.now().Add(time.Hour)
		held, err := ask("key-held", offers.Passage{UsableFrom: later})
		if err != nil || held.ValidFrom != later {
			t.Fatalf("good from %v, %v", held.ValidFrom, err)
		}
		refused := offers.Passage{Refusal: models.Errorf(models.Denied, "claim_denied", "no")}
		again, err := ask("key-held", refused) // her own key
		if err != nil || again.ID != held.ID || again.ValidFrom != later {
			t.Errorf("her own voucher: %v, %v", again.ID, err)
		}
		other, err := ask("key-more", refused)
		wantCode(t, err, "claim_denied")
		if other.ID != held.ID {
			t.Error("she is not shown what she holds")
		}
		again, err = ask("key-held", offers.Passage{Unasked: true})
		if err != nil || again.ID != held.ID {
			t.Errorf("her own voucher: %v, %v", again.ID, err)
		}
		if _, err = ask("key-unasked", offers.Passage{Unasked: true}); !errors.Is(err, offers.ErrUnasked) {
			t.Errorf("a new one without asking: %v", err)
		}
		far, err := ask("key-far-away", offers.Passage{UsableFrom: d.RedeemBy.Add(time.Hour)})
		if err != nil || far.ValidFrom >= far.ValidTo {
			t.Errorf("good from %v until %v, %v", far.ValidFrom, far.ValidTo, err)
		}
	})
}
