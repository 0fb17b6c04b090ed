package miniprogram

import (
	"errors"
	"log/slog"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// Options is what a Service needs.
type Options struct {
	Store *models.Store
	Hub   *weixin.Hub
	Jobs  *jobs.Runner
	// Quiet is when notices may arrive; zero: from 8:00 to 22:00 of the community's zone.
	Quiet Quiet
	// PublicURL is where WeChat reaches this server: it downloads from there what it is asked to look at.
	PublicURL string
	// MediaWithin is how long the platform may look at a picture before a person does; 0 means 30 minutes, which is what it
	// promises.
	MediaWithin time.Duration
	// Cards are the numbers of cards that change after they were posted.
	Cards CardOptions
	// Agree is how many people must have opened the cards of an ordinary group in one place before that place is taken for
	// the group; 0 means two.
	Agree int
	// RankWait is how long a claim waits for WeChat's word of a member at most; 0 means a quarter of a second.
	RankWait time.Duration
	// Logger gets warnings about what WeChat refuses; discarded if nil.
	Logger *slog.Logger
}

// Service serves members. It is safe for concurrent use.
type Service struct {
	store *models.Store
	hub   *weixin.Hub
	jobs  *jobs.Runner
	quiet Quiet
	media time.Duration
	front string // where WeChat reaches this server
	cards CardOptions
	agree int
	log   *slog.Logger
	seen  *seen
	gate  *gate
}

// New makes a Service and registers its work with the runner.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Hub == nil || o.Jobs == nil {
		return nil, errors.New("miniprogram: a store, a hub and a runner are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Quiet == (Quiet{}) {
		o.Quiet = daytime()
	}
	if o.MediaWithin == 0 {
		o.MediaWithin = mediaWithin
	}
	if o.Agree == 0 {
		o.Agree = agreeing
	}
	s := &Service{store: o.Store, hub: o.Hub, jobs: o.Jobs, quiet: o.Quiet, media: o.MediaWithin, front: strings.TrimRight(o.PublicURL, "/"), cards: o.Cards.filled(), agree: o.Agree, log: o.Logger, seen: &seen{},
		gate: newGate(o.Store, o.Hub, o.Logger, o.RankWait)}
	jobs.Register(o.Jobs, s.syncTemplates)
	jobs.Register(o.Jobs, s.sendNotice)
	jobs.Register(o.Jobs, s.tellByNotice)
	jobs.Register(o.Jobs, s.judge)
	jobs.Register(o.Jobs, s.sweepChecks)
	jobs.Register(o.Jobs, s.refreshCard)
	jobs.Register(o.Jobs, s.tellPromise)
	jobs.Register(o.Jobs, s.afterRedeem)
	jobs.Register(o.Jobs, s.afterReverse)
	jobs.Register(o.Jobs, s.settlePoints)
	jobs.Register(o.Jobs, s.remind)
	return s, nil
}
