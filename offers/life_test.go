package offers_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
	"siyu/offers"
)

// sponsor is somebody of the first brand, and organiser somebody of the team.
func (h *house) sponsor() models.Account {
	return models.Account{ID: 71, CommunityID: h.community, Role: models.BrandUser, BrandID: h.brands[0]}
}

func (h *house) organiser() models.Account {
	return models.Account{ID: 72, CommunityID: h.community, Role: models.Organiser}
}

func (h *house) offer(id models.OfferID) models.Offer {
	h.t.Helper()
	o, err := h.read().Offer(id)
	if err != nil {
		h.t.Fatal(err)
	}
	return o
}

func (h *house) written(id models.OfferID) offers.Written {
	h.t.Helper()
	all, err := offers.Read(h.read(), h.offer(id))
	if err != nil {
		h.t.Fatal(err)
	}
	return all[0]
}

// TestDraftLife: a draft may be incomplete, is edited, copied and deleted by its brand alone, and is handed in only when it is
// sound.
func TestDraftLife(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx, me := context.Background(), h.sponsor()
		stranger := me
		stranger.BrandID = h.brands[1]
		o, err := h.service.SaveDraft(ctx, me, offers.Draft{Title: "只有标题"})
		if err != nil || o.State != models.OfferDraft {
			t.Fatal(o.State, err)
		}
		_, err = h.service.Hand(ctx, me, o.ID, 0)
		wantCode(t, err, "bad_field")
		d := h.draft(5)
		d.Words = []offers.Words{{Locale: "en", Title: "Two for one", Body: "On weekends"}}
		_, err = h.service.Edit(ctx, stranger, o.ID, 0, d)
		wantCode(t, err, "offer_not_found")
		o, err = h.service.Edit(ctx, me, o.ID, o.Rev, d)
		if err != nil || o.Title != d.Title || o.Rev != 2 {
			t.Fatal(o, err)
		}
		_, err = h.service.Edit(ctx, me, o.ID, 1, d)
		wantCode(t, err, "offer_changed")
		bad := d
		bad.Body = "转发到朋友圈即可领取"
		if o, err = h.service.Edit(ctx, me, o.ID, 0, bad); err != nil { // a draft may say anything
			t.Fatal(err)
		}
		_, err = h.service.Hand(ctx, me, o.ID, 0)
		wantCode(t, err, "offer_conduct")
		if o, err = h.service.Edit(ctx, me, o.ID, 0, d); err != nil {
			t.Fatal(err)
		}
		if all, err := h.read().TermsOf(o.ID); err != nil || len(all) != 1 {
			t.Errorf("a draft has %d revisions, %v", len(all), err)
		}
		other, err := h.service.Copy(ctx, me, o.ID, "key-of-the-copy")
		if err != nil || other.ID == o.ID || other.State != models.OfferDraft || len(h.written(other.ID).Words) != 1 {
			t.Fatal(other, err)
		}
		if again, err := h.service.Copy(ctx, me, o.ID, "key-of-the-copy"); err != nil || again.ID != other.ID { // its answer was lost
			t.Errorf("asked again: %s after %s, %v", again.ID, other.ID, err)
		}
		if another, err := h.service.Copy(ctx, me, o.ID, ""); err != nil || another.ID == other.ID {
			t.Errorf("asked for another one: %s after %s, %v", another.ID, other.ID, err)
		}
		if o, err = h.service.Hand(ctx, me, o.ID, 0); err != nil || o.State != models.OfferSubmitted {
			t.Fatal(o.State, err)
		}
		err = h.service.Delete(ctx, me, o.ID)
		wantCode(t, err, "offer_no_draft")
		if err := h.service.Delete(ctx, me, other.ID); err != nil {
			t.Fatal(err)
		}
		if _, err := h.read().Offer(other.ID); !models.IsKind(err, models.NotFound) {
			t.Error("the deleted draft is still there:", err)
		}
		d.Body = "广告 · 只在周日" // she edits while the organiser reads
		read := o.Rev
		if _, err = h.service.Edit(ctx, me, o.ID, 0, d); err != nil {
			t.Fatal(err)
		}
		_, err = h.service.ApproveIn(ctx, h.community, o.ID, 72, offers.Choice{Rev: read})
		wantCode(t, err, "offer_changed")
		c, err := h.read().CheckOf(offers.CheckObject(o.ID))
		if err != nil || c.Content != d.Title+"\n"+d.Body+"\nTwo for one\nOn weekends" {
			t.Errorf("looked at is %q, %v", c.Content, err)
		}
		if h.offer(o.ID).State != models.OfferSubmitted {
			t.Error("it was approved unread")
		}
	})
}

