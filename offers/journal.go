package offers

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"

	"siyu/models"
)

// JournalInput is what a till sends of its journal, in the order of its numbers.
type JournalInput struct {
	Staff  models.Account // who is signed in now
	Device string
	Lines  []JournalLine
}

// JournalLine is one voucher that a till accepted without a network.
type JournalLine struct {
	N         int64
	RequestNo string
	Code      string // the picture's text
	At        models.Millis
	Staff     models.AccountID // who accepted it
	Shop      models.ShopID
}

// JournalOutcome is what became of a line.
type JournalOutcome struct {
	N         int64
	RequestNo string
	State     models.TillState // "": it could not be looked at now; the till sends it again
	Err       error            // why it is refused, as *models.Error
	Line      RedeemedLine     // of a settled line, in the answer that settles it
}

// Journaled is the answer to a till.
type Journaled struct {
	Now      models.Millis
	Outcomes []JournalOutcome // one for each line, in their order
	Missing  []int64          // numbers the till has counted and never sent
}

// missingMost is how many missing numbers a till is told at once.
const missingMost = 100

// Journal settles what a till did without a network. Each line is settled once however often it comes: its redemption is known by
// its request number, and its outcome by its number in the till's journal. A line in doubt has no outcome and comes again.
func (s *Service) Journal(ctx context.Context, in JournalInput) (Journaled, error) {
	var till models.Till
	var known map[int64]models.TillLine
	numbers := make([]int64, len(in.Lines))
	for i, l := range in.Lines {
		numbers[i] = l.N
	}
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(in.Staff.CommunityID)
		var shop models.ShopID
		if len(in.Lines) > 0 {
			shop = in.Lines[len(in.Lines)-1].Shop
		}
		var err error
		if till, err = sc.SeeTill(in.Device, in.Staff.BrandID, in.Staff.ID, shop); err != nil {
			return err
		}
		known, err = sc.TillLines(till.ID, numbers)
		return err
	})
	if err != nil {
		return Journaled{}, fmt.Errorf("read a till's journal: %w", err)
	}
	out := Journaled{Outcomes: make([]JournalOutcome, len(in.Lines))}
	for i, l := range in.Lines {
		if out.Outcomes[i], err = s.settleLine(ctx, in, till, l, known); err != nil {
			return out, err
		}
	}
	sc := s.store.Read(ctx).In(in.Staff.CommunityID)
	out.Now = sc.Now
	out.Missing, err = sc.MissingTillLines(till.ID, max(till.LastN, highest(numbers)), missingMost)
	return out, err
}

func highest(numbers []int64) int64 {
	var top int64
	for _, n := range numbers {
		top = max(top, n)
	}
	return top
}

// settleLine finds out what became of a line, or makes it so.
func (s *Service) settleLine(ctx context.Context, in JournalInput, till models.Till, l JournalLine, known map[int64]models.TillLine) (JournalOutcome, error) {
	o := JournalOutcome{N: l.N, RequestNo: l.RequestNo}
	digest := l.digest()
	if k, there := known[l.N]; there {
		return o.recall(k, digest), nil
	}
	kept := models.TillLine{TillID: till.ID, N: l.N, RequestNo: l.RequestNo, Digest: digest, SentBy: in.Staff.ID, ShopID: l.Shop,
		DeviceAt: l.At, State: models.TillSettled}
	by, err := s.clerk(ctx, in.Staff, l.Staff)
	if err != nil {
		return o, err
	}
	kept.AccountID = by.ID
	q, err := s.readTicket(ctx, by, l)
	if kept.VoucherID = q.Voucher; err == nil {
		var r Redeemed
		if r, err = s.Redeem(ctx, RedeemInput{Staff: by, Shop: l.Shop, RequestNo: l.RequestNo, Uses: []Use{{Voucher: q.Voucher}},
			DeviceID: in.Device, DeviceAt: l.At, Offline: true}); err == nil {
			kept.RedemptionID = r.Redemption.ID
			if len(r.Lines) > 0 {
				o.Line = r.Lines[0]
			}
		}
	}
	if err != nil && !final(err) {
		if known, ok := errors.AsType[*models.Error](err); ok && known.Kind != models.Internal {
			return o, nil // comes again
		}
		return o, err
	}
	if err != nil {
		kept.State, kept.Code, kept.Args = models.TillRefused, models.CodeOf(err), argsOf(err)
	}
	o.State, o.Err = kept.State, err
	var added bool
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		added, err = tx.In(in.Staff.CommunityID).AddTillLine(&kept)
		return err
	})
	if err != nil || !added { // the same line came twice at once, or is in doubt: it comes again and is recalled
		o.State, o.Err = "", nil
	}
	return o, nil
}

