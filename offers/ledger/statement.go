package ledger

import (
	"fmt"
	"time"

	"siyu/models"
)

// longestTransaction is longer than any transaction lasts: what was booked earlier than that before a month ended is in its
// statement, or nowhere. A charge that is committed after its month was closed is in the next statement.
const longestTransaction = 24 * time.Hour

// linesPart is how many lines are read and written together.
const linesPart = 1000

// Since is from when on a brand's charges may be in no statement, last being the latest that was closed.
func Since(last models.Statement) models.Millis {
	if last.ID == 0 {
		return 0
	}
	return last.UntilAt.Add(-longestTransaction)
}

// Zone is the community's zone: its clocks say when a month is over.
func Zone(sc *models.Scope) (*time.Location, error) {
	c, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	zone, err := time.LoadLocation(c.Zone)
	if err != nil {
		return nil, fmt.Errorf("zone of the community: %w", err)
	}
	return zone, nil
}

// Close closes a brand's month in a currency: everything that was charged or taken back until its end and is in no statement
// yet becomes a line of this one, with the fees of the month and what is above a cap. A statement does not change any more; its
// number is the community's next. By is who closes it, which is her review of it, or zero if nobody does. A month that is not over (statement_month_open), is closed (statement_closed), or in which
// nothing was charged (statement_empty) is a Conflict.
func Close(sc *models.Scope, by models.AccountID, brand models.BrandID, currency, month string) (models.Statement, error) {
	st := models.Statement{BrandID: brand, Currency: currency, Month: month, ClosedBy: by}
	m, err := ParseMonth(month)
	if err != nil {
		return st, err
	}
	if _, err := sc.Brand(brand); err != nil {
		return st, err
	}
	zone, err := Zone(sc)
	if err != nil {
		return st, err
	}
	if by != 0 { // who closes it has looked at it
		st.ReviewedBy, st.ReviewedAt = by, sc.Now
	}
	st.FromAt, st.UntilAt = m.From(zone), m.Until(zone)
	if sc.Now < st.UntilAt {
		return st, models.Errorf(models.Conflict, "statement_month_open", "%s is not over", month).
			With("at", st.UntilAt.Time().In(zone).Format("2006-01-02 15:04"))
	}
	if _, err := sc.LockCommunity(); err != nil { // one is closed after the other
		return st, err
	}
	last, closed, err := sc.LastStatement(brand, currency)
	if err != nil {
		return st, err
	}
	if closed && last.UntilAt >= st.UntilAt {
		return st, models.Errorf(models.Conflict, "statement_closed", "%s is closed", last.Month).With("month", last.Month)
	}
	if err := sc.InsertStatement(&st); err != nil {
		return st, err
	}
	c := closing{sc: sc, st: &st, last: last, zone: zone, titles: map[models.OfferID]string{}, months: map[capped]bool{}}
	if err := c.run(m); err != nil {
		return st, err
	}
	if st.LineCount == 0 {
		return st, models.Errorf(models.Conflict, "statement_empty", "nothing was charged until the end of %s", month)
	}
	return st, sc.SetStatement(st)
}

// closing is a statement while its lines are written.
type closing struct {
	sc     *models.Scope
	st     *models.Statement
	last   models.Statement
	zone   *time.Location
	titles map[models.OfferID]string
	months map[capped]bool
	digest models.DigestLines
}

func (c *closing) run(m Month) error {
	all, err := c.sc.ContractsOf(c.st.BrandID)
	if err != nil {
		return err
	}
	contracts := make(map[models.ContractID]models.Contract, len(all))
	for _, k := range all {
		contracts[k.ID] = k
	}
	var after *models.Transfer
	for {
		part, err := c.sc.Unstated(c.st.BrandID, c.st.Currency, Since(c.last), c.st.UntilAt, after, linesPart)
		if err != nil {
			return err
		}
		if len(part) == 0 {
			break
		}
		after = &part[len(part)-1]
		if err := c.look(part, contracts); err != nil {
			return err
		}
		if err := c.add(part); err != nil {
			return err
		}
	}
	extra, err := c.fees(all, m)
	if err != nil {
		return err
	}
	for month := range c.months {
		t, due, err := capLine(c.sc, month, *c.st, c.zone)
		if err != nil {
			return err
		}
		if due {
			extra = append(extra, t)
		}
	}
	sortByCause(extra)
	if err := c.sc.InsertTransfers(extra); err != nil {
		return err
	}
	return c.add(extra)
}

