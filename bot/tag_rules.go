package bot

import (
	"slices"
	"strconv"
	"time"

	"siyu/models"
)

// The kinds of a tag's condition: what somebody did, as her touches tell, where she is, and what she reads. There is none
// for her city: WeChat does not tell it any more.
const (
	CondEntry  = "entry"  // scanned an entry's code
	CondVideo  = "video"  // came by a video
	CondGroup  = "group"  // is in a group now
	CondFollow = "follow" // followed the account; WithinMs: lately
	CondVisit  = "visit"  // opened the Mini Program
	CondClaim  = "claim"  // claimed a voucher of an offer
	CondRedeem = "redeem" // had one written off
	CondLang   = "lang"   // reads one of these languages
)

// What a rule may ask for at most.
const (
	maxConditions = 10
	maxRuleIDs    = 50
	maxAtLeast    = 1000
)

// MemberFacts is everything a tag's rule may look at.
type MemberFacts struct {
	Touches []models.Touch
	Groups  []models.GroupID // she is in now
	Lang    string
}

// RuleHolds reports whether a member meets a rule now. A rule without conditions is met by nobody.
func RuleHolds(r models.TagRule, f MemberFacts, now models.Millis) bool {
	for _, c := range r.All {
		if conditionHolds(c, f, now) == c.Not {
			return false
		}
	}
	return len(r.All) > 0
}

func conditionHolds(c models.TagCondition, f MemberFacts, now models.Millis) bool {
	switch c.Kind {
	case CondLang:
		return slices.Contains(c.Langs, f.Lang)
	case CondGroup:
		return slices.ContainsFunc(f.Groups, func(g models.GroupID) bool { return named(c.IDs, int64(g)) })
	}
	n := 0
	for _, t := range f.Touches {
		lately := c.WithinMs == 0 || t.At > now.Add(-time.Duration(c.WithinMs)*time.Millisecond)
		if lately && touchCounts(c, t) {
			n++
		}
	}
	return n >= max(c.AtLeast, 1)
}

// touchCounts reports whether a touch is what a condition asks for.
func touchCounts(c models.TagCondition, t models.Touch) bool {
	switch c.Kind {
	case CondEntry:
		return t.Kind == models.TouchVideo && t.EntryID != 0 && named(c.IDs, int64(t.EntryID))
	case CondVideo:
		return t.Kind == models.TouchVideo && t.VideoID != 0 && named(c.IDs, int64(t.VideoID))
	case CondFollow:
		return t.Kind == models.TouchFollow
	case CondVisit:
		return t.Kind == models.TouchMini
	case CondClaim:
		return t.Kind == models.TouchClaim && named(c.IDs, int64(t.OfferID))
	case CondRedeem:
		return t.Kind == models.TouchRedeem && named(c.IDs, int64(t.OfferID))
	}
	return false
}

// named reports whether an id is one of those that are named; all are when none is.
func named(ids []string, id int64) bool {
	return len(ids) == 0 || slices.Contains(ids, strconv.FormatInt(id, 10))
}

// CheckRule refuses a rule that cannot be meant.
func CheckRule(r models.TagRule) error {
	if len(r.All) == 0 || len(r.All) > maxConditions {
		return models.Errorf(models.Invalid, "rule_size", "a rule has 1 to %d conditions", maxConditions).
			With("field", "rule.all").With("max", maxConditions)
	}
	for i, c := range r.All {
		field := "rule.all." + strconv.Itoa(i)
		known := []string{CondEntry, CondVideo, CondGroup, CondFollow, CondVisit, CondClaim, CondRedeem, CondLang}
		odd := slices.ContainsFunc(c.IDs, func(s string) bool { n, err := strconv.ParseInt(s, 10, 64); return err != nil || n < 1 })
		lang := slices.ContainsFunc(c.Langs, func(s string) bool { return !slices.Contains([]string{"zh-Hans", "zh-Hant", "en"}, s) })
		if !slices.Contains(known, c.Kind) || odd || lang || len(c.IDs) > maxRuleIDs || (c.Kind == CondLang) != (len(c.Langs) > 0) ||
			c.AtLeast < 0 || c.AtLeast > maxAtLeast || c.WithinMs < 0 || c.WithinMs > int64(maxWithin/time.Millisecond) {
			return models.Errorf(models.Invalid, "rule_condition", "this condition cannot be understood").With("field", field)
		}
	}
	return nil
}

// maxWithin bounds how far back a condition looks.
const maxWithin = 10 * 365 * 24 * time.Hour

// factsOf reads what rules look at, of some addressees.
func factsOf(sc *models.Scope, people []models.Addressee) (map[models.MemberID]MemberFacts, error) {
	ids := make([]models.MemberID, len(people))
	for i, p := range people {
		ids[i] = p.MemberID
	}
	touches, err := sc.TouchesOfAll(ids)
	if err != nil {
		return nil, err
	}
	groups, err := sc.GroupsOfAll(ids)
	if err != nil {
		return nil, err
	}
	all := make(map[models.MemberID]MemberFacts, len(people))
	for _, p := range people {
		all[p.MemberID] = MemberFacts{Touches: touches[p.MemberID], Groups: groups[p.MemberID], Lang: p.Lang}
	}
	return all, nil
}
