package wechatsim

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// body is a push's content, in order; it can be written as XML or as JSON.
type body []field

// field is one element. value is a string, an int64 or a group.
type field struct {
	name  string
	value any
}

// group is a repeated element. XML wraps it in an element of its own; JSON
// puts it at the top, as an object when there is one and an array otherwise.
type group struct {
	wrapper string
	items   []body
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
			out.WriteString("<" + g.wrapper + ">")
			for _, item := range g.items {
				out.WriteString("<" + f.name + ">")
				item.elements(out)
				out.WriteString("</" + f.name + ">")
			}
			out.WriteString("</" + g.wrapper + ">")
			continue
		}
		out.WriteString("<" + f.name + ">")
		switch v := f.value.(type) {
		case int64:
			out.WriteString(strconv.FormatInt(v, 10))
		case string:
			out.WriteString(cdata(v))
		}
		out.WriteString("</" + f.name + ">")
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
		g, ok := f.value.(group)
		switch {
		case !ok:
			out.Write(compact(f.value))
		case len(g.items) == 1:
			out.Write(g.items[0].json())
		default:
			out.WriteByte('[')
			for j, item := range g.items {
				if j > 0 {
					out.WriteByte(',')
				}
				out.Write(item.json())
			}
			out.WriteByte(']')
		}
	}
	out.WriteByte('}')
	return out.Bytes()
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
