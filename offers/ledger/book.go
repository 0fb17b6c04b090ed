package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"siyu/models"
)

// refundGrace is how long points that come back can be used at least, even if they had lapsed meanwhile.
const refundGrace = 7 * 24 * time.Hour

// book is one person's points while transfers are applied to them. balance is always what is left of the lots.
type book struct {
	member  models.MemberID
	balance int64
	debt    int64
	lots    []*lot
}

// lot is a lot, and whether it has to be written.
type lot struct {
	models.Lot
	isNew, changed bool
}

// earn adds points.
func (b *book) earn(l models.Lot) {
	b.lots = append(b.lots, &lot{Lot: l, isNew: true})
	b.balance += l.Amount
}

// take uses points, those that lapse first before the others and then the oldest; it returns what it took from which lot, or
// false, having changed nothing, if there are not enough.
func (b *book) take(amount int64) ([]models.LotMove, bool) {
	if amount > b.balance {
		return nil, false
	}
	slices.SortStableFunc(b.lots, func(x, y *lot) int {
		if x.ExpiresAt != y.ExpiresAt && (x.ExpiresAt == 0 || y.ExpiresAt == 0) { // what never lapses comes last
			return cmp.Compare(y.ExpiresAt, x.ExpiresAt)
		}
		return cmp.Or(cmp.Compare(x.ExpiresAt, y.ExpiresAt), cmp.Compare(x.ID, y.ID))
	})
	var moves []models.LotMove
	b.balance -= amount
	for _, l := range b.lots {
		n := min(amount, l.Remaining)
		if n == 0 {
			continue
		}
		l.Remaining -= n
		l.changed = true
		moves = append(moves, models.LotMove{LotID: l.ID, Amount: -n})
		if amount -= n; amount == 0 {
			break
		}
	}
	return moves, true
}

// putBack gives points back to the lots they came from. What would lapse too soon to be used is good for a while longer. A lot
// that is not hers is an error: points must not be lost on their way.
func (b *book) putBack(taken []models.LotMove, now models.Millis) ([]models.LotMove, error) {
	moves := make([]models.LotMove, 0, len(taken))
	for _, m := range taken {
		i := slices.IndexFunc(b.lots, func(l *lot) bool { return l.ID == m.LotID })
		if i < 0 {
			return nil, fmt.Errorf("give points back: lot %s is not member %s's", m.LotID, b.member)
		}
		l := b.lots[i]
		l.Remaining -= m.Amount
		l.changed = true
		b.balance -= m.Amount
		if l.ExpiresAt != 0 {
			l.ExpiresAt = max(l.ExpiresAt, now.Add(refundGrace))
		}
		moves = append(moves, models.LotMove{LotID: m.LotID, Amount: -m.Amount})
	}
	return moves, nil
}

// lapsed lists the lots whose time is over and of which something is left.
func (b *book) lapsed(now models.Millis) []*lot {
	var all []*lot
	for _, l := range b.lots {
		if l.ExpiresAt != 0 && l.ExpiresAt <= now && l.Remaining > 0 {
			all = append(all, l)
		}
	}
	slices.SortFunc(all, func(x, y *lot) int { return cmp.Compare(x.ID, y.ID) })
	return all
}

// empty takes all that is left of a lot.
func (b *book) empty(l *lot) models.LotMove {
	m := models.LotMove{LotID: l.ID, Amount: -l.Remaining}
	b.balance -= l.Remaining
	l.Remaining, l.changed = 0, true
	return m
}

// payDebt is how many of her points go to what she stands for.
func (b *book) payDebt() int64 { return min(b.balance, b.debt) }
