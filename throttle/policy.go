package throttle

import (
	"errors"
	"fmt"
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
	quiet     *Quiet
	hold      int64 // the shortest asked for
	minWindow int64 // the longest asked for
	longest   int64 // W of the longest rule: how far back the ledger is read
	rev       int   // the newest revision of the group's own rules, or else of the community's
}

func (l *Ledger) policy(sc *models.Scope, g models.Group) (policy, error) {
	var p policy
	var quiet []Hours
	for _, owner := range []models.GroupID{0, g.ID} {
		row, err := sc.PolicyOf(owner)
		if models.IsKind(err, models.NotFound) {
			continue
		}
		if err != nil {
			return p, fmt.Errorf("policy of group %s: %w", g.ID, err)
		}
		r, err := row.Rules()
		if err != nil {
			return p, errors.Join(errNoPolicy, err)
		}
		p.add(r)
		p.rev = row.Rev
		quiet = append(quiet, Hours{From: r.QuietStart, To: r.QuietEnd})
	}
	if p.rev == 0 {
		return p, errNoPolicy
	}
	if p.hold == 0 {
		p.hold = defaultHold.Milliseconds()
	}
	if p.minWindow == 0 {
		p.minWindow = defaultMinWindow.Milliseconds()
	}
	p.rules = append(p.rules, Rule{Scope: ScopeOffer, K: 1, W: offerOnceWithin.Milliseconds(), Code: OfferOnce})
	for _, r := range p.rules {
		p.longest = max(p.longest, r.W)
	}
	var err error
	if p.quiet, err = l.zones.quiet(g.Zone, quiet); err != nil {
		return p, errors.Join(errNoPolicy, err)
	}
	return p, nil
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
	if r.HoldFor != 0 && (p.hold == 0 || r.HoldFor < p.hold) {
		p.hold = r.HoldFor
	}
	p.minWindow = max(p.minWindow, r.MinHold)
}

// zones keeps the tables of quiet hours that were made: one costs about a millisecond, and groups share few of them.
type zones struct {
	mu   sync.Mutex
	made map[string]*Quiet
}

// maxZones bounds the tables kept; policies are revised and old tables are never asked for again.
const maxZones = 256

func (z *zones) quiet(zone string, all []Hours) (*Quiet, error) {
	key := fmt.Sprint(zone, all)
	z.mu.Lock()
	defer z.mu.Unlock()
	if q := z.made[key]; q != nil {
		return q, nil
	}
	q, err := NewQuiet(zone, all...)
	if err != nil {
		return nil, err
	}
	if z.made == nil || len(z.made) >= maxZones {
		z.made = map[string]*Quiet{}
	}
	z.made[key] = q
	return q, nil
}
