package month_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/bcrypt"

	"siyu/internal/wechatsim"
	"siyu/models"
)

const (
	zoneName       = "America/Vancouver"
	password       = "open sesame 2026"
	organiserLogin = "organiser"
	brands         = 3
	miniApp        = wechatsim.DefaultMiniProgramAppID
	corp           = wechatsim.DefaultCorpID
	day            = 24 * time.Hour
)

// start is a Monday morning, six days before the clocks change.
func start() time.Time { return time.Date(2026, time.March, 2, 16, 0, 0, 0, time.UTC) }

// options say which month is lived.
type options struct {
	seed     int64
	groups   int // half of them ordinary
	members  int // of each group at the beginning
	days     int
	dsn      string
	faults   bool                    // callbacks and answers are lost, and the server is killed every day
	byCard   bool                    // a card that is opened proves that it was posted
	pieces   bool                    // the organiser has posts of her own
	owners   bool                    // groups get other owners
	masses   bool                    // staff send mass messages of their own
	abrupt   bool                    // it ends while all callbacks are being lost, without the quiet day: the book cannot be right
	progress func(day int, w *world) // after each day
}

// group is a group on both sides.
type group struct {
	n      int
	id     models.GroupID // of an ordinary group; of a customer group once the server knows it
	kind   models.GroupKind
	sim    *wechatsim.Group
	owner  string            // WeCom userid
	host   *wechatsim.Person // an ordinary group's owner
	nature nature            // of who posts in it
	seen   int               // of the simulator's posts, already met by the members
}

// person is somebody with a phone.
type person struct {
	wx     *wechatsim.Person
	visits int
}

// world is the month as it stands.
type world struct {
	o         options
	zone      *time.Location
	begin     time.Time
	end       time.Time // of living; a quiet day follows
	now       time.Time // of the event that happens
	agenda    agenda
	srv       *server
	sim       *wechatsim.Sim
	client    *client
	store     *models.Store
	community models.CommunityID
	striker   *striker

	groups     []*group
	people     []*person
	byPerson   map[string]*person
	tasks      map[string]bool // WeCom's send tasks their owner has made up her mind about
	hands      map[string]bool // the same for tasks of ordinary groups
	facts      map[key]*fact
	masses     map[string]bool // messages that staff sent by hand
	entered    []entered
	departures []departure
	cards      map[string]wechatsim.Task // the last task each owner had
	count      counts
}

// counts are what was done to the server.
type counts struct {
	Joins, Quits, Removals, Rejoins, Moves int // people
	Opens                                  int // cards by members
	Confirms, Lies, Refused                int // by owners; refused: a task was sent, or taken back, before
	StaffPosts, Masses, Entered            int // by hand, past every task
	OwnerChanges, Left                     int
	Ticks                                  int
	Waited, Acted                          time.Duration
}

// newWorld makes the two sides, ready to live.
func newWorld(t *testing.T, o options, binary string) *world {
	t.Helper()
	ctx := t.Context()
	zone, err := time.LoadLocation(zoneName)
	must(t, err)
	w := &world{o: o, zone: zone, begin: start(), now: start(), end: start().Add(time.Duration(o.days) * day),
		byPerson: map[string]*person{}, tasks: map[string]bool{}, hands: map[string]bool{}, facts: map[key]*fact{}, masses: map[string]bool{}, cards: map[string]wechatsim.Task{}}
	addr, err := freeAddr(ctx)
	must(t, err)
	w.srv = &server{binary: binary, addr: addr, clock: filepath.Join(t.TempDir(), "clock"), now: models.NewManualClock(w.begin),
		log: &tail{}, client: &http.Client{Timeout: time.Second}}
	must(t, writeClock(w.srv.clock, w.begin))
	w.client = &client{base: w.srv.URL(), http: &http.Client{Timeout: 30 * time.Second}}
	w.store, err = models.Open(ctx, models.Options{DSN: o.dsn, Secret: []byte(secret), Clock: w.srv.now, Throwaway: true})
	must(t, err)
	t.Cleanup(func() { _ = w.store.Close() })
	_, err = w.store.Migrate(ctx)
	must(t, err)
	w.srv.store = w.store
	w.sim, err = wechatsim.NewDefault(wechatsim.Options{Seed: o.seed, Now: w.srv.now.Now, DuplicateRate: duplicates(o), MemberLists: lists(o.seed),
		// As long as the real one tries, in smaller steps: a restart takes its time on a busy machine.
		PushRetries: 60, PushRetryEvery: 200 * time.Millisecond}, w.srv.URL())
	must(t, err)
	t.Cleanup(w.sim.Close)
	w.striker = &striker{next: w.sim.Handler(), srv: w.srv}
	front := httptest.NewServer(w.striker)
	t.Cleanup(front.Close)
	must(t, w.fill(ctx))
	w.srv.env = append(outside(), "SIYU_DB="+o.dsn, "SIYU_SECRET_KEY="+secret, "SIYU_PUBLIC_URL="+w.srv.URL(),
		"SIYU_WECHAT_API="+front.URL, "SIYU_WECOM_API="+front.URL, "SIYU_LOG_LEVEL=error")
	t.Cleanup(w.srv.end)
	must(t, w.srv.start(ctx))
	return w
}

// outside is the environment without settings of ours: the server knows which there are, and refuses others.
func outside() []string {
	return slices.DeleteFunc(os.Environ(), func(kv string) bool { return strings.HasPrefix(kv, "SIYU_") })
}

// lists is the shape in which pushes name people: both are seen.
func lists(seed int64) wechatsim.MemberLists {
	if seed%2 == 0 {
		return wechatsim.FlatMembers
	}
	return wechatsim.ItemMembers
}

