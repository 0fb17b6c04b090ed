package doctor

import (
	"context"

	"siyu/models"
	"siyu/offers/reconcile"
)

// books proves that everything that was promised, used and charged adds up. It tells each row that does not as soon as it is
// found: there may be many.
func (p *patient) books(ctx context.Context, tell func([]Finding)) {
	all, err := p.Store.Read(ctx).Communities()
	if err != nil {
		tell([]Finding{unread(err)})
		return
	}
	for _, c := range all {
		sum, err := reconcile.Run(ctx, reconcile.Options{Store: p.Store, Tell: func(_ models.CommunityID, d reconcile.Difference) {
			tell([]Finding{{Check: "reconcile", About: d.Row, Level: Bad, Data: d,
				What: text("%s: it should be %s, and is %s", "%s：应为 %s，实为 %s", d.Check, d.Want, d.Got)}})
		}}, c.ID)
		if err != nil {
			tell([]Finding{unread(err)})
			continue
		}
		s := sum.Stock
		f := Finding{Check: "reconcile", About: "community:" + c.ID.String(), Level: Good, Data: sum,
			What: text("stock %d = %d left + %d claimed; claimed %d = %d live + %d redeemed + %d expired + %d void; %d vouchers, %d transfers and %d statements add up",
				"库存 %d = 剩余 %d + 已领 %d；已领 %d = 有效 %d + 已核销 %d + 已过期 %d + 已作废 %d；%d 张券、%d 笔账、%d 份结算单全部相符",
				s.Stock, s.Left, s.Claimed, s.Claimed, s.Live, s.Redeemed, s.Expired, s.VoidKept,
				sum.Rows["vouchers"], sum.Rows["transfers"], sum.Rows["statements"])}
		if sum.Found > 0 {
			f.Level, f.What = Bad, text("%d differences", "%d 处不符", sum.Found)
			f.Remedy = text("keep a copy of the database before anything is changed, and compare the rows that are named", "改动前先备份数据库，再逐一核对上面列出的记录")
		}
		tell([]Finding{f})
	}
}

func unread(err error) Finding {
	return Finding{Check: "reconcile", Level: Bad, What: text("the books cannot be read: %v", "账目无法读取：%v", err)}
}