// TestChosenGroups: an offer goes where it was approved, with what was said, to more groups later, never where it was refused, and
// only to the groups it is for.
func TestChosenGroups(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 4)
		ctx := context.Background()
		in := func(id models.OfferID) string {
			all, err := h.read().PlacementsOf(id)
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			for _, p := range all {
				for i, g := range h.groups {
					if g == p.GroupID {
						text += fmt.Sprint(i, p.Note, ";")
					}
				}
			}
			return text
		}
		o, err := h.service.Submit(ctx, h.community, h.brands[0], 0, h.draft(5))
		if err != nil {
			t.Fatal(err)
		}
		h.tx(func(sc *models.Scope) error {
			_, err := h.ledger.Veto(sc, models.Veto{OfferID: o.ID, GroupID: h.groups[3], Note: "no"})
			return err
		})
		approve := func(gs ...offers.GroupNote) error {
			_, err := h.service.ApproveIn(ctx, h.community, o.ID, 72, offers.Choice{Groups: gs})
			return err
		}
		wantCode(t, approve(offers.GroupNote{Group: h.groups[3]}), "group_vetoed")
		wantCode(t, approve(offers.GroupNote{Group: 999}), "group_not_found")
		if h.offer(o.ID).State != models.OfferSubmitted {
			t.Fatal("a choice that failed has approved it")
		}
		if err := approve(offers.GroupNote{Group: h.groups[1], Note: "周五发"}); err != nil || in(o.ID) != "1周五发;" {
			t.Fatal(in(o.ID), err)
		}
		if err := approve(offers.GroupNote{Group: h.groups[1]}, offers.GroupNote{Group: h.groups[0]}); err != nil || in(o.ID) != "1周五发;0;" {
			t.Fatal(in(o.ID), err)
		}
		if _, err := h.service.Approve(ctx, h.community, o.ID, 72); err != nil || in(o.ID) != "1周五发;0;" { // approved is approved
			t.Fatal(in(o.ID), err)
		}
		d := h.draft(5)
		d.Audience, d.AudienceIDs = models.ForGroups, []string{h.groups[2].String()}
		if o = h.open(d); in(o.ID) != "2;" {
			t.Error("an offer for one group goes to", in(o.ID))
		}
		wantCode(t, approve(offers.GroupNote{Group: h.groups[0]}), "group_not_meant")
	})
}

