package offers

import (
	"context"
	"slices"
	"strings"
	"time"

	"siyu/models"
)

// Sheet is what a shop wrote off and took back on one local day (日结单).
type Sheet struct {
	Shop   models.Shop // of a brand without shops empty
	Date   string      // as in 2026-11-23
	Zone   string
	From   models.Millis
	To     models.Millis
	Totals []SheetLine // by currency
	Offers []SheetLine
	Staff  []SheetLine
}

// SheetLine is one line of a sheet. Units and Value are what was written off less what was taken back on this day, whenever that
// was written off.
type SheetLine struct {
	Offer    models.OfferID
	Account  models.AccountID // who wrote it off
	Name     string
	Currency string
	Redeemed int
	Reversed int
	Units    int64 // of one offer's vouchers; what several count cannot be added up
	Value    int64
}

// Sheet adds up one local day of a shop, or with shop zero of a brand without shops. An empty date is today; dates are the
// shop's own.
func (s *Service) Sheet(ctx context.Context, community models.CommunityID, brand models.BrandID, shop models.ShopID, date string) (Sheet, error) {
	sc := s.store.Read(ctx).In(community)
	out := Sheet{}
	if shop != 0 {
		var err error
		if out.Shop, err = sc.Shop(shop); err != nil {
			return out, err
		}
		if out.Shop.BrandID != brand {
			return out, models.Errorf(models.NotFound, "shop_not_found", "no such shop")
		}
	}
	zone, err := zoneAt(sc, out.Shop)
	if err != nil {
		return out, err
	}
	if out.Zone = zone.String(); date == "" {
		date = sc.Now.Time().In(zone).Format(time.DateOnly)
	}
	out.Date = date
	if out.From, out.To, err = dayNamed(date, zone); err != nil {
		return out, err
	}
	return out, out.add(sc, brand)
}

// zoneAt is by which clock a shop's days are: its own, or its community's if it has none.
func zoneAt(sc *models.Scope, shop models.Shop) (*time.Location, error) {
	if shop.Zone != "" {
		if own, err := time.LoadLocation(shop.Zone); err == nil {
			return own, nil
		}
	}
	return zoneOf(sc)
}

// dayNamed is when a local day such as 2026-11-23 begins and ends.
func dayNamed(date string, zone *time.Location) (from, to models.Millis, err error) {
	noon, err := time.ParseInLocation(time.DateOnly+" 15", date+" 12", zone)
	if err != nil {
		return 0, 0, models.Errorf(models.Invalid, "bad_field", "not a date").With("field", "date").With("rule", "datetime").With("param", time.DateOnly)
	}
	return dayStart(models.MillisOf(noon), zone), dayStart(models.MillisOf(noon.AddDate(0, 0, 1)), zone), nil
}

// Day is when a local day, such as 2026-11-23, begins and ends by the clock of a shop, or with shop zero of the community.
func (s *Service) Day(ctx context.Context, community models.CommunityID, shop models.ShopID, date string) (from, to models.Millis, err error) {
	sc := s.store.Read(ctx).In(community)
	var at models.Shop
	if shop != 0 {
		if at, err = sc.Shop(shop); err != nil {
			return 0, 0, err
		}
	}
	zone, err := zoneAt(sc, at)
	if err != nil {
		return 0, 0, err
	}
	return dayNamed(date, zone)
}

// add reads and adds up the day.
func (s *Sheet) add(sc *models.Scope, brand models.BrandID) error {
	var offered []models.OfferID
	var staff []models.AccountID
	for _, back := range []bool{false, true} {
		rows, err := sc.SheetRows(brand, s.Shop.ID, s.From, s.To, back)
		if err != nil {
			return err
		}
		for _, r := range rows {
			sumInto(&s.Totals, SheetLine{Currency: r.Currency}, r, back)
			sumInto(&s.Offers, SheetLine{Offer: r.OfferID, Currency: r.Currency}, r, back)
			sumInto(&s.Staff, SheetLine{Account: r.StaffID, Currency: r.Currency}, r, back)
			offered, staff = append(offered, r.OfferID), append(staff, r.StaffID)
		}
	}
	titles, err := sc.OffersByID(distinct(offered), false)
	if err != nil {
		return err
	}
	accounts, err := sc.AccountsByID(distinct(staff))
	if err != nil {
		return err
	}
	for i := range s.Offers {
		s.Offers[i].Name = titles[s.Offers[i].Offer].Title
	}
	for i := range s.Staff {
		s.Staff[i].Name, s.Staff[i].Units = shownName(accounts[s.Staff[i].Account]), 0
	}
	for i := range s.Totals {
		s.Totals[i].Units = 0
	}
	for _, lines := range [][]SheetLine{s.Totals, s.Offers, s.Staff} {
		slices.SortStableFunc(lines, func(a, b SheetLine) int { return strings.Compare(a.Name+"\x00"+a.Currency, b.Name+"\x00"+b.Currency) })
	}
	return nil
}

// sumInto adds a row to the line of its kind.
func sumInto(lines *[]SheetLine, of SheetLine, r models.SheetRow, back bool) {
	i := slices.IndexFunc(*lines, func(l SheetLine) bool {
		return l.Offer == of.Offer && l.Account == of.Account && l.Currency == of.Currency
	})
	if i < 0 {
		i = len(*lines)
		*lines = append(*lines, of)
	}
	l := &(*lines)[i]
	if back {
		l.Reversed += r.Times
		l.Units -= r.Units
		l.Value -= r.Value
		return
	}
	l.Redeemed += r.Times
	l.Units += r.Units
	l.Value += r.Value
}
