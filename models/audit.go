package models

// Audit is who did what, when. Rows are only added.
type Audit struct {
	ID          ID[Audit] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	AccountID   AccountID // zero: Siyu itself
	Action      string    // such as offer.approve
	Object      string    // such as offer:123
	Detail      string
	At          Millis
}

// TableName names the table.
func (Audit) TableName() string { return "audits" }

// AddAudit writes down what an account did.
func (sc *Scope) AddAudit(who AccountID, action, object, detail string) error {
	a := Audit{ID: newID[Audit](sc.Tx), CommunityID: sc.Community, AccountID: who, Action: action, Object: object,
		Detail: detail, At: sc.Now}
	return insert(sc.Tx, &a, "audit")
}

// Audits lists the newest entries first, at most limit.
func (sc *Scope) Audits(limit int) ([]Audit, error) {
	var all []Audit
	return all, list(sc.rows().Order("id DESC").Limit(limit), &all, "audit")
}
