package wechatsim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

// Field is one element of an event. Value is a string, an int, an int64, a
// float64, Fields (an object) or a List.
type Field struct {
	Name  string
	Value any
}

// Fields are elements in order.
type Fields []Field

// List is a repeated element. In XML the elements stand inside Wrapper (empty:
// beside each other); in JSON they are an object when there is one and an
// array otherwise, or always an array with Array.
type List struct {
	Wrapper string
	Items   []Fields
	Array   bool
}

func (f Fields) body() body {
	b := make(body, 0, len(f))
	for _, one := range f {
		value := one.Value
		switch v := value.(type) {
		case int:
			value = int64(v)
		case Fields:
			value = v.body()
		case List:
			g := group{wrapper: v.Wrapper, array: v.Array}
			for _, item := range v.Items {
				g.items = append(g.items, item.body())
			}
			value = g
		}
		b = append(b, field{one.Name, value})
	}
	return b
}

// Event pushes any event of an Official Account or a Mini Program, with the
// fields the platform sends. Fields given here replace or follow those of the
// catalogue (EventNames); an event the catalogue does not know has only these.
// A nil person is the platform itself. What the event means for the
// simulated world happens too: a menu click opens its window, a withdrawn
// subscription takes the credits.
func (s *Sim) Event(ctx context.Context, appID string, p *Person, event string, fields ...Field) (Reply, error) {
	s.mu.Lock()
	acc, err := s.account(appID, official, mini)
	if err != nil {
		s.mu.Unlock()
		return Reply{}, fmt.Errorf("event %s: %w", event, err)
	}
	from := s.mint("o", base64url, 27, "platform", appID)
	if p != nil {
		from = p.OpenID(appID)
	}
	spec := catalogue(appID, from)[event]
	b := body{
		{"ToUserName", acc.original}, {"FromUserName", from}, {"CreateTime", s.now().Unix()},
		{"MsgType", "event"}, {"Event", event},
	}
	b = append(b, merge(spec.fields, fields)...)
	if p != nil {
		spec.apply(s, p.chat(appID))
		p.chat(appID).hear(b, s.now())
	}
	s.mu.Unlock()
	return s.deliver(ctx, acc, from, b)
}

// merge puts given fields in the place of those with the same name.
func merge(known, given Fields) body {
	out := slices.Clone(known)
	for _, f := range given {
		if i := slices.IndexFunc(out, func(k Field) bool { return k.Name == f.Name }); i >= 0 {
			out[i] = f
			continue
		}
		out = append(out, f)
	}
	return out.body()
}

// PushRaw delivers a body of your own, signed and encrypted as the account
// wants it: for what the platform may send one day. openid is put in the
// query of an app's push; it may be empty.
func (s *Sim) PushRaw(ctx context.Context, id, openid string, inner []byte) (Reply, error) {
	s.mu.Lock()
	acc, err := s.account(id, official, mini, wecom)
	s.mu.Unlock()
	if err != nil {
		return Reply{}, fmt.Errorf("push: %w", err)
	}
	return s.send(ctx, push{acc: acc, openid: openid, inner: inner})
}

// fieldsOf makes fields of a JSON object, in the order of their names: an
// object is an object, an array a list that stands in no wrapper.
func fieldsOf(in map[string]any) Fields {
	var out Fields
	for _, name := range slices.Sorted(maps.Keys(in)) {
		switch v := in[name].(type) {
		case map[string]any:
			out = append(out, Field{name, fieldsOf(v)})
		case []any:
			list := List{Array: true}
			for _, item := range v {
				if object, ok := item.(map[string]any); ok {
					list.Items = append(list.Items, fieldsOf(object))
				}
			}
			out = append(out, Field{name, list})
		case float64:
			if v == float64(int64(v)) {
				out = append(out, Field{name, int64(v)})
				continue
			}
			out = append(out, Field{name, v})
		case string:
			out = append(out, Field{name, v})
		default: // true, false, null: as their JSON text
			raw, _ := json.Marshal(v) //nolint:errchkjson // what came out of JSON goes back into it
			out = append(out, Field{name, string(raw)})
		}
	}
	return out
}
