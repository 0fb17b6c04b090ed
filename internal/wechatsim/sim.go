package wechatsim

import (
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// Options say how a simulated WeChat behaves. Now is required; everything
// else has a default.
type Options struct {
	// Seed makes every id and every choice; equal seeds give equal worlds.
	Seed int64
	// Now is the clock of the simulated world: token life, windows, send times.
	Now func() time.Time
	// Advance moves that clock, for the console and for scripts; nil: it moves
	// by itself.
	Advance func(time.Duration)
	// Logger gets pushes and faults at debug level, never personal data.
	Logger *slog.Logger
	// PushTimeout is the real time a callback has to answer. Default 5 s.
	PushTimeout time.Duration
	// PushRetries is how often an unanswered push is repeated. Default 3;
	// negative means never.
	PushRetries int
	// PushRetryEvery is the real wait between those. The platform's is about
	// 5 s; default 0: at once.
	PushRetryEvery time.Duration
	// DuplicateRate is the share of accepted pushes that are delivered once
	// more, 0 to 1. Which ones follows from the seed.
	DuplicateRate float64
	// SendLatency is the real time a subscription message takes, during which
	// a second one to the same person is refused with 43108. Default 0.
	SendLatency time.Duration
	// DispatchDelay is the simulated time after add_msg_template in which its
	// results answer 41063 and the owner does not see the task. Default 0.
	DispatchDelay time.Duration
	// ListDelay is the simulated time until a new task stands in
	// get_groupmsg_list_v2, and ResultDelay until a sent row stands in
	// get_groupmsg_send_result. No document gives them. Default 0.
	ListDelay, ResultDelay time.Duration
	// ShowLimited has groups that took no more messages listed with status 3,
	// as the documents define it and their note on groups denies it: default
	// off, such a group has no row.
	ShowLimited bool
	// MediaCheckDelay is the simulated time the platform looks at a picture.
	MediaCheckDelay time.Duration
	// MarkFail makes the platform pause a server that does not answer. Default:
	// it never does, so that a test of an outage loses only what it means to.
	MarkFail MarkFail
	// Allowances are the customer-service windows; default DefaultAllowances.
	Allowances map[Trigger]Allowance
	// TwoCardStates has updatable messages end in state 1, as the page of the API says; the guide says 2, the default.
	TwoCardStates bool
	// MemberLists is the shape in which pushes name the members that came or
	// went. The older ones name nobody: the default.
	MemberLists MemberLists
	// HTTPClient delivers the pushes; default: one of our own that follows no
	// redirects, as the platform does not.
	HTTPClient *http.Client
}

// MemberLists is a shape of MemChangeList.
type MemberLists string

// The shapes that are seen; no document says which it is when.
const (
	NoMembers   MemberLists = ""      // no list at all
	ItemMembers MemberLists = "items" // <MemChangeList><Item>a</Item></MemChangeList>
	FlatMembers MemberLists = "flat"  // <MemChangeList>a,b</MemChangeList>
)

// Sim is one simulated WeChat: accounts, people, groups, and the API and the
// pushes between them and the program under test. It is safe for concurrent
// use; for equal results the calls must come in equal order.
type Sim struct {
	opts    Options
	client  *http.Client
	handler http.Handler

	mu         sync.Mutex // guards everything below
	counters   map[string]int64
	accounts   map[string]*account
	order      []*account // in order of registration
	people     []*Person
	groups     []*Group
	byChatID   map[string]*Group
	byOpenGID  map[string]*Group
	tokens     map[string]*accessToken
	jsCodes    map[string]*jsCode
	phoneCodes map[string]*phoneCode
	tickets    map[string]*qrTicket
	ways       map[string]*joinWay
	links      map[string]urlLink
	codes      map[string]*welcomeCode
	welcomes   []*groupWelcome
	activities map[string]*activity
	tasks      []*task
	byMsgID    map[string]*task
	media      map[string]*mediaFile
	desks      map[*account]*desk
	tagPage    int
	calls      map[string]int64 // account, path and day -> API calls
	sending    map[string]bool  // appid/openid with a subscription message in flight
	quotas     map[string]Quota // account and path -> limits set by hand
	recent     map[string]*pace // account and path -> calls of the present hour, minute and second
	log        ring[Call]
	tallies    map[CallCount]int64 // Calls is zero in the keys
	faults     []*liveFault
	drops      int
	stats      Stats
	late       []latePush
	verdicts   []verdict
	sentFails  []sentFailure
	pushes     ring[PushRecord]
	pushFaults []*livePushFault
	held       []*heldPush
	servers    map[string]*server // host of a callback -> how it does
	skew       atomic.Int64       // nanoseconds the platform's clock is ahead
}

// Stats counts what the pusher did.
type Stats struct {
	Sent      int `json:"sent"`      // every delivery attempt, retries and duplicates included
	Accepted  int `json:"accepted"`  // distinct pushes that were answered properly
	Duplicate int `json:"duplicate"` // extra deliveries of an accepted push, accepted again
	Failed    int `json:"failed"`    // pushes given up after all retries
	Dropped   int `json:"dropped"`   // pushes lost on purpose, by DropNextPush or a fault
	Paused    int `json:"paused"`    // pushes lost while the platform paused a failing server
}

// New makes an empty world. It panics if Options.Now is missing, because a
// simulator must not fall back on the wall clock unnoticed.
func New(opts Options) *Sim {
	if opts.Now == nil {
		panic("wechatsim: Options.Now is required")
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.PushTimeout == 0 {
		opts.PushTimeout = 5 * time.Second
	}
	if opts.PushRetries == 0 {
		opts.PushRetries = 3
	}
	if opts.Allowances == nil {
		opts.Allowances = DefaultAllowances()
	}
	s := &Sim{
		opts:       opts,
		client:     opts.HTTPClient,
		counters:   map[string]int64{},
		accounts:   map[string]*account{},
		byChatID:   map[string]*Group{},
		byOpenGID:  map[string]*Group{},
		byMsgID:    map[string]*task{},
		tokens:     map[string]*accessToken{},
		jsCodes:    map[string]*jsCode{},
		phoneCodes: map[string]*phoneCode{},
		tickets:    map[string]*qrTicket{},
		ways:       map[string]*joinWay{},
		links:      map[string]urlLink{},
		codes:      map[string]*welcomeCode{},
		activities: map[string]*activity{},
		media:      map[string]*mediaFile{},
		calls:      map[string]int64{},
		sending:    map[string]bool{},
		quotas:     map[string]Quota{},
		recent:     map[string]*pace{},
		tallies:    map[CallCount]int64{},
		servers:    map[string]*server{},
	}
	if s.client == nil {
		s.client = pushClient()
	}
	s.handler = s.mux()
	return s
}

// Handler serves the platform API, the control plane under /_sim/ and the
// index page at /.
func (s *Sim) Handler() http.Handler { return s.handler }

// Close lets go of the idle connections to callbacks.
func (s *Sim) Close() { s.client.CloseIdleConnections() }

// Stats says what the pusher has done so far.
func (s *Sim) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stats
}

// DropNextPush loses the next push: what it tells happens, but nobody is told.
func (s *Sim) DropNextPush() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.drops++
}

func (s *Sim) now() time.Time { return s.opts.Now().Add(time.Duration(s.skew.Load())) }

// next counts up one kind of thing; mu is held.
func (s *Sim) next(kind string) int64 {
	s.counters[kind]++
	return s.counters[kind]
}

func pushClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{MaxIdleConnsPerHost: 16, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error {
			return http.ErrUseLastResponse
		},
	}
}
