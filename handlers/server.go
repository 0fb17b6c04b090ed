package handlers

import (
	"errors"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/funnel"
	"siyu/miniprogram"
	"siyu/models"
	"siyu/offers"
	"siyu/throttle/desk"
	"siyu/throttle/keeper"
)

// Options is what the server needs. All rooms are wanted.
type Options struct {
	Store  *models.Store
	Bot    *bot.Bot
	Offers *offers.Service
	Mini   *miniprogram.Service
	Funnel *funnel.Refresher
	Desk   *desk.Desk
	Keeper *keeper.Keeper
	Logger *slog.Logger
	// PublicURL decides whether cookies are for https only.
	PublicURL string
	// ConsoleDir serves the console from a directory instead of the embedded build; for its developers.
	ConsoleDir string
	// TrustedProxies are the addresses whose X-Forwarded-For is believed; none if empty.
	TrustedProxies []string
}

// server is every route's receiver.
type server struct {
	Options
	log    *slog.Logger
	texts  *texts
	secure bool
	guess  *guessing
}

// maxBody is the largest body of our own API; pushes from WeChat have their own limit.
const maxBody = 64 << 10

// New makes the server's handler.
func New(o Options) (http.Handler, error) {
	if o.Store == nil || o.Bot == nil || o.Offers == nil || o.Mini == nil || o.Funnel == nil || o.Desk == nil || o.Keeper == nil {
		return nil, errors.New("handlers: a room is missing")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	t, err := newTexts()
	if err != nil {
		return nil, err
	}
	s := &server{Options: o, log: o.Logger, texts: t, secure: strings.HasPrefix(o.PublicURL, "https://"), guess: newGuessing()}
	e := newEngine(s)
	if err := e.SetTrustedProxies(o.TrustedProxies); err != nil {
		return nil, err
	}
	s.routes(e)
	return e, nil
}

// newEngine makes gin without its own logger; a panic is answered like any failure of ours.
func newEngine(s *server) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.ContextWithFallback = true
	e.HandleMethodNotAllowed = true
	e.RedirectTrailingSlash = false // a push sent to a slightly wrong address must fail where its operator looks
	e.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, p any) {
		s.log.ErrorContext(c.Request.Context(), "a handler panicked", "route", c.FullPath(), "panic", p)
		s.fail(c, models.Errorf(models.Internal, "internal", "panic"))
	}), s.account)
	e.NoRoute(s.do(func(*gin.Context) (any, error) {
		return nil, models.Errorf(models.NotFound, "not_found", "no such page")
	}))
	e.NoMethod(s.do(func(*gin.Context) (any, error) {
		return nil, models.Errorf(models.Invalid, "method_not_allowed", "this address takes other methods")
	}))
	return e
}

// account logs every request once, without anything a person sent.
func (s *server) account(c *gin.Context) {
	if !s.log.Enabled(c.Request.Context(), slog.LevelDebug) {
		c.Next()
		return
	}
	start := s.Store.Clock().Now()
	c.Next()
	s.log.DebugContext(c.Request.Context(), "request", "method", c.Request.Method, "route", c.FullPath(),
		"status", c.Writer.Status(), "took", s.Store.Clock().Now().Sub(start).Round(time.Millisecond))
}
