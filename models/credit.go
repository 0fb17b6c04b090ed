package models

import (
	"encoding/hex"
	"log/slog"
	"strconv"
	"strings"

	"gorm.io/gorm/clause"
)

// Credit is how many subscription messages of one template may be sent to one openid. The platform grants one with each
// tap on "allow", keeps the number to itself, and answers 43101 when there is none.
//
// A tap is told twice: by the client that saw the dialog's answer, and by the platform's event. Neither says which tap
// it is, either may be late or lost. Both count every tap once, so the larger of the two numbers is never more than
// there were taps, whatever is missing: that number is what counts. What the client alone tells may be invented; so it
// is believed for no more than Trust credits beyond the events, and not at all after the platform has said that there
// are none, until an event comes again.
type Credit struct {
	ID          ID[Credit] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AppID       string
	OpenID      string
	TemplateID  string
	ByEvent     int    // taps the platform told of, since EpochAt
	ByClient    int    // taps the client told of, since EpochAt
	Trust       int    // how many credits the client alone may give
	Granted     int    // what counts, see [Credit.Counted]; it only grows within an epoch
	Spent       int    // never more than Granted
	EpochAt     Millis // when the ledger was last set to zero: what happened before does not count
	RefusedAt   Millis // when she last said no, or the platform refused
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Credit) TableName() string { return "credits" }

// LogValue keeps the openid out of logs.
func (c Credit) LogValue() slog.Value { return slog.StringValue("credit " + c.ID.String()) }

// ClientTrust is how many credits the client alone may give while the platform's events are late or lost.
const ClientTrust = 1

// clientDelay is how long after the tap a client's report may come: a request lives for a minute at most. A tap within
// it of an epoch's beginning may have been before it.
const clientDelay Millis = 60_000

// Counted is how many credits the two counts prove.
func (c Credit) Counted() int { return min(max(c.ByEvent, c.ByClient), c.ByEvent+c.Trust) }

// Left is how many messages may still be sent.
func (c Credit) Left() int { return c.Granted - c.Spent }

// Source says who told of an answer.
type Source string

// The sources of a report.
const (
	SourceEvent  Source = "event"  // the platform's subscribe_msg_popup_event
	SourceClient Source = "client" // the Mini Program, from wx.requestSubscribeMessage
)

// Subscription is one answer to the subscription dialog as one source told it, kept so that it counts once.
type Subscription struct {
	ID          ID[Subscription] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	UID         string // the natural key, see [SubscriptionUID]
	AppID       string
	OpenID      string
	TemplateID  string
	Source      Source
	Answer      string // accept, reject, ban, filter, acceptWithAlert, …
	At          Millis // of the tap, as the source tells it
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Subscription) TableName() string { return "subscriptions" }

// LogValue keeps the openid out of logs.
func (s Subscription) LogValue() slog.Value { return slog.StringValue("subscription " + s.ID.String()) }

// Accepted reports whether the answer gives a credit: every kind of accept does.
func (s Subscription) Accepted() bool { return strings.HasPrefix(s.Answer, "accept") }

// SubscriptionUID names one line of one report: ref is the push's key or the client's request id. The openid is in it
// only as a keyed hash.
func (tx *Tx) SubscriptionUID(source Source, appID, openID, ref string, line int, template string) string {
	told := strings.Join([]string{appID, openID, ref, strconv.Itoa(line), template}, "\x00")
	return string(source) + ":" + hex.EncodeToString(tx.Keys().MAC("subscription", []byte(told))[:20])
}

// AddSubscription books one reported answer, once, and reports whether it was new.
func (sc *Scope) AddSubscription(s Subscription) (bool, error) {
	s.ID, s.CommunityID, s.CreatedAt = newID[Subscription](sc.Tx), sc.Community, sc.Now
	fresh, err := insertOnce(sc.Tx, &s, "subscription", func() error {
		var known Subscription
		return one(sc.rows().Where("uid = ?", s.UID), &known, "subscription")
	})
	if err != nil || !fresh {
		return false, err
	}
	c, err := sc.lockCredit(s.AppID, s.OpenID, s.TemplateID)
	if err != nil {
		return false, err
	}
	return true, sc.setCredit(c, c.with(s))
}