// look notes of which capped months the transfers are.
func (c *closing) look(part []models.Transfer, contracts map[models.ContractID]models.Contract) error {
	var ids []models.TransferID
	for _, t := range part {
		if t.ReversesID != nil {
			ids = append(ids, *t.ReversesID)
		}
	}
	origin, err := c.sc.TransfersByID(ids)
	for _, month := range cappedIn(part, origin, contracts, c.zone) {
		c.months[month] = true
	}
	return err
}

// fees are the flat fees of the months since the last statement, each of which a contract was in force in.
func (c *closing) fees(all []models.Contract, m Month) ([]models.Transfer, error) {
	first := m
	if c.last.ID != 0 {
		first = MonthAt(c.last.UntilAt, c.zone)
	} else if len(all) > 0 {
		first = MonthAt(min(all[0].FromAt, c.st.FromAt), c.zone)
	}
	var fees []models.Transfer
	for month := first; month.From(c.zone) < c.st.UntilAt; month = month.Next() {
		k, due := flatIn(all, month.From(c.zone), month.Until(c.zone))
		if due && k.Currency == c.st.Currency && k.Price > 0 {
			fees = append(fees, charge(k, 0, models.CodeFlat, fmt.Sprintf("contract:%s:%s", k.ID, month)))
		}
	}
	known := make([]models.TransferID, len(fees))
	for i, f := range fees {
		known[i] = models.NewTransferID(c.sc.Community, f.Code, f.Ref)
	}
	booked, err := c.sc.TransfersByID(known)
	left := fees[:0]
	for i, f := range fees {
		if _, is := booked[known[i]]; !is {
			left = append(left, f)
		}
	}
	return left, err
}

// flatIn is the contract whose flat fee is due for a month: the one in force when the month begins, or else the first that
// begins in it.
func flatIn(all []models.Contract, from, until models.Millis) (models.Contract, bool) {
	if k, is := InForce(all, 0, models.BasisFlat, from); is {
		return k, true
	}
	for _, k := range all {
		if k.Basis == models.BasisFlat && k.FromAt > from && k.FromAt < until {
			if is, ok := InForce(all, 0, models.BasisFlat, k.FromAt); ok {
				return is, true
			}
		}
	}
	return models.Contract{}, false
}

// add writes the lines of some transfers.
func (c *closing) add(part []models.Transfer) error {
	if len(part) == 0 {
		return nil
	}
	if err := c.name(part); err != nil {
		return err
	}
	lines := make([]models.StatementLine, len(part))
	for i, t := range part {
		c.st.LineCount++
		l := models.StatementLine{TransferID: t.ID, StatementID: c.st.ID, CommunityID: c.sc.Community, No: c.st.LineCount, At: t.At, Code: t.Code,
			Ref: t.Ref, OfferID: t.OfferID, ContractID: t.ContractID, Title: c.titles[t.OfferID], Amount: t.Amount}
		if t.Credit != models.PurseIncome {
			l.Amount = -t.Amount
		}
		c.st.Total += l.Amount
		c.digest.Add(l)
		lines[i] = l
	}
	c.st.Digest = c.digest.String()
	return c.sc.InsertStatementLines(lines)
}

// name reads what the offers are called that are not known yet.
func (c *closing) name(part []models.Transfer) error {
	var ids []models.OfferID
	for _, t := range part {
		if _, known := c.titles[t.OfferID]; !known && t.OfferID != 0 {
			c.titles[t.OfferID] = ""
			ids = append(ids, t.OfferID)
		}
	}
	found, err := c.sc.OffersByID(ids, false)
	for id, o := range found {
		c.titles[id] = o.Title
	}
	return err
}

// Pay notes that a statement was paid and books it; a second time is a Conflict (statement_paid).
func Pay(sc *models.Scope, by models.AccountID, id models.StatementID, note string) (models.Statement, error) {
	st, err := sc.Statement(id)
	if err != nil {
		return st, err
	}
	fresh, err := sc.PayStatement(id, by, note)
	if err != nil {
		return st, err
	}
	if !fresh {
		return st, models.Errorf(models.Conflict, "statement_paid", "paid before")
	}
	st.PaidAt, st.PaidBy, st.PaidNote = sc.Now, by, note
	if looked, err := sc.ReviewStatement(id, by); err != nil {
		return st, err
	} else if looked {
		st.ReviewedAt, st.ReviewedBy = sc.Now, by
	}
	if st.Total == 0 {
		return st, nil
	}
	t := models.Transfer{Code: models.CodePayment, Ref: "statement:" + id.String(), Unit: st.Currency, Amount: st.Total,
		Debit: models.PurseOutside, Credit: models.SponsorPurse(st.BrandID), OwnerID: int64(st.BrandID)}
	if st.Total < 0 {
		t.Amount, t.Debit, t.Credit = -st.Total, t.Credit, t.Debit
	}
	return st, Post(sc, []models.Transfer{t})
}
