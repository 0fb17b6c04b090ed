package miniprogram

import (
	"errors"
	"log/slog"

	"siyu/internal/weixin"
	"siyu/models"
)

// Options is what a Service needs.
type Options struct {
	Store *models.Store
	Hub   *weixin.Hub
	// Logger gets warnings about what WeChat refuses; discarded if nil.
	Logger *slog.Logger
}

// Service serves members. It is safe for concurrent use.
type Service struct {
	store *models.Store
	hub   *weixin.Hub
	log   *slog.Logger
}

// New makes a Service.
func New(o Options) (*Service, error) {
	if o.Store == nil || o.Hub == nil {
		return nil, errors.New("miniprogram: a store and a hub are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	return &Service{store: o.Store, hub: o.Hub, log: o.Logger}, nil
}
