package reconcile

import (
	"fmt"

	"siyu/models"
)

// stocks compares each offer's stock with its vouchers and its waiting list.
func (r *run) stocks() error {
	return pages(r, "offers", r.sc.OfferIDsAfter, func(ids []models.OfferID) (found[models.OfferID], error) {
		all, err := r.sc.CountStocks(ids)
		f := found[models.OfferID]{}
		for _, c := range all {
			stockFaults(f, c)
			if !r.again {
				r.totals.Stock.addUp(c)
			}
		}
		return f, err
	})
}

// stockFaults says what is wrong with one stock.
func stockFaults(f found[models.OfferID], c models.StockCount) {
	row := "offer:" + c.ID.String()
	kept := c.Issued + c.Expired + c.Redeemed + c.VoidKept
	if c.Claimed != kept {
		f.add(c.ID, "stock", row, fmt.Sprintf("claimed %d = %d live + %d redeemed + %d expired + %d void and not returned", kept, c.Issued,
			c.Redeemed, c.Expired, c.VoidKept), fmt.Sprintf("claimed %d", c.Claimed))
	}
	if c.Claimed < 0 || c.Claimed+c.Promised > c.Stock {
		f.add(c.ID, "stock_bound", row, fmt.Sprintf("at most %d", c.Stock), fmt.Sprintf("claimed %d and promised %d", c.Claimed, c.Promised))
	}
	compare(f, c.ID, "promised", row, c.HavePromise, c.Promised)
	compare(f, c.ID, "waiting", row, c.HaveWaited, c.Waiting)
}

// addUp sums the stocks of all offers for the report.
func (t *Stock) addUp(c models.StockCount) {
	t.Stock += c.Stock
	t.Claimed += c.Claimed
	t.Left += c.Stock - c.Claimed
	t.Live += c.Issued
	t.Redeemed += c.Redeemed
	t.Expired += c.Expired
	t.VoidKept += c.VoidKept
	t.VoidReturned += c.VoidReturned
}
