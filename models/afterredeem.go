package models

// AfterRedeem is the job that follows a write-off: what the member gets for it. It is written in the transaction that
// writes the vouchers off, and is named here because the room that writes off does not know the room that gives.
type AfterRedeem struct {
	Community   CommunityID    `json:"community"`
	Redemptions []RedemptionID `json:"redemptions"`
}

// Kind names the job.
func (AfterRedeem) Kind() string { return "redeem.after" }

// AfterReverse is the job that follows the reversal of one write-off: what was given for it is taken back.
type AfterReverse struct {
	Community  CommunityID  `json:"community"`
	Redemption RedemptionID `json:"redemption"`
}

// Kind names the job.
func (AfterReverse) Kind() string { return "redeem.reversed" }
