package handlers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

// handler does one request's work and returns what to answer with, as JSON.
type handler func(*gin.Context) (any, error)

// created answers 201 instead of 200.
type created struct{ body any }

// nothing answers 204.
type nothing struct{}

// document answers bytes of another kind than JSON.
type document struct {
	contentType string
	body        []byte
}

// do turns a handler into gin's; it is the only writer of answers.
func (s *server) do(h handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		body, err := h(c)
		if err != nil {
			s.fail(c, err)
			return
		}
		switch b := body.(type) {
		case nothing:
			c.Status(http.StatusNoContent)
		case created:
			c.JSON(http.StatusCreated, b.body)
		case document:
			c.Data(http.StatusOK, b.contentType, b.body)
		default:
			c.JSON(http.StatusOK, body)
		}
	}
}

// errorBody is the one shape of every failure.
type errorBody struct {
	Error errorPart `json:"error"`
	Newer any       `json:"newer,omitempty"` // what is there now, where somebody else was faster
	// Voucher is what a member holds who is refused another one.
	Voucher *voucherView `json:"voucher,omitempty"`
}

// overtaken is a failure because somebody else was faster, with what is there now.
type overtaken struct {
	error
	newer any
}

// Unwrap returns the failure itself.
func (o *overtaken) Unwrap() error { return o.error }

// holding is a refusal of another voucher, with the one she holds.
type holding struct {
	error
	voucher voucherView
}

// Unwrap returns the refusal itself.
func (h *holding) Unwrap() error { return h.error }

type errorPart struct {
	Code  string `json:"code"`
	Text  string `json:"text"`
	Field string `json:"field,omitempty"`
}

// status maps a failure's kind to HTTP, once.
func status(err error) int {
	switch models.CodeOf(err) {
	case "body_too_large":
		return http.StatusRequestEntityTooLarge
	case "method_not_allowed":
		return http.StatusMethodNotAllowed
	case "signed_out", "sign_in_wrong":
		return http.StatusUnauthorized
	}
	switch models.KindOf(err) {
	case models.NotFound:
		return http.StatusNotFound
	case models.Conflict, models.Exhausted:
		return http.StatusConflict
	case models.Invalid:
		return http.StatusBadRequest
	case models.Denied:
		return http.StatusForbidden
	case models.Throttled:
		return http.StatusTooManyRequests
	case models.Unavailable:
		return http.StatusServiceUnavailable
	case models.Internal:
	}
	return http.StatusInternalServerError
}

// fail answers an error in the reader's language and logs it once if it is ours. The log has no body and no name.
func (s *server) fail(c *gin.Context, err error) {
	code, field := models.CodeOf(err), ""
	e, known := errors.AsType[*models.Error](err)
	if known {
		if f, ok := e.Args["field"].(string); ok {
			field = f
		}
	}
	st := status(err)
	if code == "" || st == http.StatusInternalServerError {
		code = "internal"
	}
	level := slog.LevelInfo
	if st >= http.StatusInternalServerError && !errors.Is(err, context.Canceled) { // canceled: the client has gone away
		level = slog.LevelError
	}
	s.log.LogAttrs(c.Request.Context(), level, "request refused", slog.String("route", c.FullPath()),
		slog.Int("status", st), slog.String("code", code), slog.Any("error", loggable(err, st)))
	if known && st == http.StatusTooManyRequests {
		if seconds, ok := e.Args["seconds"].(int); ok {
			c.Header("Retry-After", strconv.Itoa(seconds))
		}
	}
	body := errorBody{Error: errorPart{Code: code, Field: field, Text: s.told(c, code, err)}}
	if o, ok := errors.AsType[*overtaken](err); ok {
		body.Newer = o.newer
	}
	if h, ok := errors.AsType[*holding](err); ok {
		body.Voucher = &h.voucher
	}
	c.AbortWithStatusJSON(st, body)
}

// told is what people read of a failure, in their language.
func (s *server) told(c *gin.Context, code string, err error) string {
	var args map[string]any
	if e, known := errors.AsType[*models.Error](err); known {
		args = e.Args
	}
	return s.texts.say(failureLanguage(c), "error_"+code, args)
}

// loggable keeps what the client sent out of the log: only failures of our own are written in full.
func loggable(err error, status int) any {
	if status >= http.StatusInternalServerError {
		return err.Error()
	}
	return models.CodeOf(err)
}

// bindJSON reads the body into out and checks its shape.
func bindJSON(c *gin.Context, out any) error {
	if err := c.ShouldBindJSON(out); err != nil {
		return badInput(err)
	}
	return nil
}

// idParam reads the path's id.
func idParam[T any](c *gin.Context) (models.ID[T], error) {
	var id models.ID[T]
	if err := id.UnmarshalText([]byte(c.Param("id"))); err != nil || id.IsZero() {
		return 0, models.Errorf(models.NotFound, "not_found", "no such id")
	}
	return id, nil
}
