package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"strings"

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

// snake turns a struct field's name into its JSON name.
func snake(s string) string {
	var b strings.Builder
	for i, r := range s {
		if r >= 'A' && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}
