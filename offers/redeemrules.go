package offers

import (
	"cmp"
	"time"

	"siyu/models"
)

// RedeemRules are the numbers the till goes by. None is a platform's own; where one follows a platform's that is said.
type RedeemRules struct {
	Hold        time.Duration // a voucher is a clerk's between showing and confirming
	Late        time.Duration // after that a confirmation is still taken, if nobody else has taken the voucher up: Wi-Fi is slow
	OwnUndo     time.Duration // a clerk may take back what she wrote off
	ManagerUndo time.Duration // the shop's manager may take back what anybody there wrote off; as on Douyin
	Cycles      int           // reversals of one voucher; as on WeChat Channels
	Most        int           // vouchers of one confirmation; as on WeChat Channels
	WrongCodes  int           // so many wrong codes of one account
	WrongWithin time.Duration // within this
	LockFor     time.Duration // keep it from asking for so long
	Skew        time.Duration // how far a till's clock may be ahead
	OfflineFor  time.Duration // how old what a till did without network may be
	Invitation  time.Duration // how long a clerk's invitation can be used
}

// withDefaults fills in what is not given.
func (r RedeemRules) withDefaults() RedeemRules {
	return RedeemRules{
		Hold:        cmp.Or(r.Hold, 120*time.Second),
		Late:        cmp.Or(r.Late, 10*time.Minute),
		OwnUndo:     cmp.Or(r.OwnUndo, 5*time.Minute),
		ManagerUndo: cmp.Or(r.ManagerUndo, time.Hour),
		Cycles:      cmp.Or(r.Cycles, 10),
		Most:        cmp.Or(r.Most, 10),
		WrongCodes:  cmp.Or(r.WrongCodes, 10),
		WrongWithin: cmp.Or(r.WrongWithin, 10*time.Minute),
		LockFor:     cmp.Or(r.LockFor, 10*time.Minute),
		Skew:        cmp.Or(r.Skew, 2*time.Minute),
		OfflineFor:  cmp.Or(r.OfflineFor, 7*24*time.Hour),
		Invitation:  cmp.Or(r.Invitation, 24*time.Hour),
	}
}

// lockedUntil says until when an account may not ask for codes, from when it asked wrongly, the newest first; zero: it may.
func (r RedeemRules) lockedUntil(wrong []models.Millis, now models.Millis) models.Millis {
	for i := 0; i+r.WrongCodes <= len(wrong); i++ {
		last, first := wrong[i], wrong[i+r.WrongCodes-1]
		if until := last.Add(r.LockFor); last.Sub(first) < r.WrongWithin && now < until {
			return until
		}
	}
	return 0
}

// lookBack is how old wrong codes may be that still count.
func (r RedeemRules) lookBack() time.Duration { return r.WrongWithin + r.LockFor }

func lookupsLocked(until, now models.Millis) error {
	seconds := int((until.Sub(now) + time.Second - 1) / time.Second)
	return models.Errorf(models.Throttled, "lookups_locked", "too many wrong codes").With("seconds", seconds).
		With("minutes", (seconds+59)/60)
}

// seat finds where a clerk works: the shop she names, or her only one. A brand without shops is worked for everywhere. places are
// hers, shops are her brand's.
func seat(shops []models.Shop, places []models.ShopStaff, wanted models.ShopID) (models.Shop, models.ShopStaff, error) {
	if len(shops) == 0 && wanted == 0 {
		return models.Shop{}, models.ShopStaff{}, nil
	}
	if wanted == 0 && len(places) == 1 {
		wanted = places[0].ShopID
	}
	if wanted == 0 && len(places) > 1 {
		return models.Shop{}, models.ShopStaff{}, models.Errorf(models.Invalid, "shop_missing", "say in which shop").With("field", "shop_id")
	}
	for _, p := range places {
		for _, s := range shops {
			if s.ID == wanted && p.ShopID == wanted {
				return s, p, nil
			}
		}
	}
	return models.Shop{}, models.ShopStaff{}, models.Errorf(models.Denied, "not_your_shop", "the account does not work in this shop")
}

// dayStart is the first moment of the local day that now is in. Where clocks skip midnight it is the first one there is.
func dayStart(now models.Millis, zone *time.Location) models.Millis {
	y, m, d := now.Time().In(zone).Date()
	start := time.Date(y, m, d, 0, 0, 0, 0, zone)
	if start.Day() != d { // midnight is not on the clock, and Date has gone back
		start = start.Add(time.Hour)
	}
	return models.MillisOf(start)
}