// recall is what was answered before, unless the till now says something else under the same number.
func (o JournalOutcome) recall(k models.TillLine, digest []byte) JournalOutcome {
	if !bytes.Equal(k.Digest, digest) {
		o.State, o.Err = models.TillRefused, models.Errorf(models.Conflict, "till_line_changed", "another line had this number")
		return o
	}
	if o.State = k.State; k.State == models.TillRefused {
		e := models.Errorf(models.Conflict, k.Code, "refused before")
		_ = json.Unmarshal([]byte(k.Args), &e.Args) // what was stored is JSON
		o.Err = e
	}
	return o
}

// digest is of everything that was said in a line.
func (l JournalLine) digest() []byte {
	sum := sha256.Sum256(fmt.Appendf(nil, "%d\n%s\n%s\n%d\n%d\n%d", l.N, l.RequestNo, l.Code, l.At, l.Staff, l.Shop))
	return sum[:]
}

// clerk is who accepted a voucher: another of the brand's staff perhaps, whose shift has ended, or who has left since.
func (s *Service) clerk(ctx context.Context, now models.Account, id models.AccountID) (models.Account, error) {
	if id == 0 || id == now.ID {
		return now, nil
	}
	a, err := s.store.Read(ctx).In(now.CommunityID).Account(id)
	if models.IsKind(err, models.NotFound) || err == nil && (a.Role != models.Staff || a.BrandID != now.BrandID) {
		return now, nil
	}
	return a, err
}

// readTicket checks the picture of a line as if we had seen it at the till, by the till's clock.
func (s *Service) readTicket(ctx context.Context, by models.Account, l JournalLine) (QR, error) {
	q, err := ParseQR(l.Code)
	if err != nil {
		return q, err
	}
	sc := s.store.Read(ctx).In(by.CommunityID)
	if l.At > sc.Now.Add(s.alone.Skew) || l.At < sc.Now.Add(-s.alone.Late) {
		return q, models.Errorf(models.Conflict, "device_time", "the till's clock is wrong, or the line is too old")
	}
	if err := q.VerifyAt(sc.Keys(), l.At, s.alone.Skew); err != nil {
		return q, err
	}
	if q.Brand != by.BrandID {
		return q, models.Errorf(models.NotFound, "code_unknown", "no voucher of this brand has the code")
	}
	return q, nil
}

// final reports whether a refusal will be the same tomorrow.
func final(err error) bool {
	if models.CodeOf(err) == "voucher_reserved" { // it lies before another clerk just now
		return false
	}
	switch models.KindOf(err) {
	case models.NotFound, models.Conflict, models.Invalid, models.Denied, models.Exhausted:
		return true
	case models.Throttled, models.Unavailable, models.Internal:
	}
	return false
}

// argsOf is what the text of a failure names, without what is only for the form it was typed in.
func argsOf(err error) string {
	e, ok := errors.AsType[*models.Error](err)
	if !ok || len(e.Args) == 0 {
		return "{}"
	}
	text, err := json.Marshal(e.Args)
	if err != nil || len(text) > 1024 {
		return "{}"
	}
	return string(text)
}
