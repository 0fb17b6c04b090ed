package weixin

import (
	"encoding/json"
	"strings"
)

// jsonScanner walks one JSON object that is known to be valid, and makes nodes of it: numbers and booleans as they are
// written, because the platform writes the same field as a string one day and as a number the next; null as no text; a
// list as its elements, one after the other under the list's name.
type jsonScanner struct {
	doc string
	pos int
}

// parseFields reads the fields of one JSON object.
func parseFields(doc []byte) ([]Node, error) {
	if !json.Valid(doc) {
		return nil, ErrMalformed
	}
	s := jsonScanner{doc: valid(string(doc))}
	return s.object(1), nil
}

// object reads what stands between braces; the scanner is at the opening one.
func (s *jsonScanner) object(depth int) []Node {
	var all []Node
	for s.pos++; ; {
		s.space()
		switch s.doc[s.pos] {
		case '}':
			s.pos++
			return all
		case ',':
			s.pos++
			continue
		}
		name := s.quoted()
		s.space()
		s.pos++ // the colon
		all = s.value(all, name, depth)
	}
}

// value appends the nodes of one value.
func (s *jsonScanner) value(all []Node, name string, depth int) []Node {
	s.space()
	switch c := s.doc[s.pos]; {
	case c == '"':
		return append(all, Node{Name: name, Text: s.quoted()})
	case c == '{' && depth < maxDepth:
		return append(all, Node{Name: name, Parts: s.object(depth + 1)})
	case c == '[' && depth < maxDepth:
		return s.list(all, name, depth+1)
	case c == '{' || c == '[':
		s.skip()
		return all
	}
	start := s.pos
	s.pos += strings.IndexAny(s.doc[start:], ",]} \t\r\n") // there is one: the object ends
	text := s.doc[start:s.pos]
	if text == "null" {
		text = ""
	}
	return append(all, Node{Name: name, Text: text})
}

func (s *jsonScanner) list(all []Node, name string, depth int) []Node {
	for s.pos++; ; {
		s.space()
		switch s.doc[s.pos] {
		case ']':
			s.pos++
			return all
		case ',':
			s.pos++
		default:
			all = s.value(all, name, depth)
		}
	}
}

// quoted reads a string. Only one with escapes is copied.
func (s *jsonScanner) quoted() string {
	start, escaped := s.pos, false
	for s.pos++; s.doc[s.pos] != '"'; s.pos++ {
		if s.doc[s.pos] == '\\' {
			escaped = true
			s.pos++
		}
	}
	s.pos++
	if !escaped {
		return s.doc[start+1 : s.pos-1]
	}
	var text string
	if json.Unmarshal([]byte(s.doc[start:s.pos]), &text) != nil {
		return ""
	}
	return text
}

// skip passes over an object or a list, however deep it is.
func (s *jsonScanner) skip() {
	for open := 0; ; {
		switch s.doc[s.pos] {
		case '{', '[':
			open++
		case '}', ']':
			open--
		case '"':
			s.quoted()
			continue
		}
		s.pos++
		if open == 0 {
			return
		}
	}
}

func (s *jsonScanner) space() {
	for isSpace(s.doc[s.pos]) {
		s.pos++
	}
}

// parseJSON reads a push body in JSON.
func parseJSON(doc []byte) (Message, error) {
	fields, err := parseFields(doc)
	if err != nil {
		return Message{}, err
	}
	m := Message{Format: JSON}
	var rest []Node
	for _, f := range fields {
		if f.Name == "CreateTime" && f.Text == "" {
			continue
		}
		known, ok := m.set(f.Name, f.Text)
		if !ok {
			return Message{}, ErrMalformed
		}
		if !known {
			rest = append(rest, f)
		}
	}
	m.fill(Node{Parts: rest})
	return m, nil
}
