package offers

import (
	"context"
	"fmt"
	"time"

	"siyu/models"
)

// OfflineLimits bound what a till may accept while it has no network. None is a platform's number: two tills without a network
// can accept the same voucher, and this is how much that may cost.
type OfflineLimits struct {
	Tickets  int           // vouchers that wait in one till
	ValueFen int64         // what they are worth together, in minor units
	Age      time.Duration // since the till last heard from us
	Slack    time.Duration // that the till's corrected clock may be off when it looks at a picture
	Skew     time.Duration // that it may be off when the journal arrives
	Late     time.Duration // that a line may arrive after it was written
}

// orDefault fills in what is not said.
func (l OfflineLimits) orDefault() OfflineLimits {
	if l.Tickets == 0 {
		l.Tickets = 30
	}
	if l.ValueFen == 0 {
		l.ValueFen = 200_000
	}
	if l.Age == 0 {
		l.Age = 12 * time.Hour
	}
	if l.Slack == 0 {
		l.Slack = 30 * time.Second
	}
	if l.Skew == 0 {
		l.Skew = 2 * time.Minute
	}
	if l.Late == 0 {
		l.Late = 7 * 24 * time.Hour
	}
	return l
}

// How much a till is told.
const (
	offlineTerms = 500                // revisions of terms
	offlineUsed  = 5000               // used vouchers
	offlineBack  = 7 * 24 * time.Hour // how far back used vouchers are named to a till that knows none
)

// OfflineBook is what a till needs to accept vouchers without a network. It holds no secret and nobody's name.
type OfflineBook struct {
	Now    models.Millis
	Keys   []QRPublic
	Limits OfflineLimits
	Brand  models.BrandID
	Terms  []OfflineTerms
	Used   []models.VoucherID // can still be shown, but not used any more
	Since  models.Millis      // to be asked with next time, so that Used is only what is new
}

// OfflineTerms is what was promised with some vouchers, and when they cannot be used while the book is good.
type OfflineTerms struct {
	models.Terms
	Closed []Span
}

// Span is a stretch of time; To is not part of it.
type Span struct{ From, To models.Millis }

// Offline writes the book for a clerk's till in a shop, zero if the brand has none. Since is what the till's last book said, zero
// if it has none.
func (s *Service) Offline(ctx context.Context, staff models.Account, shop models.ShopID, since models.Millis) (OfflineBook, error) {
	sc := s.store.Read(ctx).In(staff.CommunityID)
	b := OfflineBook{Now: sc.Now, Limits: s.alone, Brand: staff.BrandID, Since: sc.Now}
	b.Keys = QRKeys(sc.Keys(), sc.Now.Add(-time.Hour), sc.Now.Add(s.alone.Age+time.Hour))
	zone, err := shopZone(sc, staff.BrandID, shop)
	if err != nil {
		return b, err
	}
	terms, err := sc.TermsInUse(staff.BrandID, offlineTerms)
	if err != nil {
		return b, fmt.Errorf("offline book: %w", err)
	}
	for _, t := range terms {
		b.Terms = append(b.Terms, OfflineTerms{Terms: t, Closed: closedWithin(t.Blackout.List(), zone, sc.Now, sc.Now.Add(s.alone.Age))})
	}
	// A minute again: what was committed while the last book was read may be older than that book.
	from := max(since.Add(-time.Minute), sc.Now.Add(-offlineBack))
	if b.Used, err = sc.UsedSince(staff.BrandID, from, offlineUsed); err != nil {
		return b, fmt.Errorf("offline book: %w", err)
	}
	return b, nil
}

// shopZone is how the clocks of a shop go; those of the community if it says nothing, or there is no shop.
func shopZone(sc *models.Scope, brand models.BrandID, id models.ShopID) (*time.Location, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, fmt.Errorf("zone of a shop: %w", err)
	}
	name := c.Zone
	if id != 0 {
		shop, err := sc.Shop(id)
		if err != nil {
			return nil, err
		}
		if shop.BrandID != brand {
			return nil, models.Errorf(models.NotFound, "shop_not_found", "no such shop")
		}
		if shop.Zone != "" {
			name = shop.Zone
		}
	}
	zone, err := time.LoadLocation(name)
	if err != nil {
		return nil, fmt.Errorf("zone of a shop: %w", err)
	}
	return zone, nil
}

// closedWithin lists when terms forbid the use between two moments, to the minute.
func closedWithin(spans []models.BlackoutSpan, zone *time.Location, from, to models.Millis) []Span {
	if len(spans) == 0 {
		return nil
	}
	var all []Span
	minute := models.Millis(time.Minute.Milliseconds())
	for at := from - from%minute; at < to; at += minute {
		switch last := len(all) - 1; {
		case !closed(spans, at.Time().In(zone)):
		case last >= 0 && all[last].To == at:
			all[last].To += minute
		default:
			all = append(all, Span{From: at, To: at + minute})
		}
	}
	return all
}