func duplicates(o options) float64 {
	if o.faults {
		return 0.05
	}
	return 0
}

// fill fills both sides: the groups with their people in the simulator, and what an organiser enters by hand in the store.
func (w *world) fill(ctx context.Context) error {
	quiet := w.sim.FailPush(wechatsim.PushFault{Drop: true, Times: -1}) // all of it was there before the server
	defer w.sim.ClearFault(quiet)
	for n := range w.o.groups {
		g, err := w.makeGroup(ctx, n)
		if err != nil {
			return err
		}
		w.groups = append(w.groups, g)
	}
	return w.store.Tx(ctx, w.enter)
}

// makeGroup makes the n-th group; every other one is ordinary. A tenth of its people are in the group before it as well.
func (w *world) makeGroup(ctx context.Context, n int) (*group, error) {
	g := &group{n: n, kind: models.WeComGroup}
	name := fmt.Sprintf("亲子群 %d", n)
	if n%2 == 1 {
		g.kind, g.host = models.OrdinaryGroup, w.newPerson().wx
		g.sim = w.sim.NewOrdinaryGroup(name, g.host)
		g.nature = natureOf(n/2, handNatures())
	} else {
		who := n / 2 / max(2, min(5, w.o.groups/20)) // an owner has two groups, or five where there are many
		g.owner = fmt.Sprintf("owner-%02d", who)
		g.nature = natureOf(who, wecomNatures())
		var err error
		g.sim, err = w.sim.NewWeComGroup(ctx, corp, wechatsim.GroupSpec{Name: name, OwnerUserID: g.owner, Capacity: 400, Silent: true})
		if err != nil {
			return nil, err
		}
	}
	r := stream(w.o.seed, "people", n)
	for range w.o.members {
		p := w.somebody(r, n)
		if g.sim.Has(p.wx) {
			continue
		}
		if err := g.sim.Join(ctx, p.wx, wechatsim.JoinVia{}); err != nil {
			return nil, err
		}
	}
	return g, nil
}

func (w *world) newPerson() *person {
	p := &person{wx: w.sim.NewPerson(fmt.Sprintf("人 %d", len(w.people)))}
	w.people = append(w.people, p)
	w.byPerson[p.wx.ID()] = p
	return p
}

// enter writes what an organiser enters: her accounts, the ordinary groups, the rules. The customer groups it finds itself.
func (w *world) enter(tx *models.Tx) error {
	c := models.Community{Name: "北岸亲子圈", Zone: zoneName}
	if err := tx.InsertCommunity(&c); err != nil {
		return err
	}
	w.community = c.ID
	sc := tx.In(c.ID)
	hash, err := models.HashPassword(password, bcrypt.MinCost)
	if err != nil {
		return err
	}
	who := models.Account{Role: models.Organiser, Login: organiserLogin, Name: "群主阿岚", PasswordHash: hash}
	if err := sc.InsertAccount(&who); err != nil {
		return err
	}
	for i := range brands {
		b := models.Brand{Name: fmt.Sprintf("品牌 %d", i), Weight: 1}
		if err := sc.InsertBrand(&b); err != nil {
			return err
		}
		if err := sc.InsertAccount(&models.Account{Role: models.BrandUser, BrandID: b.ID, Login: brandLogin(i), Name: b.Name,
			PasswordHash: hash}); err != nil {
			return err
		}
	}
	for _, g := range w.groups {
		if g.kind != models.OrdinaryGroup {
			continue
		}
		row := models.Group{Name: g.sim.Name(), Kind: g.kind, Zone: zoneName, Headcount: w.o.members + 1, Capacity: 500}
		if err := sc.InsertGroup(&row); err != nil {
			return err
		}
		g.id = row.ID
	}
	_, policyErr := sc.AddPolicy(0, rules(), who.ID)
	return errors.Join(policyErr, enterChannels(sc))
}

func brandLogin(i int) string { return fmt.Sprintf("brand%d", i) }

// rules leave about three posts a week.
func rules() models.Rules {
	return models.Rules{
		GroupCap: 3, GroupWindow: (7 * day).Milliseconds(), MinGap: (30 * time.Hour).Milliseconds(),
		BrandCap: 2, BrandWindow: (7 * day).Milliseconds(), QuietStart: 22 * 60, QuietEnd: 8 * 60,
		HoldFor: (10 * time.Hour).Milliseconds(), MinHold: (30 * time.Minute).Milliseconds(),
		Fatigue: &models.Fatigue{Off: true}, // only the caps hold: a month of many posts is what is to be compared
	}
}

func enterChannels(sc *models.Scope) error {
	a := wechatsim.DefaultAccounts("")
	var errs []error
	for _, c := range []struct {
		row     models.Channel
		secrets models.ChannelSecrets
	}{
		{models.Channel{Kind: models.OfficialAccount, AppID: a.Official.AppID},
			models.ChannelSecrets{Secret: a.Official.Secret, Token: a.Official.Token, AESKey: a.Official.AESKey}},
		{models.Channel{Kind: models.MiniProgram, AppID: a.MiniProgram.AppID},
			models.ChannelSecrets{Secret: a.MiniProgram.Secret, Token: a.MiniProgram.Token, AESKey: a.MiniProgram.AESKey}},
		{models.Channel{Kind: models.WeCom, AppID: a.WeCom.CorpID, AgentID: a.WeCom.AgentID},
			models.ChannelSecrets{Secret: a.WeCom.Secret, Token: a.WeCom.Token, AESKey: a.WeCom.AESKey}},
	} {
		errs = append(errs, sc.InsertChannel(&c.row, c.secrets))
	}
	return errors.Join(errs...)
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
