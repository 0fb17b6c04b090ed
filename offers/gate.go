package offers

import (
	"cmp"
	"slices"
	"time"

	"siyu/models"
)

// The verdicts of the gate.
const (
	GateAllow = "allow"
	GateHold  = "hold"
	GateDeny  = "deny"
)

// The reasons of a judgement. They are stable: texts, appeals and reports name them.
const (
	ReasonRankHigh   = "rank_high"        // WeChat takes her for a cheat
	ReasonRankMiddle = "rank_middle"      // WeChat is not sure of her
	ReasonRankless   = "rank_unknown"     // WeChat said nothing, and the policy minds
	ReasonManyClaims = "many_claims"      // more claims in an hour than the policy likes
	ReasonCrowd      = "network_crowded"  // many claims from her network within a minute
	ReasonTooFast    = "too_fast"         // claimed at once after opening the Mini Program, as a program does
	ReasonNewGroups  = "new_groups"       // joined many groups within seven days
	ReasonExclusive  = "exclusive_groups" // claimed many groups' own offers within thirty days
)

// What each reason weighs, in points. They are ours: one sure sign refuses, one doubt holds, two doubts refuse, and what honest
// people do too, such as sharing a network with their whole group, only weighs beside something else.
const (
	weighsSure  = 100
	weighsDoubt = 50
	weighsHint  = 30
)

// The spans that signals look back.
const (
	GroupsBack    = 7 * 24 * time.Hour
	ExclusiveBack = 30 * 24 * time.Hour
	ClaimsBack    = time.Hour
)

// Signals are what is known of a claim before it is decided.
type Signals struct {
	Rank            int // WeChat's, 0 to 4; [models.UnknownLevel]: it said nothing
	Claims          int // hers within [ClaimsBack], with this one
	Network         int // from her network within this minute, with this one
	SinceOpening    time.Duration
	NewGroups       int  // joined within [GroupsBack]
	ExclusiveGroups int  // whose own offers she claimed within [ExclusiveBack]
	Cleared         bool // an appeal of hers was upheld a while ago
}

// Judged is what follows from signals under a policy.
type Judged struct {
	Verdict string
	Score   int
	Reasons []string // the weightiest first; also of what is allowed
}

// Judge adds up what speaks against a claim; pure.
func Judge(s Signals, p models.GatePolicy) Judged {
	if s.Cleared || p.Mode == models.GateOff {
		return Judged{Verdict: GateAllow}
	}
	type sign struct {
		reason string
		weighs int
	}
	var signs []sign
	add := func(is bool, reason string, weighs int) {
		if is {
			signs = append(signs, sign{reason, weighs})
		}
	}
	above := func(n, limit int) bool { return limit > 0 && n > limit }
	add(s.Rank >= p.DenyRank, ReasonRankHigh, weighsSure)
	add(s.Rank >= p.HoldRank && s.Rank < p.DenyRank, ReasonRankMiddle, weighsDoubt)
	add(s.Rank < 0 && p.Unreachable == models.UnreachableDeny, ReasonRankless, weighsSure)
	add(s.Rank < 0 && p.Unreachable == models.UnreachableHold, ReasonRankless, weighsDoubt)
	add(above(s.Claims, p.ClaimsPerHour), ReasonManyClaims, weighsSure)
	add(above(s.NewGroups, p.NewGroups), ReasonNewGroups, weighsDoubt)
	add(above(s.ExclusiveGroups, p.ExclusiveGroups), ReasonExclusive, weighsDoubt)
	add(above(s.Network, p.ClaimsPerMinute), ReasonCrowd, weighsHint)
	add(p.TooFastMs > 0 && s.SinceOpening < time.Duration(p.TooFastMs)*time.Millisecond, ReasonTooFast, weighsHint)
	slices.SortStableFunc(signs, func(a, b sign) int { return cmp.Compare(b.weighs, a.weighs) })
	j := Judged{Verdict: GateAllow}
	for _, sign := range signs {
		j.Score, j.Reasons = j.Score+sign.weighs, append(j.Reasons, sign.reason)
	}
	switch {
	case j.Score >= p.DenyScore:
		j.Verdict = GateDeny
	case j.Score >= p.HoldScore:
		j.Verdict = GateHold
	}
	return j
}
