package models

import (
	"encoding/hex"
	"strconv"
)

// insertion is the text of an INSERT of many rows. Numbers and hashes stand in the text itself, which is faster by far than a
// parameter each; a text that is not plain goes beside it.
type insertion struct {
	text []byte
	args []any
	cell bool // a row has begun
	rows int
}

// insertInto begins an INSERT. table and columns are constants.
func insertInto(table, columns string, rows, width int) *insertion {
	w := &insertion{text: make([]byte, 0, 64+len(columns)+rows*width)}
	w.text = append(w.text, "INSERT INTO `"...)
	w.text = append(w.text, table...)
	w.text = append(w.text, "` ("...)
	w.text = append(w.text, columns...)
	w.text = append(w.text, ") VALUES "...)
	return w
}

// row ends the row before, if there is one, and begins another.
func (w *insertion) row() *insertion {
	if w.rows > 0 {
		w.text = append(w.text, "),"...)
	}
	w.text, w.cell = append(w.text, '('), false
	w.rows++
	return w
}

func (w *insertion) comma() {
	if w.cell {
		w.text = append(w.text, ',')
	}
	w.cell = true
}

// nums appends cells that are numbers.
func (w *insertion) nums(all ...int64) *insertion {
	for _, n := range all {
		w.comma()
		w.text = strconv.AppendInt(w.text, n, 10)
	}
	return w
}

// null appends a cell without a value.
func (w *insertion) null() {
	w.comma()
	w.text = append(w.text, "NULL"...)
}

// bytes appends a cell of bytes.
func (w *insertion) bytes(b []byte) *insertion {
	w.comma()
	w.text = append(w.text, "x'"...)
	w.text = hex.AppendEncode(w.text, b)
	w.text = append(w.text, '\'')
	return w
}

// string appends a cell of text.
func (w *insertion) string(s string) *insertion {
	w.comma()
	if !plain(s) {
		w.text, w.args = append(w.text, '?'), append(w.args, s)
		return w
	}
	w.text = append(w.text, '\'')
	w.text = append(w.text, s...)
	w.text = append(w.text, '\'')
	return w
}

// plain reports whether a text is made of letters, digits and marks that mean nothing to a database.
func plain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c|0x20 < 'a' || c|0x20 > 'z') && (c < '0' || c > '9') && c != ':' && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return true
}

// add puts the INSERT into a packet, with what follows the rows.
func (w *insertion) add(p *packet, what, rest string) {
	w.text = append(w.text, ')')
	p.write(what, string(append(w.text, rest...)), w.args...)
}
