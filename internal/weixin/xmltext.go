package weixin

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// parseXML reads a push body in XML. What every push has is set as it is read; only what is left over becomes nodes.
func parseXML(doc string) (Message, error) {
	m := Message{Format: XML}
	readable := true
	rest, err := scanFields(valid(doc), func(n Node) bool {
		known, ok := m.set(n.Name, n.Text)
		readable = readable && ok
		return !known
	})
	if err != nil {
		return Message{}, err
	}
	if !readable {
		return Message{}, ErrMalformed
	}
	m.fill(Node{Parts: rest})
	return m, nil
}

// scanFields reads one XML document, hands every top-level field to take and returns those it says to keep.
func scanFields(doc string, take func(Node) bool) ([]Node, error) {
	s := xmlScanner{doc: doc}
	var open [maxDepth + 1][]Node // the parts read so far of the elements that are open
	for {
		name, text, ok, err := s.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if s.depth == 0 { // the root
			continue
		}
		n := Node{Name: name, Text: text, Parts: open[s.depth+1]}
		open[s.depth+1] = nil
		if s.depth > 1 || take(n) {
			open[s.depth] = append(open[s.depth], n)
		}
	}
	if s.names[0] == "" {
		return nil, ErrMalformed
	}
	return open[1], nil
}

// xmlField reads one top-level field and, while at it, checks the whole document.
func xmlField(doc, want string) (string, error) {
	s := xmlScanner{doc: doc}
	var value string
	for {
		name, text, ok, err := s.next()
		switch {
		case err != nil:
			return "", err
		case !ok && s.names[0] == "":
			return "", ErrMalformed
		case !ok:
			return value, nil
		case s.depth == 1 && name == want:
			value = text
		}
	}
}

func isSpace(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isName(c byte, first bool) bool {
	switch {
	case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c == '_', c == ':', c >= utf8.RuneSelf:
		return true
	case c >= '0' && c <= '9', c == '-', c == '.':
		return !first
	}
	return false
}

// newlines writes line ends as XML 1.0 section 2.11 wants them.
func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// unescape decodes the text between tags.
func unescape(raw string) (string, error) {
	if strings.Contains(raw, "]]>") {
		return "", ErrMalformed
	}
	raw = newlines(raw)
	amp := strings.IndexByte(raw, '&')
	if amp < 0 {
		return raw, nil
	}
	var b strings.Builder
	b.Grow(len(raw))
	for amp >= 0 {
		b.WriteString(raw[:amp])
		end := strings.IndexByte(raw[amp:], ';')
		if end < 0 {
			return "", ErrMalformed
		}
		c, ok := entity(raw[amp+1 : amp+end])
		if !ok {
			return "", ErrMalformed
		}
		b.WriteRune(c)
		raw = raw[amp+end+1:]
		amp = strings.IndexByte(raw, '&')
	}
	b.WriteString(raw)
	return b.String(), nil
}

// entity decodes what stands between & and ;.
func entity(name string) (rune, bool) {
	switch name {
	case "lt":
		return '<', true
	case "gt":
		return '>', true
	case "amp":
		return '&', true
	case "apos":
		return '\'', true
	case "quot":
		return '"', true
	}
	digits, found := strings.CutPrefix(name, "#")
	if !found {
		return 0, false
	}
	base := 10
	if hex, found := strings.CutPrefix(digits, "x"); found {
		digits, base = hex, 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > utf8.MaxRune || !utf8.ValidRune(rune(n)) {
		return 0, false
	}
	return rune(n), true
}
