package models

import (
	"log/slog"
	"time"

	"gorm.io/gorm"
)

// Operator is an account's own WeChat: who, in the Mini Program, this organiser or brand is. Test notices go there, and
// the platform's text check needs the openid of somebody who was just here.
type Operator struct {
	AccountID   AccountID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AppID       string
	OpenID      string // empty until she has shown the code
	MemberID    MemberID
	CodeHash    *string // of the code that she enters in the Mini Program; nil: none
	CodeUntil   Millis
	BoundAt     Millis
}

// TableName names the table.
func (Operator) TableName() string { return "operators" }

// LogValue keeps the openid out of logs.
func (o Operator) LogValue() slog.Value { return slog.StringValue("operator " + o.AccountID.String()) }

// Operator returns an account's WeChat; NotFound if it never asked for a code.
func (sc *Scope) Operator(account AccountID) (Operator, error) {
	var o Operator
	return o, one(sc.rows().Where("account_id = ?", int64(account)), &o, "operator")
}

// Operators lists the accounts whose WeChat is known.
func (sc *Scope) Operators() ([]Operator, error) {
	var all []Operator
	return all, list(sc.rows().Where("bound_at > 0").Order("account_id"), &all, "operators")
}

// OfferOperatorCode stores the code that binds an account for a while; an earlier one is void.
func (sc *Scope) OfferOperatorCode(account AccountID, code string, life time.Duration) (Operator, error) {
	hash := hashToken(code)
	o := Operator{AccountID: account, CommunityID: sc.Community, CodeHash: &hash, CodeUntil: sc.Now.Add(life)}
	fresh, err := insertOnce(sc.Tx, &o, "operator", func() error {
		_, err := sc.Operator(account)
		return err
	})
	if err != nil || fresh {
		return o, err
	}
	_, err = swap(sc.rows().Where("account_id = ?", int64(account)), &Operator{},
		map[string]any{"code_hash": hash, "code_until": int64(o.CodeUntil)}, "operator")
	if err != nil {
		return o, err
	}
	return sc.Operator(account)
}

// BindOperator takes a code: the account it was made for is this openid from now on. An unknown, used or old code is
// NotFound.
func (sc *Scope) BindOperator(code, appID, openID string, member MemberID) (Operator, error) {
	live := func() *gorm.DB {
		return sc.rows().Where("code_hash = ? AND code_until > ?", hashToken(code), int64(sc.Now))
	}
	var o Operator
	err := one(live(), &o, "operator")
	if IsKind(err, NotFound) {
		return o, Errorf(NotFound, "operator_code_unknown", "no such code, or it is too old")
	}
	if err != nil {
		return o, err
	}
	ok, err := swap(live(), &Operator{}, map[string]any{"app_id": appID, "open_id": openID, "member_id": int64(member),
		"bound_at": int64(sc.Now), "code_hash": nil, "code_until": 0}, "operator")
	if err == nil && !ok {
		err = Errorf(NotFound, "operator_code_unknown", "the code was used meanwhile")
	}
	if err != nil {
		return o, err
	}
	return sc.Operator(o.AccountID)
}

// UnbindOperator forgets an account's WeChat.
func (sc *Scope) UnbindOperator(account AccountID) error {
	err := sc.rows().Where("account_id = ?", int64(account)).Delete(&Operator{}).Error
	return translate(err, "forget an operator")
}
