package wechatsim

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// body is a push's content, in order; it can be written as XML or as JSON.
type body []field

// field is one element. value is a string, an int64, a float64, a body (an
// object) or a group.
type field struct {
	name  string
	value any
}

// group is a repeated element. XML wraps it in an element of its own (without
// a wrapper the elements follow each other); JSON puts it at the top, as an
// object when there is one and an array otherwise.
type group struct {
	wrapper string
	items   []body
	array   bool // JSON: an array even when there is one
}

func (b body) encode(f Format) []byte {
	if f == JSON {
		return b.json()
	}
	return b.xml()
}

func (b body) xml() []byte {
	var out bytes.Buffer
	out.WriteString("<xml>")
	b.elements(&out)
	out.WriteString("</xml>")
	return out.Bytes()
}

func (b body) elements(out *bytes.Buffer) {
	for _, f := range b {
		if g, ok := f.value.(group); ok {
			g.elements(out, f.name)
			continue
		}
		out.WriteString("<" + f.name + ">")
		switch v := f.value.(type) {
		case int64:
			out.WriteString(strconv.FormatInt(v, 10))
		case float64:
			out.WriteString(strconv.FormatFloat(v, 'f', -1, 64))
		case string:
			out.WriteString(cdata(v))
		case body:
			v.elements(out)
		}
		out.WriteString("</" + f.name + ">")
	}
}

func (g group) elements(out *bytes.Buffer, name string) {
	if g.wrapper != "" {
		out.WriteString("<" + g.wrapper + ">")
		defer out.WriteString("</" + g.wrapper + ">")
	}
	for _, item := range g.items {
		out.WriteString("<" + name + ">")
		item.elements(out)
		out.WriteString("</" + name + ">")
	}
}

func (b body) json() []byte {
	var out bytes.Buffer
	out.WriteByte('{')
	for i, f := range b {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(strconv.Quote(f.name) + ":")
		switch v := f.value.(type) {
		case group:
			out.Write(v.json())
		case body:
			out.Write(v.json())
		default:
			out.Write(compact(f.value))
		}
	}
	out.WriteByte('}')
	return out.Bytes()
}

func (g group) json() []byte {
	if len(g.items) == 1 && !g.array {
		return g.items[0].json()
	}
	out := []byte{'['}
	for i, item := range g.items {
		if i > 0 {
			out = append(out, ',')
		}
		out = append(out, item.json()...)
	}
	return append(out, ']')
}

// text is the value of one top element; empty when it is none or no text.
func (b body) text(name string) string {
	for _, f := range b {
		if f.name == name {
			v, _ := f.value.(string)
			return v
		}
	}
	return ""
}

// cdata wraps text; a "]]>" inside is split over two sections.
func cdata(text string) string {
	return "<![CDATA[" + strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>") + "]]>"
}

// compact is JSON as the platform writes it: no HTML escaping, no newline.
func compact(v any) []byte {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return []byte(`{"errcode":-1,"errmsg":"system error"}`)
	}
	return bytes.TrimSuffix(out.Bytes(), []byte("\n"))
}
