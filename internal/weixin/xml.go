package weixin

import "strings"

// maxDepth is how deep elements may nest; the deepest documented push has four levels.
const maxDepth = 16

// xmlScanner walks one XML document without recursion and without copying text. It knows what pushes are made of:
// elements, attributes (skipped), text, CDATA, comments and processing instructions (skipped). It insists on one root,
// matching tags and known entities, and refuses document type declarations outright.
type xmlScanner struct {
	doc   string
	pos   int
	depth int
	names [maxDepth]string // of the open elements; names[0] is the root
	texts [maxDepth]xmlText
}

// xmlText is the text directly inside an element. Nearly always it is one piece, which is then not copied.
type xmlText struct {
	one  string
	more []byte // all of it, once there is a second piece
}

func (t *xmlText) add(piece string) {
	switch {
	case t.more != nil:
		t.more = append(t.more, piece...)
	case t.one == "":
		t.one = piece
	default:
		t.more = append([]byte(t.one), piece...)
	}
}

func (t *xmlText) string() string {
	if t.more != nil {
		return string(t.more)
	}
	return t.one
}

// next moves to the end of the next element. depth is then how many elements are still open around it: 1 for a top-level
// field, whose name and text are returned. ok is false at the end of the document.
func (s *xmlScanner) next() (name, text string, ok bool, err error) {
	for {
		if err := s.chars(); err != nil {
			return "", "", false, err
		}
		if s.pos == len(s.doc) {
			if s.depth > 0 {
				return "", "", false, ErrMalformed
			}
			return "", "", false, nil
		}
		rest := s.doc[s.pos:]
		switch {
		case strings.HasPrefix(rest, "</"):
			name, text, err = s.endTag()
			return name, text, err == nil, err
		case strings.HasPrefix(rest, "<![CDATA["):
			err = s.cdata()
		case strings.HasPrefix(rest, "<!--"):
			err = s.comment()
		case strings.HasPrefix(rest, "<?"):
			err = s.skipTo(2, "?>")
		default:
			var empty bool
			if empty, err = s.startTag(); err == nil && empty {
				name, text = s.pop()
				return name, text, true, nil
			}
		}
		if err != nil {
			return "", "", false, err
		}
	}
}

// chars takes the text up to the next tag.
func (s *xmlScanner) chars() error {
	rest := s.doc[s.pos:]
	end := strings.IndexByte(rest, '<')
	if end < 0 {
		end = len(rest)
	}
	if end == 0 {
		return nil
	}
	raw := rest[:end]
	s.pos += end
	if s.depth == 0 {
		if strings.Trim(raw, " \t\r\n") != "" {
			return ErrMalformed
		}
		return nil
	}
	text, err := unescape(raw)
	if err != nil {
		return err
	}
	s.take(text)
	return nil
}

// take keeps text. What stands between the top-level elements is only ever indentation.
func (s *xmlScanner) take(text string) {
	if s.depth > 1 {
		s.texts[s.depth-1].add(text)
	}
}

func (s *xmlScanner) cdata() error {
	const open = len("<![CDATA[")
	end := strings.Index(s.doc[s.pos+open:], "]]>")
	if end < 0 || s.depth == 0 {
		return ErrMalformed
	}
	text := s.doc[s.pos+open : s.pos+open+end]
	s.pos += open + end + len("]]>")
	s.take(newlines(text))
	return nil
}

func (s *xmlScanner) comment() error {
	const open = len("<!--")
	end := strings.Index(s.doc[s.pos+open:], "--")
	if end < 0 || !strings.HasPrefix(s.doc[s.pos+open+end:], "-->") {
		return ErrMalformed
	}
	s.pos += open + end + len("-->")
	return nil
}

func (s *xmlScanner) skipTo(from int, mark string) error {
	end := strings.Index(s.doc[s.pos+from:], mark)
	if end < 0 {
		return ErrMalformed
	}
	s.pos += from + end + len(mark)
	return nil
}

// startTag opens an element. A second root is refused.
func (s *xmlScanner) startTag() (empty bool, err error) {
	s.pos++
	name := s.name()
	if name == "" || s.depth == maxDepth || (s.depth == 0 && s.names[0] != "") {
		return false, ErrMalformed
	}
	if empty, err = s.attributes(); err != nil {
		return false, err
	}
	s.names[s.depth], s.texts[s.depth] = name, xmlText{}
	s.depth++
	return empty, nil
}

func (s *xmlScanner) endTag() (name, text string, err error) {
	s.pos += len("</")
	name = s.name()
	s.space()
	if s.depth == 0 || name != s.names[s.depth-1] || s.pos == len(s.doc) || s.doc[s.pos] != '>' {
		return "", "", ErrMalformed
	}
	s.pos++
	name, text = s.pop()
	return name, text, nil
}

func (s *xmlScanner) pop() (name, text string) {
	s.depth--
	return s.names[s.depth], s.texts[s.depth].string()
}

// attributes skips to the end of a start tag.
func (s *xmlScanner) attributes() (empty bool, err error) {
	for {
		s.space()
		rest := s.doc[s.pos:]
		switch {
		case strings.HasPrefix(rest, ">"):
			s.pos++
			return false, nil
		case strings.HasPrefix(rest, "/>"):
			s.pos += 2
			return true, nil
		}
		if s.name() == "" || !s.equals() || !s.quoted() {
			return false, ErrMalformed
		}
	}
}

func (s *xmlScanner) equals() bool {
	s.space()
	if s.pos == len(s.doc) || s.doc[s.pos] != '=' {
		return false
	}
	s.pos++
	s.space()
	return true
}

func (s *xmlScanner) quoted() bool {
	if s.pos == len(s.doc) {
		return false
	}
	quote := s.doc[s.pos]
	if quote != '"' && quote != '\'' {
		return false
	}
	end := strings.IndexByte(s.doc[s.pos+1:], quote)
	if end < 0 || strings.IndexByte(s.doc[s.pos+1:s.pos+1+end], '<') >= 0 {
		return false
	}
	s.pos += end + 2
	return true
}

func (s *xmlScanner) space() {
	for s.pos < len(s.doc) && isSpace(s.doc[s.pos]) {
		s.pos++
	}
}

// name reads the name of an element or attribute; empty when there is none.
func (s *xmlScanner) name() string {
	start := s.pos
	for s.pos < len(s.doc) && isName(s.doc[s.pos], s.pos == start) {
		s.pos++
	}
	return s.doc[start:s.pos]
}