// TestLiveEdit: what was promised stays promised. Longer validity and stock hold at once, words wait for the organiser, and what an
// offer was approved for does not change.
func TestLiveEdit(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx, me := context.Background(), h.sponsor()
		d := h.draft(2)
		o := h.open(d)
		first := o.TermsID
		for field, spoil := range map[string]func(*offers.Draft){
			"starts_at": func(d *offers.Draft) { d.StartsAt++ },
			"ends_at":   func(d *offers.Draft) { d.EndsAt-- },
			"category":  func(d *offers.Draft) { d.Category = "tea" },
			"ad_label":  func(d *offers.Draft) { d.AdLabel = "Ad" },
			"audience":  func(d *offers.Draft) { d.Audience, d.AudienceIDs = models.ForGroups, []string{h.groups[0].String()} },
		} {
			e := d
			spoil(&e)
			_, err := h.service.Edit(ctx, me, o.ID, 0, e)
			wantCode(t, err, "offer_fixed")
			if got := said(err, "field"); got != field {
				t.Errorf("%s: %v", field, got)
			}
		}
		e := d
		e.Stock, e.EndsAt, e.RedeemBy = 3, d.EndsAt.Add(time.Hour), d.RedeemBy.Add(48*time.Hour)
		o, err := h.service.Edit(ctx, me, o.ID, 0, e)
		if err != nil || o.Stock != 3 || o.TermsID == first || o.RedeemBy != e.RedeemBy || o.ChangeID != 0 || o.EndsAt != e.EndsAt {
			t.Fatalf("%+v, %v", o, err)
		}
		if was, err := h.read().Terms(first); err != nil || was.RedeemBy != d.RedeemBy {
			t.Errorf("the first promise is %+v, %v", was, err)
		}
		longer := o.TermsID
		e.Title, e.ValueFen = "买二送一", 900
		o, err = h.service.Edit(ctx, me, o.ID, 0, e)
		if err != nil || o.ChangeID == 0 || o.TermsID != longer || o.Title != d.Title || o.ValueFen != d.ValueFen {
			t.Fatalf("%+v, %v", o, err)
		}
		dropped := o.ChangeID
		e.Title = "买三送一"
		if o, err = h.service.Edit(ctx, me, o.ID, 0, e); err != nil || o.ChangeID == dropped {
			t.Fatal(o, err)
		}
		_, err = h.service.ApproveChange(ctx, h.community, o.ID, dropped, 72)
		wantCode(t, err, "offer_changed")
		if o, err = h.service.ApproveChange(ctx, h.community, o.ID, o.ChangeID, 72); err != nil || o.Title != e.Title || o.ValueFen != 900 || o.ChangeID != 0 {
			t.Fatal(o, err)
		}
		if o, err = h.service.ApproveChange(ctx, h.community, o.ID, o.TermsID, 72); err != nil { // said twice
			t.Fatal(err)
		}
		c, err := h.read().CheckOf(offers.CheckObject(o.ID))
		if err != nil || c.Content != e.Title+"\n"+e.Body || c.State != models.CheckPassed {
			t.Errorf("looked at is %q %s, %v", c.Content, c.State, err)
		}
		e.Body = "广告 · 新的说法"
		if o, err = h.service.Edit(ctx, me, o.ID, 0, e); err != nil {
			t.Fatal(err)
		}
		if o, err = h.service.DeclineChange(ctx, h.community, o.ID, o.ChangeID, 72, "看不懂"); err != nil || o.ChangeNote != "看不懂" || o.Body == e.Body {
			t.Fatal(o, err)
		}
		if all, err := h.read().TermsOf(o.ID); err != nil || len(all) != 3 {
			t.Errorf("there are %d revisions, %v", len(all), err)
		}
	})
}

// TestStockAgainstClaims: whatever stock is set while people claim, no more is ever claimed than there is, and none below what is
// claimed is taken.
func TestStockAgainstClaims(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 1)
		ctx, me := context.Background(), h.sponsor()
		o := h.open(h.draft(10))
		people := h.members(40)
		var wg sync.WaitGroup
		for i, m := range people {
			wg.Go(func() { _, _ = h.claim(m, o.ID, fmt.Sprintf("key-%08d", i)) })
		}
		set := make([]error, 30)
		for i := range set {
			wg.Go(func() { _, set[i] = h.service.SetStock(ctx, me, o.ID, 0, 5+i%20) })
		}
		wg.Wait()
		for i, err := range set {
			if code := models.CodeOf(err); err != nil && code != "stock_claimed" {
				t.Errorf("stock %d: %v", 5+i%20, err)
			}
		}
		now := h.offer(o.ID)
		held, err := h.read().AllVouchers()
		if err != nil || len(held) != now.Claimed || now.Claimed > now.Stock {
			t.Fatalf("%d vouchers, %d claimed of %d, %v", len(held), now.Claimed, now.Stock, err)
		}
		_, err = h.service.SetStock(ctx, me, o.ID, 0, max(now.Claimed-1, 1))
		wantCode(t, err, "stock_claimed")
		if o, err = h.service.SetStock(ctx, me, o.ID, 0, now.Claimed); err != nil || offers.StageOf(o, h.now()) != offers.StageExhausted {
			t.Fatal(offers.StageOf(o, h.now()), err)
		}
		_, err = h.service.SetStock(ctx, me, o.ID, now.Claimed+7, now.Claimed+8)
		wantCode(t, err, "offer_changed")
		if o, err = h.service.SetStock(ctx, me, o.ID, now.Claimed, now.Claimed+1); err != nil || offers.StageOf(o, h.now()) != offers.StageLive {
			t.Fatal(offers.StageOf(o, h.now()), err)
		}
	})
}

