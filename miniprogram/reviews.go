package miniprogram

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"siyu/models"
)

// maxReview bounds a review in characters; fewest is how many an offer needs before their average is told.
const (
	maxReview     = 500
	fewestReviews = 3
)

// reviewObject begins the name of a review's check: review:<id>:<version>.
const reviewObject = "review:"

// ReviewInput is what a member says of a voucher that was written off.
type ReviewInput struct {
	Voucher models.VoucherID
	Stars   int    // 1 to 5
	Body    string // may be empty
}

// WriteReview stores what a member says of the last write-off of her voucher. She may say it anew until it is shown. A text is
// looked at first; stars alone are shown at once.
func (s *Service) WriteReview(ctx context.Context, session models.Session, in ReviewInput) (models.Review, error) {
	var r models.Review
	in.Body = strings.TrimSpace(in.Body)
	if in.Stars < 1 || in.Stars > 5 {
		return r, models.Errorf(models.Invalid, "bad_field", "1 to 5 stars").With("field", "stars")
	}
	if utf8.RuneCountInString(in.Body) > maxReview {
		return r, models.Errorf(models.Invalid, "bad_field", "a review has 500 characters at most").With("field", "text")
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		person, err := sc.LockPerson(session.MemberID)
		if err != nil {
			return err
		}
		of, v, err := written(sc, person, in.Voucher)
		if err != nil {
			return err
		}
		r = models.Review{RedemptionID: of.ID, VoucherID: v.ID, OfferID: v.OfferID, BrandID: v.BrandID, MemberID: person[0],
			Stars: in.Stars, Body: in.Body, State: models.ReviewPending}
		fresh, err := sc.AddReview(&r)
		if err != nil {
			return err
		}
		if !fresh {
			if same := r.Stars == in.Stars && r.Body == in.Body; same {
				return nil
			}
			if err := rewrite(sc, &r, in); err != nil {
				return err
			}
		}
		if r.Body == "" {
			return s.showReview(sc, person, &r)
		}
		_, err = s.CheckContent(sc, models.Check{Object: reviewObject + r.ID.String() + ":" + strconv.Itoa(r.Ver), Kind: models.CheckText,
			Scene: models.SceneComment, Content: r.Body, MemberID: person[0]})
		return err
	})
	if err != nil {
		return r, fmt.Errorf("write a review: %w", err)
	}
	s.jobs.Wake()
	return r, nil
}

// written finds the last write-off of a person's voucher that stands.
func written(sc *models.Scope, person []models.MemberID, id models.VoucherID) (models.Redemption, models.Voucher, error) {
	v, err := sc.Voucher(id)
	if models.IsKind(err, models.NotFound) || (err == nil && !slices.Contains(person, v.MemberID)) {
		return models.Redemption{}, v, models.Errorf(models.NotFound, "not_found", "no such voucher")
	}
	if err != nil {
		return models.Redemption{}, v, err
	}
	live, err := sc.LiveRedemptions([]models.VoucherID{id})
	if err != nil {
		return models.Redemption{}, v, err
	}
	if len(live[id]) == 0 {
		return models.Redemption{}, v, models.Errorf(models.Conflict, "review_too_early", "the voucher was not written off")
	}
	return live[id][0], v, nil
}

// rewrite stores another version of a review.
func rewrite(sc *models.Scope, r *models.Review, in ReviewInput) error {
	was := r.Ver
	r.Stars, r.Body, r.Ver, r.State = in.Stars, in.Body, was+1, models.ReviewPending
	moved, err := sc.RewriteReview(*r, was)
	if err == nil && !moved {
		err = models.Errorf(models.Conflict, "review_shown", "the review is shown and stays as it is")
	}
	return err
}

// showReview lets others see a review, and gives its author her points.
func (s *Service) showReview(sc *models.Scope, person []models.MemberID, r *models.Review) error {
	moved, err := sc.MoveReview(r.ID, r.Ver, models.ReviewPending, models.ReviewShown)
	if err != nil || !moved {
		return err
	}
	r.State = models.ReviewShown
	_, err = s.earn(sc, person, models.Award{Action: models.ActReview, Ref: int64(r.ID)})
	return err
}

// reviewJudged brings a review in step with the check of its text, whoever decided it. An organiser may pass later what was
// refused, and the other way round.
func (s *Service) reviewJudged(sc *models.Scope, c models.Check) error {
	id, ver, ok := reviewOfCheck(c.Object)
	if !ok || (c.State != models.CheckPassed && c.State != models.CheckRefused) {
		return nil
	}
	person, err := sc.LockPerson(c.MemberID)
	if err != nil {
		return err
	}
	r, err := sc.Review(id)
	if models.IsKind(err, models.NotFound) { // she gave up her account
		return nil
	}
	if err != nil || r.Ver != ver {
		return err
	}
	if c.State == models.CheckPassed {
		if r.State == models.ReviewRefused {
			if _, err := sc.MoveReview(id, ver, models.ReviewRefused, models.ReviewPending); err != nil {
				return err
			}
		}
		return s.showReview(sc, person, &r)
	}
	for _, from := range []models.ReviewState{models.ReviewPending, models.ReviewShown} {
		moved, err := sc.MoveReview(id, ver, from, models.ReviewRefused)
		if err != nil {
			return err
		}
		if moved && from == models.ReviewShown {
			return s.takeBack(sc, person, models.Award{Action: models.ActReview, Ref: int64(id)}, "refused")
		}
	}
	return nil
}

