package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"

	"github.com/glebarez/go-sqlite"
	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// Kind says what sort of failure an error is; HTTP statuses and retries follow from it alone.
type Kind string

// The kinds. Internal is the kind of every error nobody classified.
const (
	NotFound    Kind = "not_found"
	Conflict    Kind = "conflict"
	Invalid     Kind = "invalid"
	Denied      Kind = "denied"
	Exhausted   Kind = "exhausted"
	Throttled   Kind = "throttled"
	Unavailable Kind = "unavailable"
	Internal    Kind = "internal"
)

// Error is a failure with a kind for machines, a stable code that texts are looked up by, and an English text for
// logs. Args fill the placeholders of the localised text.
type Error struct {
	Kind Kind
	Code string
	Text string
	Args map[string]any
	Err  error
}

// Error returns the code and the English text, and the cause if there is one.
func (e *Error) Error() string {
	s := e.Code
	if e.Text != "" {
		s += ": " + e.Text
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an Error of a kind and code with a formatted English text.
func Errorf(kind Kind, code, format string, args ...any) *Error {
	return &Error{Kind: kind, Code: code, Text: fmt.Sprintf(format, args...)}
}

// With returns a copy that carries one more argument for the localised text.
func (e *Error) With(name string, value any) *Error {
	c := *e
	c.Args = make(map[string]any, len(e.Args)+1)
	for k, v := range e.Args {
		c.Args[k] = v
	}
	c.Args[name] = value
	return &c
}

// KindOf returns the kind of the first Error in err's chain, Internal if there is none, "" for nil.
func KindOf(err error) Kind {
	if err == nil {
		return ""
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// IsKind reports whether err is of kind k.
func IsKind(err error, k Kind) bool { return KindOf(err) == k }

// CodeOf returns the code of the first Error in err's chain, or "".
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// The driver's own numbers, which gorm does not translate.
const (
	sqliteBusy           = 5
	sqliteLocked         = 6
	sqliteCheck          = 275
	mysqlDeadlock        = 1213
	mysqlLockWaitTimeout = 1205
	mysqlCheck           = 3819
	mysqlTooMuch         = 1690
	mariadbCheck         = 4025
	mariadbRecordChanged = 1020
	codeDuplicate        = "duplicate"
	codeCheckFailed      = "check_failed"
	codeStoreUnavailable = "store_unavailable"
	codeRecordNotFound   = "not_found"
	textDuplicate        = "a row with this key exists already"
	textCheckFailed      = "the row breaks a rule of its table"
	textRecordNotFound   = "no such row"
	textStoreUnavailable = "the database does not answer"
)

// translate gives a driver's error its kind. what says what was being done.
func translate(err error, what string) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, gorm.ErrRecordNotFound):
		return &Error{Kind: NotFound, Code: codeRecordNotFound, Text: what + ": " + textRecordNotFound}
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return &Error{Kind: Conflict, Code: codeDuplicate, Text: what + ": " + textDuplicate, Err: err}
	case isCheck(err):
		return &Error{Kind: Invalid, Code: codeCheckFailed, Text: what + ": " + textCheckFailed, Err: err}
	case isAway(err):
		return &Error{Kind: Unavailable, Code: codeStoreUnavailable, Text: what + ": " + textStoreUnavailable, Err: err}
	}
	return fmt.Errorf("%s: %w", what, err)
}

// isAway reports whether the database could not be reached, went away, or took longer than the caller may wait.
func isAway(err error) bool {
	if _, ok := errors.AsType[*net.OpError](err); ok {
		return true
	}
	return errors.Is(err, mysql.ErrInvalidConn) || errors.Is(err, driver.ErrBadConn) ||
		errors.Is(err, context.DeadlineExceeded)
}

func isCheck(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == mysqlCheck || e.Number == mariadbCheck
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return e.Code() == sqliteCheck
	}
	return false
}

// isRetryable reports whether a transaction lost against another one and may simply be run again.
func isRetryable(err error) bool {
	if e, ok := errors.AsType[*mysql.MySQLError](err); ok {
		return e.Number == mysqlDeadlock || e.Number == mysqlLockWaitTimeout || e.Number == mariadbRecordChanged
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		code := e.Code() & 0xff
		return code == sqliteBusy || code == sqliteLocked
	}
	return errors.Is(err, errIDCollision) || errors.Is(err, errMoved)
}

// IsDuplicate reports whether err says that a unique key is taken.
func IsDuplicate(err error) bool { return errors.Is(err, gorm.ErrDuplicatedKey) }

// errMoved says that a row was changed without the lock it belongs under; the transaction is run again.
var errMoved = errors.New("a row moved under its lock")

// errIDCollision says that two instances made the same id; the transaction is run again with new ones.
var errIDCollision = errors.New("two instances made one id")

// errInDoubt says that COMMIT was sent and not answered: the transaction may have happened, or may still happen.
var errInDoubt = errors.New("the commit was not answered")

// InDoubt reports whether a transaction that failed with err may have been committed all the same. Whoever runs it again must
// look first, or write what cannot be written twice.
func InDoubt(err error) bool { return errors.Is(err, errInDoubt) }
