package weixin

import (
	"errors"
	"net/http"
)

// The three ways to refuse a push. Which check failed is deliberately not said: one error for all of them gives a forger
// nothing to measure.
var (
	ErrRejected  = errors.New("weixin: push refused")            // not authentic, not for this account, or not fresh
	ErrTooLarge  = errors.New("weixin: body too large")          // over Options.MaxBody
	ErrMalformed = errors.New("weixin: message is not readable") // query, outer body or decrypted body does not parse
)

// HTTPStatus suggests the answer to a push: 200 for nil, 403 for ErrRejected, 413 for ErrTooLarge, 400 for ErrMalformed,
// 500 for anything else.
func HTTPStatus(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrRejected):
		return http.StatusForbidden
	case errors.Is(err, ErrTooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, ErrMalformed):
		return http.StatusBadRequest
	}
	return http.StatusInternalServerError
}
