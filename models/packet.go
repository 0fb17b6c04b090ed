package models

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/go-sql-driver/mysql"
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
	what, reads := p.what(), p.reads
	if len(p.writes) > 0 {
		reads = append([]query{{"SELECT ROW_COUNT()", nil, what, number(&found)}}, reads...)
	}
	answered, err := p.ask(reads, "")
	if answered < len(reads) {
		what = reads[answered].what
	}
	return found, p.failed(err, what)
}

// finish sends what is written, and commits with it in the same round trip, if the last of what is written found one row and
// something else holds by then. It reports whether that was so; if not, the transaction has to be rolled back, as after an error. An
// error ends a packet where it comes, so nothing is committed after one. It needs a pipe.
func (p *packet) finish(holds condition) (bool, error) {
	var sound int64
	answered, err := p.ask([]query{{"SELECT IF(ROW_COUNT() = 1 AND " + holds.text + ", 1, " + tooMuch + ")", holds.args, p.what(), number(&sound)}}, "COMMIT")
	refused, said := errors.AsType[*mysql.MySQLError](err)
	switch {
	case err == nil:
		p.sc.pipe.committed = true
		return true, nil
	case said && answered == 0 && refused.Number == mysqlTooMuch:
		return false, nil
	case said && answered == 0:
		return false, p.failed(err, p.what())
	}
	return false, inDoubt(p.failed(err, "commit")) // it may have come as far as that
}

// tooMuch is more than a number can be: a statement that comes to it fails with [mysqlTooMuch], and changes nothing. It is not
// worked out before it is come to, because it counts on the statement before.
const tooMuch = "ABS(ROW_COUNT()) + 9223372036854775807 + 2"

// ask sends what is written, then queries, then an end if there is one, as one text, and has the queries take their rows. It
// returns how many of them were answered, and the driver's own error.
//
//nolint:contextcheck,nolintlint // as send
func (p *packet) ask(reads []query, end string) (int, error) {
	var text strings.Builder
	var args []any
	text.Grow(p.size(reads) + len(end))
	for _, w := range p.writes {
		text.WriteString(w.text)
		text.WriteByte(';')
		args = append(args, w.args...)
	}
	for i, q := range reads {
		if i > 0 {
			text.WriteByte(';')
		}
		text.WriteString(q.text)
		args = append(args, q.args...)
	}
	if end != "" {
		text.WriteByte(';')
		text.WriteString(end)
	}
	rows, err := p.conn().QueryContext(p.ctx(), text.String(), args...)
	p.count(len(p.writes) + len(reads))
	if err != nil {
		return 0, err
	}
	for i, q := range reads {
		if i > 0 && !rows.NextResultSet() {
			return i, closed(rows, errShortAnswer)
		}
		if err := cmp.Or(q.take(rows), rows.Err()); err != nil {
			return i, closed(rows, err)
		}
	}
	if end != "" && rows.NextResultSet() {
		return len(reads), closed(rows, errShortAnswer)
	}
	return len(reads), closed(rows, nil)
}

// size is how many bytes the text of all statements takes.
func (p *packet) size(reads []query) int {
	n := len(p.writes) + len(reads) + 1
	for _, w := range p.writes {
		n += len(w.text)
	}
	for _, q := range reads {
		n += len(q.text)
	}
	return n
}

// number takes one number.
func number(into *int64) func(*sql.Rows) error {
	return func(rows *sql.Rows) error {
		for rows.Next() {
			if err := rows.Scan(into); err != nil {
				return err
			}
		}
		return nil
	}
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
