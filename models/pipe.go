package models

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"gorm.io/gorm"
)

// pipe is a transaction on a connection for batches whose BEGIN goes with its first statement, and whose COMMIT may go with its
// last ones (see [packet.finish]). It is for one goroutine.
type pipe struct {
	*sql.Conn
	begun, committed bool
}

const (
	pipeBegin  = "START TRANSACTION;"
	pipeRescue = 5 * time.Second // a rollback may take; then the connection is given up
)

// errPipeEnded says that something was asked of a transaction after it was committed.
var errPipeEnded = errors.New("the transaction is committed already")

// lead puts BEGIN before the first statement.
func (p *pipe) lead(text string) (string, error) {
	switch {
	case p.committed:
		return "", errPipeEnded
	case p.begun:
		return text, nil
	}
	p.begun = true
	return pipeBegin + text, nil
}

// ExecContext is what gorm and a packet ask of a connection.
func (p *pipe) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	text, err := p.lead(text)
	if err != nil {
		return nil, err
	}
	return p.Conn.ExecContext(ctx, text, args...)
}

// QueryContext is what gorm and a packet ask of a connection.
func (p *pipe) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	text, err := p.lead(text)
	if err != nil {
		return nil, err
	}
	return p.Conn.QueryContext(ctx, text, args...)
}

// QueryRowContext is what gorm asks of a connection.
func (p *pipe) QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row {
	led, err := p.lead(text)
	if err != nil { // a row cannot be made of an error: the server says that there is no such thing
		led = "SELECT the_transaction_is_committed_already"
	}
	return p.Conn.QueryRowContext(ctx, led, args...)
}

// PrepareContext is refused: a prepared statement cannot be led by another one.
func (p *pipe) PrepareContext(context.Context, string) (*sql.Stmt, error) {
	return nil, errors.New("batches prepare no statements")
}

// piped runs fn once in a transaction on a connection for batches.
func (s *Store) piped(ctx context.Context, try int, fn func(*Tx) error) (err error) {
	conn, err := s.batch.Conn(ctx)
	if err != nil {
		return translate(err, "transaction")
	}
	p := &pipe{Conn: conn}
	sound := false
	defer func() {
		if !sound { // also after a panic
			p.abandon(ctx)
		}
		_ = conn.Close()
	}()
	db := s.db.Session(&gorm.Session{Context: ctx, NewDB: true})
	db.Statement.ConnPool = p
	err = fn(&Tx{Now: MillisOf(s.clock.Now()), db: db, s: s, several: true, pipe: p, try: try})
	switch {
	case err != nil && p.committed:
		return inDoubt(err)
	case err != nil:
		return err
	case p.begun && !p.committed:
		if _, err = conn.ExecContext(ctx, "COMMIT"); err != nil {
			return inDoubt(translate(err, "transaction"))
		}
	}
	sound = true
	return nil
}

// inDoubt marks an error of a COMMIT that was sent. A transaction that lost against another one is not in doubt.
func inDoubt(err error) error {
	if isRetryable(err) {
		return err
	}
	return fmt.Errorf("%w: %w", errInDoubt, err)
}

// abandon rolls back. A connection that cannot even do that is not used again: the server rolls back when it is gone.
func (p *pipe) abandon(ctx context.Context) {
	if !p.begun {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), pipeRescue)
	defer cancel()
	if _, err := p.Conn.ExecContext(ctx, "ROLLBACK"); err != nil {
		_ = p.Raw(func(any) error { return driver.ErrBadConn })
	}
}
