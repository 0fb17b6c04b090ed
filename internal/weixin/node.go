package weixin

import (
	"slices"
	"strings"
)

// Node is one field of a push as it came: its text, or the parts inside it. XML and JSON make the same tree: a list is
// the same name several times, which is how XML has always written it. It is how fields are reached that Message does not
// have, among them those the platform invents tomorrow.
type Node struct {
	Name  string
	Text  string
	Parts []Node
}

// ParseTree reads a decrypted body, XML or JSON, as it came: the node it returns has the top-level fields as its parts.
// What nests deeper than sixteen levels is refused in XML and left out in JSON. The error is ErrMalformed.
func ParseTree(plain []byte) (Node, error) {
	doc, format, err := document(plain)
	if err != nil {
		return Node{}, err
	}
	if format == JSON {
		fields, err := parseFields(doc)
		return Node{Parts: fields}, err
	}
	var all []Node
	_, err = scanFields(valid(string(doc)), func(n Node) bool {
		all = append(all, n)
		return true
	})
	return Node{Parts: all}, err
}

// At follows a path of names and returns the first node there; the zero Node when there is none. Names match whatever
// their case: documents and pushes disagree about errcode and errCode, OpenID and openid.
func (n Node) At(path ...string) Node {
	for _, name := range path {
		next, found := n.part(name)
		if !found {
			return Node{}
		}
		n = next
	}
	return n
}

// All returns every part of a name, in order.
func (n Node) All(name string) []Node {
	var all []Node
	for _, p := range n.Parts {
		if strings.EqualFold(p.Name, name) {
			all = append(all, p)
		}
	}
	return all
}

func (n Node) part(name string) (Node, bool) {
	for _, p := range n.Parts {
		if strings.EqualFold(p.Name, name) {
			return p, true
		}
	}
	return Node{}, false
}

// text is the text at a path, empty when there is none.
func (n Node) text(path ...string) string { return n.At(path...).Text }

// number is the whole number at a path; what is none is 0.
func (n Node) number(path ...string) int64 { return number(n.text(path...)) }

// items lists what stands in a list that wraps its elements: in XML under item, in JSON also as an array without it.
func (n Node) items(list string) []Node {
	var all []Node
	for _, l := range n.All(list) {
		if inner := l.All("item"); len(inner) > 0 {
			all = append(all, inner...)
		} else if len(l.Parts) > 0 {
			all = append(all, l)
		}
	}
	return all
}

// Field reads any other field of the message by its documented name; empty when there is none. A part inside a field is
// named with a path such as "SendLocationInfo.Label".
func (e Envelope) Field(path string) string {
	tree, err := ParseTree(e.Plain)
	if err != nil {
		return ""
	}
	return tree.text(strings.Split(path, ".")...)
}

// last is the text of the last part with one of these very names: a line in which a field comes twice reads as
// encoding/xml reads it.
func (n Node) last(names ...string) string {
	var text string
	for _, p := range n.Parts {
		if slices.Contains(names, p.Name) {
			text = p.Text
		}
	}
	return text
}