// with is the ledger after one more report; pure.
func (c Credit) with(s Subscription) Credit {
	switch {
	case s.Answer == "reject":
		c.RefusedAt = max(c.RefusedAt, s.At)
	case !s.Accepted():
	case s.Source == SourceEvent && (c.EpochAt == 0 || s.At > c.EpochAt):
		c.ByEvent++
		c.Trust = ClientTrust
	case s.Source == SourceClient && (c.EpochAt == 0 || s.At > c.EpochAt+clientDelay):
		c.ByClient++
	}
	c.Granted = max(c.Granted, c.Counted())
	return c
}

// ZeroCredit sets a ledger to zero: she refuses, or the platform says that there is no credit. What was told of taps
// before at, and may still come, does not count any more.
func (sc *Scope) ZeroCredit(appID, openID, template string, at Millis) error {
	c, err := sc.lockCredit(appID, openID, template)
	if err != nil {
		return err
	}
	if at < c.EpochAt { // an old refusal that came late
		return nil
	}
	next := c
	next.ByEvent, next.ByClient, next.Trust, next.Granted, next.Spent = 0, 0, 0, 0, 0
	next.EpochAt, next.RefusedAt = at, max(c.RefusedAt, at)
	return sc.setCredit(c, next)
}

// SpendCredit takes one credit before a message is sent; it reports false if there is none. The epoch is needed to give
// it back.
func (sc *Scope) SpendCredit(appID, openID, template string) (epoch Millis, ok bool, err error) {
	c, err := sc.Credit(appID, openID, template)
	if IsKind(err, NotFound) {
		return 0, false, nil
	}
	if err != nil {
		return 0, false, err
	}
	r := sc.db.Exec("UPDATE credits SET spent = spent + 1 WHERE community_id = ? AND id = ? AND epoch_at = ? AND spent < granted",
		int64(sc.Community), int64(c.ID), int64(c.EpochAt))
	return c.EpochAt, r.RowsAffected == 1, translate(r.Error, "spend credit")
}

// ReturnCredit gives back what a message that was surely not sent had taken. After the ledger was set to zero there is
// nothing to give back to.
func (sc *Scope) ReturnCredit(appID, openID, template string, epoch Millis) error {
	r := sc.db.Exec("UPDATE credits SET spent = spent - 1 WHERE community_id = ? AND app_id = ? AND open_id = ? AND template_id = ? "+
		"AND epoch_at = ? AND spent > 0", int64(sc.Community), appID, openID, template, int64(epoch))
	return translate(r.Error, "return credit")
}

// Credit returns one ledger; NotFound if nothing was ever told of it.
func (sc *Scope) Credit(appID, openID, template string) (Credit, error) {
	var c Credit
	return c, one(sc.rows().Where("app_id = ? AND open_id = ? AND template_id = ?", appID, openID, template), &c, "credit")
}

// CreditsOf lists the ledgers of an openid.
func (sc *Scope) CreditsOf(appID, openID string) ([]Credit, error) {
	var all []Credit
	return all, list(sc.rows().Where("app_id = ? AND open_id = ?", appID, openID).Order("id"), &all, "credits")
}

// lockCredit returns one ledger, made if need be, and keeps others from changing it until the transaction ends.
func (sc *Scope) lockCredit(appID, openID, template string) (Credit, error) {
	c := Credit{ID: newID[Credit](sc.Tx), CommunityID: sc.Community, AppID: appID, OpenID: openID, TemplateID: template,
		Trust: ClientTrust, CreatedAt: sc.Now}
	read := func() error {
		q := sc.rows().Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate}).
			Where("app_id = ? AND open_id = ? AND template_id = ?", appID, openID, template)
		var known Credit
		err := one(q, &known, "credit")
		if err == nil {
			c = known
		}
		return err
	}
	if err := read(); !IsKind(err, NotFound) {
		return c, err
	}
	_, err := insertOnce(sc.Tx, &c, "credit", read)
	return c, err
}

// setCredit writes a locked ledger.
func (sc *Scope) setCredit(was, is Credit) error {
	if was == is {
		return nil
	}
	_, err := swap(sc.rows().Where("id = ?", int64(was.ID)), &Credit{}, map[string]any{"by_event": is.ByEvent,
		"by_client": is.ByClient, "trust": is.Trust, "granted": is.Granted, "spent": is.Spent,
		"epoch_at": int64(is.EpochAt), "refused_at": int64(is.RefusedAt)}, "credit")
	return err
}
