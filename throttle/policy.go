package throttle

import (
	"errors"
	"fmt"
	"hash/fnv"
	"strings"
	"sync"
	"time"

	"siyu/models"
)

// What holds when no policy says otherwise.
const (
	defaultHold      = 12 * time.Hour
	defaultMinWindow = 30 * time.Minute
	offerOnceWithin  = 30 * 24 * time.Hour // the same offer twice in a group within this is refused
)

// errNoPolicy says that a group has no rules, or none that can be read.
var errNoPolicy = errors.New("no readable policy")

// policy is a group's rules as the kernel takes them: the community's and its own together, the strictest wins.
type policy struct {
	rules     []Rule
	calendar  []Calendar
	clock     *Clock
	quiet     *Quiet
	limits    models.Rules // all levels together, for what is no row of the kernel's tables
	hold      int64        // the shortest asked for
	minWindow int64        // the longest asked for
	longest   int64        // how far back the ledger is read: the longest W, or a month and a day
	rev       int          // the newest revision of the group's own rules, or else of the community's
	revs      [2]int       // of the community's and of its own; zero: none

	halfRules    []Rule // the same for a group that is to get half as many, where there are any
	halfCalendar []Calendar

	near, organic, categories bool // what its rules count besides the group's own posts
}

// policyKey names what a policy was made from. Revisions never change, so neither does a policy of the same key.
type policyKey struct {
	community, own models.PolicyID // zero: there is none
	zone           string
}

// policy makes the rules of a group from the newest revisions of the community's and of its own, by group.
func (l *Ledger) policy(g models.Group, newest map[models.GroupID]models.Policy) (policy, error) {
	key := policyKey{community: newest[0].ID, own: newest[g.ID].ID, zone: g.Zone}
	l.made.Lock()
	p, known := l.policies[key]
	l.made.Unlock()
	if known {
		return p, nil
	}
	p, err := l.fresh(g, newest)
	if err != nil {
		return p, err
	}
	l.made.Lock()
	defer l.made.Unlock()
	if l.policies == nil || len(l.policies) >= maxPolicies {
		l.policies = map[policyKey]policy{}
	}
	l.policies[key] = p
	return p, nil
}

// maxPolicies bounds the policies kept; old revisions are never asked for again.
const maxPolicies = 4096

func (l *Ledger) fresh(g models.Group, newest map[models.GroupID]models.Policy) (policy, error) {
	var levels []models.Rules
	var rev int
	var revs [2]int
	for level, owner := range []models.GroupID{0, g.ID} {
		row, has := newest[owner]
		if !has {
			continue
		}
		r, err := row.Rules()
		if err != nil {
			return policy{}, errors.Join(errNoPolicy, err)
		}
		levels, rev, revs[level] = append(levels, r), row.Rev, row.Rev
	}
	p, err := l.zones.compile(g.Zone, levels)
	p.rev, p.revs = rev, revs
	return p, err
}

// compile makes the kernel's tables of all levels' rules together, in a zone.
func (z *zones) compile(zone string, levels []models.Rules) (policy, error) {
	var p policy
	if len(levels) == 0 {
		return p, errNoPolicy
	}
	quiet := make([]Hours, 0, len(levels))
	for i, r := range levels {
		if i == 0 {
			p.limits = r
		} else {
			p.limits = stricter(p.limits, r)
		}
		p.add(r)
		quiet = append(quiet, Hours{From: r.QuietStart, To: r.QuietEnd})
	}
	p.complete()
	var err error
	if p.clock, p.quiet, err = z.quiet(zone, quiet); err != nil {
		return p, errors.Join(errNoPolicy, err)
	}
	return p, nil
}

