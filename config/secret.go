package config

import (
	"fmt"
	"io"
	"log/slog"
)

// redacted stands wherever a secret would have been printed.
const redacted = "[secret]"

// Secret is a value that opens a door: a key, a password, a DSN that holds one. It prints as "[secret]" (or as nothing
// when empty) with every fmt verb, in JSON, YAML and slog; only [Secret.Reveal] gives it away.
//
// The value stands behind a pointer because fmt calls no methods on unexported fields of other structs: there it
// prints an address instead.
type Secret struct{ value *string }

// NewSecret wraps a value.
func NewSecret(value string) Secret {
	if value == "" {
		return Secret{}
	}
	return Secret{value: &value}
}

// Reveal returns the value itself. Search for this word to see every place where a secret leaves.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsSet tells whether there is a value.
func (s Secret) IsSet() bool { return s.value != nil }

// Equal compares two secrets by value.
func (s Secret) Equal(other Secret) bool { return s.Reveal() == other.Reveal() }

// String never returns the value.
func (s Secret) String() string {
	if s.IsSet() {
		return redacted
	}
	return ""
}

// GoString keeps the value out of %#v.
func (s Secret) GoString() string { return s.String() }

// Format keeps the value out of the verbs for which fmt does not ask String, such as %d.
func (s Secret) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, s.String()) // fmt.State has nowhere to report an error to
}

// MarshalText keeps the value out of JSON, YAML and everything else that asks for text.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue keeps the value out of slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// UnmarshalText takes the value from a file or the environment.
func (s *Secret) UnmarshalText(text []byte) error {
	*s = NewSecret(string(text))
	return nil
}
