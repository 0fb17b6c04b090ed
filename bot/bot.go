package bot

import (
	"errors"
	"log/slog"
	"strings"
	"sync"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// Options is what the bot needs.
type Options struct {
	Store  *models.Store
	Hub    *weixin.Hub
	Jobs   *jobs.Runner
	Ledger *throttle.Ledger
	Logger *slog.Logger
	// PublicURL is where WeChat and people reach this server, such as https://example.com.
	PublicURL string
	// TaskListLag is how long WeCom's list of tasks may lag behind; 0 means ten minutes, negative not at all.
	TaskListLag time.Duration
	// AnswerWithin is how long a push may take before it is refused; 0 means 4.5 s, because WeChat waits for 5.
	AnswerWithin time.Duration
	// Sync are the numbers of reading WeCom groups.
	Sync SyncOptions
	// Entries are the numbers of tracked entries and live codes.
	Entries EntryOptions
	// Welcomes are the numbers of what newcomers read first.
	Welcomes WelcomeOptions
	// ReplyWithin is how long it may take to find the reply to a push; 0 means 2 s. A reply that takes longer goes out as a
	// customer-service message.
	ReplyWithin time.Duration
	// Envelopes are the numbers of WeCom's group messages.
	Envelopes EnvelopeOptions
	// Windows is what the platform allows in customer-service messages; nil means [DefaultWindows].
	Windows *Windows
	// Pieces are the limits of the organiser's own posts; nil means [DefaultPieceLimits].
	Pieces *PieceLimits
}

// Bot answers WeChat. It is safe for concurrent use.
type Bot struct {
	store   *models.Store
	hub     *weixin.Hub
	jobs    *jobs.Runner
	ledger  *throttle.Ledger
	log     *slog.Logger
	public  string
	lag     time.Duration
	within  time.Duration
	intake  *intake
	entries EntryOptions
	sync    SyncOptions
	pace    pace

	welcomes    WelcomeOptions
	envelopes   EnvelopeOptions
	replyWithin time.Duration
	windows     Windows
	books       *books
	pieces      PieceLimits
	conduct     conduct

	mu    sync.RWMutex
	doors map[doorKey]*door
}

// New makes the bot and registers its work with the runner.
func New(o Options) (*Bot, error) {
	if o.Store == nil || o.Hub == nil || o.Jobs == nil || o.Ledger == nil || o.PublicURL == "" {
		return nil, errors.New("bot: store, hub, jobs, ledger and public URL are all needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	b := &Bot{store: o.Store, hub: o.Hub, jobs: o.Jobs, ledger: o.Ledger, log: o.Logger,
		public: strings.TrimRight(o.PublicURL, "/"), lag: o.TaskListLag, within: o.AnswerWithin,
		entries: o.Entries.filled(), sync: o.Sync.filled(), pace: pace{apis: map[string]*stretch{}}, doors: map[doorKey]*door{}}
	if b.lag == 0 {
		b.lag = taskListLag
	}
	if b.within == 0 {
		b.within = answerWithin
	}
	b.welcomes = o.Welcomes.filled()
	b.replyWithin, b.windows = o.ReplyWithin, DefaultWindows()
	if b.replyWithin == 0 {
		b.replyWithin = replyWithin
	}
	if o.Windows != nil {
		b.windows = *o.Windows
	}
	b.pieces, b.conduct = DefaultPieceLimits(), newConduct()
	if o.Pieces != nil {
		b.pieces = *o.Pieces
	}
	b.envelopes = o.Envelopes.filled()
	o.Ledger.AddHook(b.gates)
	b.books = &books{log: o.Logger, all: map[models.CommunityID]communityBook{}}
	b.intake = &intake{store: o.Store, log: o.Logger, within: b.within, most: waitingMost}
	b.work(o.Jobs)
	return b, nil
}

// work registers everything the bot does by and by.
func (b *Bot) work(r *jobs.Runner) {
	jobs.Register(r, b.process)
	jobs.Register(r, b.blankPushes)
	jobs.Register(r, b.syncGroup)
	jobs.Register(r, b.reconcile)
	jobs.Register(r, b.syncAll)
	jobs.Register(r, b.followRoom)
	jobs.Register(r, b.handover)
	jobs.Register(r, b.pollTask)
	jobs.Register(r, b.sendEnvelopes)
	jobs.Register(r, b.sendEnvelope)
	jobs.Register(r, b.pollEnvelope)
	jobs.Register(r, b.remindEnvelope)
	jobs.Register(r, b.closeEnvelope)
	jobs.Register(r, b.watchMasses)
	jobs.Register(r, b.watchStock)
	jobs.Register(r, b.closeTask)
	jobs.Register(r, b.planRuns)
	jobs.Register(r, b.handRuns)
	jobs.Register(r, b.countTalk)
	jobs.Register(r, b.startBroadcast)
	jobs.Register(r, b.sendChunk)
	jobs.Register(r, b.pollChunk)
	jobs.Register(r, b.pollArticle)
	jobs.Register(r, b.learnLimits)
	jobs.Register(r, b.syncTag)
	jobs.Register(r, b.recountTag)
	jobs.Register(r, b.refreshTags)
	jobs.Register(r, b.mendWays)
	jobs.Register(r, b.renewLinks)
	jobs.Register(r, b.watchLive)
	jobs.Register(r, b.watchHealth)
	jobs.Register(r, b.watchStaff)
	jobs.Register(r, b.checkLive)
	jobs.Register(r, b.sendMessages)
	jobs.Register(r, b.checkWelcomes)
	jobs.Register(r, b.cardSeen)
	jobs.Register(r, b.tellOwners)
	jobs.Register(r, b.followTelling)
	jobs.Register(r, b.turned)
	jobs.Register(r, b.lookForTurned)
}