// reviewOfCheck reads which version of which review a check is about; pure.
func reviewOfCheck(object string) (id models.ReviewID, ver int, ok bool) {
	rest, ok := strings.CutPrefix(object, reviewObject)
	if !ok {
		return 0, 0, false
	}
	name, number, _ := strings.Cut(rest, ":")
	ver, err := strconv.Atoi(number)
	return id, ver, err == nil && id.UnmarshalText([]byte(name)) == nil
}

// voidReview takes away the review of a write-off that was reversed, and its points.
func (s *Service) voidReview(sc *models.Scope, person []models.MemberID, of models.RedemptionID) error {
	r, err := sc.ReviewOf(of)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil || r.State == models.ReviewVoid {
		return err
	}
	if _, err := sc.MoveReview(r.ID, r.Ver, r.State, models.ReviewVoid); err != nil {
		return err
	}
	return s.takeBack(sc, person, models.Award{Action: models.ActReview, Ref: int64(r.ID)}, "reversed")
}

// OwnReview is a member's own review, with why it is not shown.
type OwnReview struct {
	models.Review
	Check models.Check // of its text; empty if there is none
}

// OwnReviews lists what a member wrote, newest first, what is before a given id if it is not zero.
func (s *Service) OwnReviews(ctx context.Context, session models.Session, before models.ReviewID, limit int) ([]OwnReview, error) {
	sc := s.store.Read(ctx).In(session.CommunityID)
	person, err := sc.Cluster(session.MemberID)
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	all, err := sc.ReviewsOf(person, before, limit)
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	return withChecks(sc, all)
}

func withChecks(sc *models.Scope, all []models.Review) ([]OwnReview, error) {
	objects := make([]string, len(all))
	for i, r := range all {
		objects[i] = reviewObject + r.ID.String() + ":" + strconv.Itoa(r.Ver)
	}
	checks, err := sc.ChecksOf(objects)
	own := make([]OwnReview, len(all))
	for i, r := range all {
		own[i] = OwnReview{Review: r, Check: checks[objects[i]]}
	}
	return own, err
}

// OfferReviews lists what may be read of an offer, newest first, and how it was rated. The average is told only when enough
// have said something.
func (s *Service) OfferReviews(ctx context.Context, community models.CommunityID, offer models.OfferID, before models.ReviewID, limit int) ([]models.Review, models.Rating, error) {
	sc := s.store.Read(ctx).In(community)
	if _, err := sc.Offer(offer); err != nil {
		return nil, models.Rating{}, err
	}
	all, err := sc.Reviews(models.ReviewFilter{Offer: offer, Public: true, Before: before, Limit: limit})
	if err != nil {
		return nil, models.Rating{}, fmt.Errorf("list reviews: %w", err)
	}
	by, err := sc.Ratings([]models.OfferID{offer})
	if err != nil {
		return nil, models.Rating{}, fmt.Errorf("list reviews: %w", err)
	}
	rating := by[offer]
	if rating.Reviews < fewestReviews {
		rating.Stars = 0
	}
	return all, rating, nil
}

// Reviews lists the community's reviews for its organiser.
func (s *Service) Reviews(ctx context.Context, community models.CommunityID, f models.ReviewFilter) ([]OwnReview, error) {
	sc := s.store.Read(ctx).In(community)
	all, err := sc.Reviews(f)
	if err != nil {
		return nil, fmt.Errorf("list reviews: %w", err)
	}
	return withChecks(sc, all)
}

// HideReview keeps a review from being read, with a reason that its author reads; with show it is shown again.
func (s *Service) HideReview(ctx context.Context, community models.CommunityID, id models.ReviewID, by models.AccountID, reason string, show bool) (models.Review, error) {
	var r models.Review
	if reason = strings.TrimSpace(reason); reason == "" && !show {
		return r, models.Errorf(models.Invalid, "reason_missing", "say why").With("field", "reason")
	}
	action := "review.hide"
	if show {
		action, reason = "review.show", ""
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if _, err := sc.Review(id); err != nil {
			return err
		}
		moved, err := sc.HideReview(id, by, reason)
		if err != nil {
			return err
		}
		if moved {
			err = sc.AddAudit(by, action, "review:"+id.String(), reason)
		}
		if err == nil {
			r, err = sc.Review(id)
		}
		return err
	})
	return r, err
}