// TestWithdraw: nobody claims a withdrawn offer, what waits for a slot is given up, and who holds a voucher uses it.
func TestWithdraw(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		h := newHouse(t, s, clock, 2)
		o := h.open(h.draft(5))
		ann := h.member("ann")
		got, err := h.claim(ann, o.ID, "key-ann-1")
		if err != nil {
			t.Fatal(err)
		}
		withdraw := func(who models.Account, why string) error {
			return s.Tx(context.Background(), func(tx *models.Tx) error {
				_, err := offers.Withdraw(tx.In(h.community), h.ledger, who, o.ID, why)
				return err
			})
		}
		stranger := h.sponsor()
		stranger.BrandID = h.brands[1]
		wantCode(t, withdraw(stranger, "mine"), "offer_not_found")
		wantCode(t, withdraw(h.sponsor(), " "), "reason_missing")
		for range 2 {
			if err := withdraw(h.organiser(), "缺货"); err != nil {
				t.Fatal(err)
			}
		}
		if o = h.offer(o.ID); o.State != models.OfferWithdrawn || o.WithdrawReason != "缺货" || o.WithdrawnBy != 72 || offers.StageOf(o, h.now()) != offers.StageWithdrawn {
			t.Errorf("it is %+v", o)
		}
		_, err = h.claim(h.member("bea"), o.ID, "key-bea-1")
		wantCode(t, err, "offer_withdrawn")
		if again, err := h.claim(ann, o.ID, "key-ann-1"); err != nil || again.Code != got.Code {
			t.Error("her own request is answered with", err)
		}
		h.drain()
		all, err := h.read().PlacementsOf(o.ID)
		if err != nil || len(all) != 2 || len(h.handed) != 0 {
			t.Fatal(all, h.handed, err)
		}
		for _, p := range all {
			if p.State != models.PlacementReleased || p.Reason != "offer_ended" {
				t.Errorf("a placement is %s for %s", p.State, p.Reason)
			}
		}
		if _, err := h.redeem(0, got.Code, "request-1"); err != nil {
			t.Error("a promised voucher is refused:", err)
		}
		_, err = h.service.Edit(context.Background(), h.sponsor(), o.ID, 0, h.draft(9))
		wantCode(t, err, "offer_closed")
	})
}

// TestStages: where an offer stands follows from its state, its times and its stock.
func TestStages(t *testing.T) {
	t.Parallel()
	o := models.Offer{State: models.OfferApproved, StartsAt: 10, EndsAt: 20, Stock: 2, Claimed: 1}
	full := o
	full.Claimed = 2
	for _, c := range []struct {
		o    models.Offer
		now  models.Millis
		want offers.Stage
	}{
		{o, 9, offers.StageScheduled}, {o, 10, offers.StageLive}, {o, 19, offers.StageLive}, {o, 20, offers.StageEnded},
		{full, 9, offers.StageScheduled}, {full, 15, offers.StageExhausted}, {full, 20, offers.StageEnded},
		{models.Offer{State: models.OfferDone}, 0, offers.StageEnded}, {models.Offer{State: models.OfferDraft}, 0, offers.StageDraft},
		{models.Offer{State: models.OfferDeclined}, 0, offers.StageDeclined}, {models.Offer{State: models.OfferSubmitted}, 0, offers.StageSubmitted},
	} {
		if got := offers.StageOf(c.o, c.now); got != c.want {
			t.Errorf("%s at %d is %s, want %s", c.o.State, c.now, got, c.want)
		}
	}
}

// TestWordsFor: readers get their language, the other Chinese script before the offer's own words, and those otherwise.
func TestWordsFor(t *testing.T) {
	t.Parallel()
	terms := models.Terms{Title: "own", Body: "own text"}
	all := []models.Creative{{Locale: "", CardTitle: "own card", PictureID: 7}, {Locale: "zh-Hans", Title: "简体", Body: "x"},
		{Locale: "en", Title: "English", Body: "y", CardTitle: "card"}}
	for locale, want := range map[string]offers.Reading{
		"en":      {Locale: "en", Title: "English", Body: "y", CardTitle: "card", PictureID: 7},
		"zh-Hans": {Locale: "zh-Hans", Title: "简体", Body: "x", CardTitle: "简体", PictureID: 7},
		"zh-Hant": {Locale: "zh-Hans", Title: "简体", Body: "x", CardTitle: "简体", PictureID: 7},
		"":        {Title: "own", Body: "own text", CardTitle: "own card", PictureID: 7},
	} {
		if got := offers.WordsFor(terms, all, locale); got != want {
			t.Errorf("%s reads %+v, want %+v", locale, got, want)
		}
	}
	if got := offers.WordsFor(terms, nil, "en"); got != (offers.Reading{Title: "own", Body: "own text", CardTitle: "own"}) {
		t.Errorf("without words she reads %+v", got)
	}
}
