package funnel

import "siyu/models"

// Stage is a step of the funnel. Stages are passed in the order of their numbers.
type Stage int

// The stages.
const (
	Video  Stage = iota + 1 // scanned a video's code
	Follow                  // follows the Official Account
	Group                   // is in a group
	Mini                    // opened the Mini Program
	Claim                   // claimed a voucher
	Redeem                  // had it written off
	Repeat                  // came back in a later week than that
)

// last is the furthest stage.
const last = Repeat

// Stages lists all stages in order.
func Stages() []Stage { return []Stage{Video, Follow, Group, Mini, Claim, Redeem, Repeat} }

// String names the stage as the API does.
func (s Stage) String() string {
	switch s {
	case Video:
		return "video"
	case Follow:
		return "follow"
	case Group:
		return "group"
	case Mini:
		return "mini"
	case Claim:
		return "claim"
	case Redeem:
		return "redeem"
	case Repeat:
		return "repeat"
	}
	return "none"
}

// StageOf returns the stage a kind of touch reaches; zero for a kind that reaches none. No kind reaches Repeat: that
// a touch is a return follows from the redemption before it.
func StageOf(kind models.TouchKind) Stage {
	switch kind {
	case models.TouchVideo:
		return Video
	case models.TouchFollow:
		return Follow
	case models.TouchGroup:
		return Group
	case models.TouchMini:
		return Mini
	case models.TouchClaim:
		return Claim
	case models.TouchRedeem:
		return Redeem
	case models.TouchLeave, models.TouchAway, models.TouchReverse:
	}
	return 0
}

// isReturn reports whether a touch of this stage shows that a person is back: she opened the Mini Program, claimed or
// redeemed. Scanning another video or joining another group does not.
func isReturn(s Stage) bool { return s == Mini || s == Claim || s == Redeem }
