package miniprogram

import (
	"context"
	"hash/maphash"
	"log/slog"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// How long the gate believes what it knows, and what it may cost. None but rankFor is a platform's number: WeChat tells the rank of
// who used the Mini Program within two hours.
const (
	rankFor     = 2 * time.Hour          // a rank that WeChat told
	staleFor    = 24 * time.Hour         // an old one, while WeChat cannot be asked
	tracesFor   = 5 * time.Minute        // what the database says of a person
	doubtedFor  = 30 * time.Second       // of one who was held or refused: her appeal may be upheld meanwhile
	policyFor   = 10 * time.Second       // a community's policy
	rankWait    = 250 * time.Millisecond // that a claim waits for WeChat at most
	slowFor     = 5 * time.Second        // that nobody waits for WeChat after it was slower than that
	refusedFor  = 10 * time.Minute       // that WeChat is not asked after it said that this account may not
	rankCall    = 10 * time.Second
	mostAsking  = 64     // questions to WeChat at once
	mostKnown   = 50_000 // people kept in mind
	mostClaims  = 256    // claims of one person kept in mind
	readAtOnce  = 512    // people read together
	mostUnnoted = 4096   // judgements that wait to be written down
)

// visitor is a person as her Mini Program knows her.
type visitor struct {
	community models.CommunityID
	app       string
	member    models.MemberID
}

// circle is whose people are read together.
type circle struct {
	community models.CommunityID
	app       string
}

// standing is what the gate knows of a visitor. It is guarded by the gate's lock.
type standing struct {
	who     visitor
	readAt  models.Millis // when the database was asked
	traces  models.RiskTraces
	rank    models.RiskRank
	told    bool // there is a rank, or why there is none
	doubted bool // she was held or refused lately
	asking  chan struct{}
	claims  []claimed               // since readAt
	noted   map[noted]models.Millis // what was written down of her this hour
}

// claimed is one claim that somebody made, however often she sent it.
type claimed struct {
	hash uint64
	at   models.Millis
}

// attempt is what makes a claim the same when it is sent again.
type attempt struct {
	offer models.OfferID
	key   string
}

type noted struct {
	offer   models.OfferID
	verdict string
}

// gate keeps in mind what claims are judged by, so that judging one costs no statement and no call in the usual case.
type gate struct {
	store *models.Store
	hub   *weixin.Hub
	log   *slog.Logger
	wait  time.Duration
	seed  maphash.Seed // of this process alone: what is made of an address with it means nothing elsewhere

	mu       sync.Mutex
	policies map[models.CommunityID]policyAt
	people   map[visitor]*standing
	networks map[uint64]int // claims by network, within minute
	minute   int64
	reading  map[circle][]*reading // who waits to be read; a circle that is here has a worker
	asked    int                   // questions to WeChat on their way
	silent   map[string]time.Time  // by app: until then WeChat is not asked; by the wall clock
	slow     map[string]time.Time  // by app: until then nobody waits for it
	unnoted  []note
	writing  bool
	work     sync.WaitGroup
}

type policyAt struct {
	policy models.GatePolicy
	at     models.Millis
}

func newGate(store *models.Store, hub *weixin.Hub, log *slog.Logger, wait time.Duration) *gate {
	if wait == 0 {
		wait = rankWait
	}
	return &gate{store: store, hub: hub, log: log, wait: wait, seed: maphash.MakeSeed(), policies: map[models.CommunityID]policyAt{},
		people: map[visitor]*standing{}, networks: map[uint64]int{}, reading: map[circle][]*reading{},
		silent: map[string]time.Time{}, slow: map[string]time.Time{}}
}

// Asking is a claim that comes to the gate.
type Asking struct {
	Offer models.OfferID
	Key   string // the client's idempotency key: a claim that is sent again is not another one
	IP    string // the address she comes from
}

// LogValue keeps the address out of logs.
func (a Asking) LogValue() slog.Value { return slog.StringValue("claim of offer " + a.Offer.String()) }

// Admit judges a claim before it waits in the line. It never fails: what cannot be found out follows the community's policy, and a
// gate whose database does not answer lets the claim find that out itself.
func (s *Service) Admit(ctx context.Context, session models.Session, a Asking) offers.Passage {
	g, now := s.gate, models.MillisOf(s.store.Clock().Now())
	policy, err := g.policy(ctx, session.CommunityID, now)
	if err != nil || policy.Mode == models.GateOff {
		return offers.Passage{}
	}
	who := visitor{session.CommunityID, session.AppID, session.MemberID}
	st, err := g.standing(ctx, who, now)
	if err != nil {
		return offers.Passage{}
	}
	rank := g.rank(ctx, who, st, a.IP, now, true)
	signals := g.signals(st, a, now)
	signals.Rank, signals.SinceOpening = rank, now.Sub(session.CreatedAt)
	return g.follow(ctx, st, a.Offer, offers.Judge(signals, policy), policy, now)
}

// Expect gets ready for a claim of a member who has opened the offers: what the gate must know of her is read and asked for
// meanwhile. It waits for nothing.
func (s *Service) Expect(ctx context.Context, session models.Session, ip string) {
	g, now := s.gate, models.MillisOf(s.store.Clock().Now())
	who := visitor{session.CommunityID, session.AppID, session.MemberID}
	g.mu.Lock()
	st := g.people[who]
	ready := st != nil && st.fresh(now) && st.told && now < st.rank.AgainAt
	full := g.asked >= mostAsking
	g.mu.Unlock()
	if ready || full {
		return
	}
	ctx = context.WithoutCancel(ctx)
	g.work.Go(func() {
		ctx, cancel := context.WithTimeout(ctx, rankCall)
		defer cancel()
		policy, err := g.policy(ctx, who.community, now)
		if err != nil || policy.Mode == models.GateOff {
			return
		}
		if st, err := g.standing(ctx, who, now); err == nil {
			g.rank(ctx, who, st, ip, now, false)
		}
	})
}

// Reconsider forgets what the gate keeps in mind of a person: an appeal of hers was decided.
func (s *Service) Reconsider(community models.CommunityID, ids []models.MemberID) {
	s.gate.mu.Lock()
	defer s.gate.mu.Unlock()
	for who := range s.gate.people {
		if who.community == community && slices.Contains(ids, who.member) {
			delete(s.gate.people, who)
		}
	}
}

// fresh reports whether what the database said of somebody still counts.
func (st *standing) fresh(now models.Millis) bool {
	life := tracesFor
	if st.doubted {
		life = doubtedFor
	}
	return st.readAt != 0 && now >= st.readAt && now.Sub(st.readAt) < life
}

// policy is the community's policy, as it was a moment ago.
func (g *gate) policy(ctx context.Context, community models.CommunityID, now models.Millis) (models.GatePolicy, error) {
	g.mu.Lock()
	known, is := g.policies[community]
	g.mu.Unlock()
	if is && now >= known.at && now.Sub(known.at) < policyFor {
		return known.policy, nil
	}
	p, err := g.store.Read(ctx).In(community).GatePolicy()
	if err != nil {
		return p, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.policies[community] = policyAt{p, now}
	return p, nil
}

// forgetPolicy makes a policy that was just set count at once.
func (g *gate) forgetPolicy(community models.CommunityID) {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.policies, community)
}

// signals counts a claim, once however often it is sent, and says what is known about it.
func (g *gate) signals(st *standing, a Asking, now models.Millis) offers.Signals {
	hash := maphash.Comparable(g.seed, attempt{a.Offer, a.Key})
	g.mu.Lock()
	defer g.mu.Unlock()
	st.claims = slices.DeleteFunc(st.claims, func(c claimed) bool { return now.Sub(c.at) >= offers.ClaimsBack })
	fresh := !slices.ContainsFunc(st.claims, func(c claimed) bool { return c.hash == hash })
	if fresh && len(st.claims) < mostClaims {
		st.claims = append(st.claims, claimed{hash, now})
	}
	if minute := int64(now) / time.Minute.Milliseconds(); minute != g.minute {
		g.minute = minute
		clear(g.networks)
	}
	network := 0
	if net, ok := networkOf(a.IP); ok {
		key := maphash.Comparable(g.seed, net)
		if fresh {
			g.networks[key]++
		}
		network = g.networks[key]
	}
	return offers.Signals{Claims: st.traces.Claims + len(st.claims), Network: network, NewGroups: st.traces.NewGroups,
		ExclusiveGroups: st.traces.Exclusive, Cleared: now < st.traces.ClearedUntil}
}

// networkOf is the network of an address: IPv4 /24, IPv6 /48; pure.
func networkOf(ip string) (netip.Prefix, bool) {
	addr, err := netip.ParseAddr(ip)
	if err != nil {
		return netip.Prefix{}, false
	}
	bits := 48
	if addr = addr.Unmap(); addr.Is4() {
		bits = 24
	}
	p, err := addr.Prefix(bits)
	return p, err == nil
}

// follow does what a judgement says. In shadow mode it is only written down.
func (g *gate) follow(ctx context.Context, st *standing, offer models.OfferID, j offers.Judged, p models.GatePolicy, now models.Millis) offers.Passage {
	if j.Verdict == offers.GateAllow {
		return offers.Passage{}
	}
	row := models.Judgement{OfferID: offer, Verdict: j.Verdict, Reasons: strings.Join(j.Reasons, " "), Score: j.Score,
		Shadow: p.Mode != models.GateOn}
	if g.first(st, noted{offer, j.Verdict}, now) {
		g.note(ctx, st.who, row)
	}
	switch {
	case row.Shadow:
		return offers.Passage{}
	case j.Verdict == offers.GateHold:
		return offers.Passage{UsableFrom: now.Add(time.Duration(p.HoldMinutes) * time.Minute)}
	}
	return offers.Passage{Refusal: refusalFor(j)}
}

// refusalFor is what somebody is told whom the gate refuses, with the weightiest reason as its field.
func refusalFor(j offers.Judged) error {
	switch reason := j.Reasons[0]; reason {
	case offers.ReasonManyClaims:
		return models.Errorf(models.Denied, "claims_too_many", "more claims in an hour than the policy allows").With("field", reason)
	case offers.ReasonRankless:
		return models.Errorf(models.Denied, "claim_unchecked", "WeChat did not tell who she is").With("field", reason)
	default:
		return models.Errorf(models.Denied, "claim_denied", "the gate refuses: %s", strings.Join(j.Reasons, " ")).With("field", reason)
	}
}

// first reports whether a judgement is the first of its kind this hour, and marks her as doubted.
func (g *gate) first(st *standing, n noted, now models.Millis) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	st.doubted = true
	hour := now - now%models.Millis(time.Hour.Milliseconds())
	if st.noted[n] == hour+1 {
		return false
	}
	if st.noted == nil || len(st.noted) >= mostClaims {
		st.noted = map[noted]models.Millis{}
	}
	st.noted[n] = hour + 1
	return true
}
