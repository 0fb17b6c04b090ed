package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/go-playground/validator/v10"

	"siyu/models"
)

// badInput says which field of a body is wrong, if that can be told.
func badInput(err error) error {
	if e, ok := errors.AsType[*models.Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return models.Errorf(models.Invalid, "body_too_large", "the body is too large")
	}
	out := models.Errorf(models.Invalid, "bad_input", "the body cannot be read")
	if fields, ok := errors.AsType[validator.ValidationErrors](err); ok && len(fields) > 0 {
		f := fields[0]
		return models.Errorf(models.Invalid, "bad_field", "a field breaks the rule %s", f.Tag()).
			With("field", snake(f.Field())).With("rule", f.Tag()).With("param", f.Param())
	}
	if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && t.Field != "" {
		return models.Errorf(models.Invalid, "bad_field", "a field has the wrong type").With("field", t.Field)
	}
	return out
}

// snake turns a struct field's name into its JSON name; letters in a row are one word, as in AppID and IV.
func snake(s string) string {
	upper := func(i int) bool { return s[i] >= 'A' && s[i] <= 'Z' }
	var b strings.Builder
	for i := range len(s) {
		starts := i > 0 && upper(i) && (!upper(i-1) || (i+1 < len(s) && !upper(i+1)))
		if starts {
			b.WriteByte('_')
		}
		b.WriteByte(s[i])
	}
	return strings.ToLower(b.String())
}

// idempotencyKey reads the key a client repeats its request under: 8 to 64 visible ASCII characters, because a header
// may hold bytes that are no text and that one engine stores and the other refuses.
func idempotencyKey(c *gin.Context) (string, error) {
	key := c.GetHeader("Idempotency-Key")
	odd := strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' })
	if len(key) < 8 || len(key) > 64 || odd {
		return "", models.Errorf(models.Invalid, "key_missing", "the request needs a key of 8 to 64 visible characters")
	}
	return key, nil
}

// maybeKey is idempotencyKey for a request that may come without one.
func maybeKey(c *gin.Context) (string, error) {
	if c.GetHeader("Idempotency-Key") == "" {
		return "", nil
	}
	return idempotencyKey(c)
}

// bindMaybe is bindJSON for a body that may be left out.
func bindMaybe(c *gin.Context, out any) error {
	if c.Request.ContentLength == 0 {
		return nil
	}
	return bindJSON(c, out)
}
