package models

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// packet is statements that go to the database together: in one round trip where the connection takes several at once, else one
// after the other. It is for what is done very often; everything else is gorm's.
type packet struct {
	sc     *Scope
	writes []written
	reads  []query
}

// written is a statement that changes rows.
type written struct {
	text string
	args []any
	what string
}

// query is a statement that reads rows, and what takes them. take sees every row: it calls Next itself.
type query struct {
	text string
	args []any
	what string
	take func(*sql.Rows) error
}

func (p *packet) write(what, text string, args ...any) {
	p.writes = append(p.writes, written{text, args, what})
}

func (p *packet) read(what string, take func(*sql.Rows) error, text string, args ...any) {
	p.reads = append(p.reads, query{text, args, what, take})
}

// send sends the statements, first what is written, and returns how many rows the last of what is written found.
//
//nolint:contextcheck,nolintlint // the transaction has its own, as with gorm; said here once for all who send
func (p *packet) send() (int64, error) {
	if len(p.writes)+len(p.reads) == 0 {
		return 0, nil
	}
	if p.sc.s.engine == MySQL && p.sc.several {
		return p.sendTogether()
	}
	var found int64
	for _, w := range p.writes {
		r, err := p.conn().ExecContext(p.ctx(), w.text, w.args...)
		p.count(1)
		if err == nil {
			found, err = r.RowsAffected()
		}
		if err != nil {
			return 0, p.failed(err, w.what)
		}
	}
	for _, q := range p.reads {
		rows, err := p.conn().QueryContext(p.ctx(), q.text, q.args...)
		p.count(1)
		if err == nil {
			err = q.take(rows)
			err = closed(rows, err)
		}
		if err != nil {
			return 0, p.failed(err, q.what)
		}
	}
	return found, nil
}

// sendTogether sends everything as one text. Statements that change rows answer nothing that a reader would see; how many rows
// the last of them found is asked behind it.
//
//nolint:contextcheck,nolintlint // the transaction has its own, as with gorm; said here once for all who send
func (p *packet) sendTogether() (int64, error) {
	var found int64
	var text strings.Builder
	var args []any
	what, reads := p.what(), p.reads
	for _, w := range p.writes {
		text.WriteString(w.text)
		text.WriteByte(';')
		args = append(args, w.args...)
	}
	if len(p.writes) > 0 {
		count := query{"SELECT ROW_COUNT()", nil, what, func(rows *sql.Rows) error {
			for rows.Next() {
				if err := rows.Scan(&found); err != nil {
					return err
				}
			}
			return nil
		}}
		reads = append([]query{count}, reads...)
	}
	for _, q := range reads {
		text.WriteString(q.text)
		text.WriteByte(';')
		args = append(args, q.args...)
	}
	rows, err := p.conn().QueryContext(p.ctx(), strings.TrimSuffix(text.String(), ";"), args...)
	p.count(len(p.writes) + len(p.reads))
	if err != nil {
		return 0, p.failed(err, what)
	}
	for i, q := range reads {
		if i > 0 && !rows.NextResultSet() {
			return 0, p.failed(closed(rows, errShortAnswer), q.what)
		}
		if err := q.take(rows); err != nil {
			return 0, p.failed(closed(rows, err), q.what)
		}
	}
	return found, p.failed(closed(rows, nil), what)
}

// errShortAnswer says that the database answered fewer statements than it was asked.
var errShortAnswer = errors.New("an answer is missing")

// rowsInto takes the rows of a query into a slice.
func rowsInto[T any](sc *Scope, out *[]T) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		if !rows.Next() {
			return nil
		}
		return sc.db.ScanRows(rows, out)
	}
}

// rowInto takes the one row of a query, if there is one.
func rowInto[T any](sc *Scope, out *T) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		var all []T
		err := rowsInto(sc, &all)(rows)
		if len(all) > 0 {
			*out = all[0]
		}
		return err
	}
}

// closed closes what was read; an error of the reading itself comes first.
func closed(rows *sql.Rows, err error) error {
	if e := rows.Err(); e != nil {
		err = e
	}
	if e := rows.Close(); err == nil {
		err = e
	}
	return err
}

// what says what the packet is for: its first statement.
func (p *packet) what() string {
	if len(p.writes) > 0 {
		return p.writes[0].what
	}
	return p.reads[0].what
}

func (p *packet) conn() gorm.ConnPool  { return p.sc.db.Statement.ConnPool }
func (p *packet) ctx() context.Context { return p.sc.db.Statement.Context }
func (p *packet) count(n int)          { p.sc.s.made.n.Add(int64(n)) }

// failed gives a driver's error its kind, as gorm and translate would.
func (p *packet) failed(err error, what string) error {
	if t, can := p.sc.db.Dialector.(gorm.ErrorTranslator); can && err != nil {
		err = t.Translate(err)
	}
	return translate(err, what)
}
