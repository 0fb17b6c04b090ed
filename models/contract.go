package models

// Basis says what a brand pays for.
type Basis string

// What a brand may pay for. It may have a contract of each.
const (
	BasisRedemption Basis = "redemption" // each voucher written off
	BasisClaim      Basis = "claim"      // each voucher claimed
	BasisPlacement  Basis = "placement"  // each sponsored post that was confirmed in time
	BasisFlat       Basis = "flat"       // each local month
)

// Bases lists what a brand may pay for.
func Bases() []Basis { return []Basis{BasisRedemption, BasisClaim, BasisPlacement, BasisFlat} }

// Contract is how a brand pays. Rows are only added: of those of one basis and offer the newest that has begun counts, and if
// that has ended, none.
type Contract struct {
	ID          ContractID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	BrandID     BrandID
	OfferID     OfferID // zero: all offers of the brand that have none of their own
	Basis       Basis
	Price       int64  // minor units; zero: for nothing
	Currency    string // ISO 4217
	MonthCap    int64  // more than that is not charged in a local month; zero: no cap
	FromAt      Millis
	UntilAt     Millis // zero: open
	Number      int    // counted from 1; unique with the brand
	Note        string
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Contract) TableName() string { return "contracts" }

// AddContract stores a contract as the brand's next and fills its id and number.
func (sc *Scope) AddContract(c *Contract) error {
	var last []Contract
	q := sc.rows().Where("brand_id = ?", int64(c.BrandID)).Order("number DESC").Limit(1)
	if err := list(q, &last, "contracts"); err != nil {
		return err
	}
	c.ID, c.CommunityID, c.CreatedAt, c.Number = newID[Contract](sc.Tx), sc.Community, sc.Now, 1
	if len(last) > 0 {
		c.Number = last[0].Number + 1
	}
	if err := insert(sc.Tx, c, "contract"); IsDuplicate(err) {
		return errMoved // another one got the number: this transaction runs again
	} else if err != nil {
		return err
	}
	return nil
}

// ContractsOf lists all contracts of some brands, the oldest first; of all brands if none is named.
func (sc *Scope) ContractsOf(brands ...BrandID) ([]Contract, error) {
	q := sc.rows().Order("id")
	if len(brands) > 0 {
		q = q.Where("brand_id IN ?", ints(brands))
	}
	var all []Contract
	return all, list(q, &all, "contracts")
}