// complete adds what holds when no level says otherwise, and finds out what the rules count.
func (p *policy) complete() {
	if p.hold == 0 {
		p.hold = defaultHold.Milliseconds()
	}
	if p.minWindow == 0 {
		p.minWindow = defaultMinWindow.Milliseconds()
	}
	spacing := p.limits.OfferSpacing
	if spacing == 0 {
		spacing = offerOnceWithin.Milliseconds()
	}
	p.rules = append(p.rules, Rule{Scope: ScopeOffer, K: 1, W: spacing, Code: OfferOnce})
	for _, r := range p.rules {
		p.longest = max(p.longest, r.W)
		p.near = p.near || r.Scope == ScopeNear
		p.organic = p.organic || r.Scope == ScopeAll
		p.categories = p.categories || r.Scope == ScopeCategory || r.Scope == ScopeRival
	}
	for _, c := range p.calendar {
		p.longest = max(p.longest, reaches(c.Unit)*dayMillis)
		p.organic = p.organic || c.Scope == ScopeAll
		p.categories = p.categories || c.Scope == ScopeCategory
	}
	if h := p.limits.Holdout; h != nil && h.HalfPercent > 0 {
		p.halfRules, p.halfCalendar = halve(p.rules, p.calendar)
		for _, r := range p.halfRules {
			p.longest = max(p.longest, r.W)
		}
	}
}

// add lays one level's rules over what is there. A cap or a gap of zero is no rule; a cap whose window is not positive is
// kept, and the kernel refuses on it.
func (p *policy) add(r models.Rules) {
	if r.GroupCap != 0 {
		p.rules = append(p.rules, Rule{Scope: ScopeGroup, K: r.GroupCap, W: r.GroupWindow, Code: GroupCap})
	}
	if r.MinGap != 0 {
		p.rules = append(p.rules, Rule{Scope: ScopeGroup, K: 1, W: r.MinGap, Code: MinGap})
	}
	if r.BrandCap != 0 {
		p.rules = append(p.rules, Rule{Scope: ScopeBrand, K: r.BrandCap, W: r.BrandWindow, Code: BrandCap})
	}
	if r.RivalGap != 0 {
		p.rules = append(p.rules, Rule{Scope: ScopeRival, K: 1, W: r.RivalGap, Code: Rival})
	}
	if r.OverlapGap != 0 && r.OverlapPercent != 0 {
		p.rules = append(p.rules, Rule{Scope: ScopeNear, K: 1, W: r.OverlapGap, Code: Overlap})
	}
	for _, c := range r.Caps {
		p.cap(c)
	}
	if r.HoldFor != 0 && (p.hold == 0 || r.HoldFor < p.hold) {
		p.hold = r.HoldFor
	}
	p.minWindow = max(p.minWindow, r.MinHold)
}

// cap lays one further ceiling over what is there. One of no known scope or unit counts everything, and one that cannot
// hold refuses: the kernel's strict side.
func (p *policy) cap(c models.Cap) {
	scope := ScopeAll
	switch c.Scope {
	case models.CapGroup:
		scope = ScopeGroup
	case models.CapBrand:
		scope = ScopeBrand
	case models.CapOffer:
		scope = ScopeOffer
	case models.CapCategory:
		scope = ScopeCategory
	case models.CapAll:
	}
	if c.Per == "" {
		p.rules = append(p.rules, Rule{Scope: scope, K: c.K, W: c.Window})
		return
	}
	unit := noUnit
	switch c.Per {
	case models.PerDay:
		unit = Day
	case models.PerWeek:
		unit = Week
	case models.PerMonth:
		unit = Month
	}
	p.calendar = append(p.calendar, Calendar{Scope: scope, K: c.K, PerDay: c.Daily, Unit: unit})
}

// Category is a category's name as the kernel compares it: equal names have equal numbers, no name has zero.
func Category(name string) int64 {
	name = strings.ToLower(strings.TrimSpace(name))
	if name == "" {
		return 0
	}
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	return int64(h.Sum64() | 1) //nolint:gosec // any number will do
}

// zones keeps the tables of clocks and quiet hours that were made: one costs about a millisecond, and groups share few.
type zones struct {
	mu   sync.Mutex
	made map[string]*Quiet
}

// maxZones bounds the tables kept; policies are revised and old tables are never asked for again.
const maxZones = 256

func (z *zones) quiet(zone string, all []Hours) (*Clock, *Quiet, error) {
	key := fmt.Sprint(zone, all)
	z.mu.Lock()
	defer z.mu.Unlock()
	if q := z.made[key]; q != nil {
		return &q.Clock, q, nil
	}
	q, err := NewQuiet(zone, all...)
	if err != nil {
		return nil, nil, err
	}
	if z.made == nil || len(z.made) >= maxZones {
		z.made = map[string]*Quiet{}
	}
	z.made[key] = q
	return &q.Clock, q, nil
}
