package miniprogram_test

import (
	"testing"

	"siyu/miniprogram"
	"siyu/models"
)

// TestReview: a text is shown after it was looked at, and only then gives points; it can be changed until then; who has had
// nothing written off has nothing to say, and a reversal takes it away.
func TestReview(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		session := w.login(t, w.sim.NewPerson("小梅"))
		o := w.pastry(t, "面包店")
		v := w.holds(t, session.MemberID, o, w.now().Add(day))
		say := func(stars int, text string) (models.Review, error) {
			return w.WriteReview(t.Context(), session, miniprogram.ReviewInput{Voucher: v.ID, Stars: stars, Body: text})
		}
		_, err := say(5, "好吃")
		wantCode(t, err, models.Conflict, "review_too_early")
		r := w.redeemed(t, v)
		if _, err := say(4, "一般"); err != nil {
			t.Fatal(err)
		}
		mine, err := say(5, "好吃")
		if err != nil || mine.State != models.ReviewPending || mine.Ver != 2 {
			t.Errorf("%+v, %v", mine, err)
		}
		if all, _, err := w.OfferReviews(t.Context(), w.community, o.ID, 0, 10); err != nil || len(all) != 0 {
			t.Errorf("shown before it was looked at: %v, %v", all, err)
		}
		w.drain(t)
		w.wantPoints(t, session, 15, 15)
		all, rating, err := w.OfferReviews(t.Context(), w.community, o.ID, 0, 10)
		if err != nil || len(all) != 1 || all[0].Body != "好吃" || rating.Reviews != 1 || rating.Stars != 0 {
			t.Errorf("%+v %+v, %v", all, rating, err)
		}
		_, err = say(1, "改一下")
		wantCode(t, err, models.Conflict, "review_shown")
		if _, err := w.HideReview(t.Context(), w.community, mine.ID, 0, "不文明", false); err != nil {
			t.Fatal(err)
		}
		if all, _, err := w.OfferReviews(t.Context(), w.community, o.ID, 0, 10); err != nil || len(all) != 0 {
			t.Errorf("a hidden one is shown: %v, %v", all, err)
		}
		other := w.login(t, w.sim.NewPerson("别人"))
		_, err = w.WriteReview(t.Context(), other, miniprogram.ReviewInput{Voucher: v.ID, Stars: 1})
		wantCode(t, err, models.NotFound, "not_found")
		w.reversed(t, r)
		w.drain(t)
		w.wantPoints(t, session, 0, 0)
		if own, err := w.OwnReviews(t.Context(), session, 0, 10); err != nil || len(own) != 1 || own[0].State != models.ReviewVoid {
			t.Errorf("%+v, %v", own, err)
		}
	})
}

// TestReviewRefused: what is refused is not shown and gives nothing; she may write another one, and three make an average.
func TestReviewRefused(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, w *world) {
		w.sim.Moderate("赌场", "risky", 20006)
		o := w.pastry(t, "面包店")
		session := w.login(t, w.sim.NewPerson("小梅"))
		v := w.holds(t, session.MemberID, o, w.now().Add(day))
		w.redeemed(t, v)
		in := miniprogram.ReviewInput{Voucher: v.ID, Stars: 2, Body: "赌场好玩"}
		if _, err := w.WriteReview(t.Context(), session, in); err != nil {
			t.Fatal(err)
		}
		w.drain(t)
		own, err := w.OwnReviews(t.Context(), session, 0, 10)
		if err != nil || own[0].State != models.ReviewRefused || own[0].Check.State != models.CheckRefused {
			t.Fatalf("%+v, %v", own, err)
		}
		w.wantPoints(t, session, 10, 10)
		in.Body = ""
		if r, err := w.WriteReview(t.Context(), session, in); err != nil || r.State != models.ReviewShown {
			t.Errorf("stars alone: %+v, %v", r, err)
		}
		w.wantPoints(t, session, 15, 15)
		for range 2 {
			s := w.login(t, w.sim.NewPerson("成员"))
			v := w.holds(t, s.MemberID, o, w.now().Add(day))
			w.redeemed(t, v)
			if _, err := w.WriteReview(t.Context(), s, miniprogram.ReviewInput{Voucher: v.ID, Stars: 5}); err != nil {
				t.Fatal(err)
			}
		}
		if _, rating, err := w.OfferReviews(t.Context(), w.community, o.ID, 0, 10); err != nil || rating.Reviews != 3 || rating.Stars != 12 {
			t.Errorf("%+v, %v", rating, err)
		}
	})
}
