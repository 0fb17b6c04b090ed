package weixin

import "errors"

// The three ways to refuse a push. Which check failed is deliberately not said: one error for all of them gives a forger
// nothing to measure.
var (
	ErrRejected  = errors.New("weixin: push refused")            // not authentic, not for this account, or not fresh
	ErrTooLarge  = errors.New("weixin: body too large")          // over Options.MaxBody
	ErrMalformed = errors.New("weixin: message is not readable") // query, outer body or decrypted body does not parse
)
