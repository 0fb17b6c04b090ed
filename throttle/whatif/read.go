package whatif

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"

	"go.yaml.in/yaml/v3"
)

// ErrWorld is a world that cannot be read; the error's text names the file, the line and what would be right.
var ErrWorld = errors.New("not a world")

// What one world may take in memory: offers x groups, and members with those who join.
const (
	maxPairs = 40_000_000
	maxSeats = 3_000_000
)

// ReadWorld reads one world. Everything it does not say has its default. An unknown key, a value of the wrong kind or out
// of range and a key that is said twice are errors with a line: a world that is misread is worse than none.
func ReadWorld(name string, text []byte) (World, error) {
	w := Default()
	dec := yaml.NewDecoder(bytes.NewReader(text))
	var doc yaml.Node
	switch err := dec.Decode(&doc); {
	case errors.Is(err, io.EOF): // an empty file is the base world
	case err != nil:
		return w, fmt.Errorf("%w: %s: %w", ErrWorld, name, err)
	default:
		r := reader{file: name}
		r.section(doc.Content[0], reflect.ValueOf(&w).Elem(), "")
		if err := dec.Decode(&doc); !errors.Is(err, io.EOF) {
			r.fault(&doc, "a file holds one world: a second document begins here")
		}
		if len(r.faults) > 0 {
			return w, fmt.Errorf("%w: %w", ErrWorld, errors.Join(r.faults...))
		}
	}
	if w.Name == "" {
		w.Name = strings.TrimSuffix(strings.TrimSuffix(name, ".yaml"), ".yml")
	}
	if err := w.Check(); err != nil {
		return w, fmt.Errorf("%w: %s: %w", ErrWorld, name, err)
	}
	return w, nil
}

// Check says what is wrong with the parameters together; ReadWorld has looked at each one.
func (w *World) Check() error {
	seats := float64(w.Groups.Count) * w.Groups.Size * math.Exp(w.Groups.SizeSpread*w.Groups.SizeSpread/2) *
		(1 + w.Growth.PerDay*float64(w.Days))
	weeks := w.Offers.FlightLong / 7 // of the stock from before the first day
	for day := range w.Days {
		weeks += w.season(day).Offers / 7
	}
	offers := (w.Offers.PerWeek + w.Adversary.PerWeek) * weeks
	switch {
	case w.Offers.FlightShort > w.Offers.FlightLong:
		return errors.New("offers.flight_short is longer than offers.flight_long")
	case w.Hard.WakeFrom >= w.Hard.WakeTo:
		return errors.New("hard.wake_from is not before hard.wake_to")
	case offers*float64(w.Groups.Count) > maxPairs:
		return fmt.Errorf("%.0f offers in %d groups are too many: fewer days, groups or offers", offers, w.Groups.Count)
	case seats > maxSeats:
		return fmt.Errorf("about %.0f members, with those who join, are too many: at most %d", seats, maxSeats)
	}
	return nil
}

// reader collects every fault of a file, so that one run shows them all.
type reader struct {
	file   string
	faults []error
}

func (r *reader) fault(at *yaml.Node, format string, args ...any) {
	r.faults = append(r.faults, fmt.Errorf("%s:%d: %s", r.file, max(at.Line, 1), fmt.Sprintf(format, args...)))
}

// section reads a mapping into a struct.
func (r *reader) section(n *yaml.Node, v reflect.Value, path string) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	if n.Kind == yaml.ScalarNode && n.Tag == "!!null" {
		return // a key with nothing under it
	}
	if n.Kind != yaml.MappingNode {
		r.fault(n, "%s takes keys, such as %q", orWorld(path), keys(v.Type())[0]+":")
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key, value := n.Content[i], n.Content[i+1]
		index := fieldOf(v.Type(), key.Value)
		switch {
		case index < 0:
			r.fault(key, "there is no key %q%s", path+key.Value, hint(v.Type(), key.Value, path))
		case seen[key.Value]:
			r.fault(key, "%s is said twice", path+key.Value)
		default:
			r.value(value, v.Field(index), v.Type().Field(index).Tag, path+key.Value)
		}
		seen[key.Value] = true
	}
}

// value reads whatever a field holds.
func (r *reader) value(n *yaml.Node, f reflect.Value, tag reflect.StructTag, path string) {
	for n.Kind == yaml.AliasNode {
		n = n.Alias
	}
	switch {
	case f.Kind() == reflect.Struct:
		r.section(n, f, path+".")
	case f.Kind() == reflect.Slice && n.Kind == yaml.SequenceNode:
		for i, item := range n.Content {
			element := reflect.New(f.Type().Elem()).Elem()
			setDefaults(element)
			r.section(item, element, fmt.Sprintf("%s[%d].", path, i))
			f.Set(reflect.Append(f, element))
		}
	case f.Kind() == reflect.Slice:
		r.fault(n, "%s is a list: each item begins with '- '", path)
	case n.Kind != yaml.ScalarNode || n.Tag == "!!null":
		r.fault(n, "%s takes one value", path)
	default:
		if err := setText(f, n.Value); err != nil {
			r.fault(n, "%s: %s", path, err)
		} else if wrong := checkField(f, tag); wrong != "" {
			r.fault(n, "%s: %s", path, wrong)
		}
	}
}

func orWorld(path string) string {
	if path == "" {
		return "a world"
	}
	return strings.TrimSuffix(path, ".")
}

func keys(t reflect.Type) []string {
	all := make([]string, t.NumField())
	for i := range all {
		all[i] = t.Field(i).Tag.Get("key")
	}
	return all
}

func fieldOf(t reflect.Type, key string) int {
	for i, k := range keys(t) {
		if k == key {
			return i
		}
	}
	return -1
}

// hint is what may have been meant: the key of the same name in another section, the nearest one here, or all there are.
func hint(t reflect.Type, key, path string) string {
	best, far := "", 3
	for _, k := range keys(t) {
		if d := distance(k, key); d < far {
			best, far = path+k, d
		}
	}
	for _, p := range Params() {
		if far > 0 && strings.HasSuffix(p.Path, "."+key) {
			best, far = p.Path, 0
		}
	}
	if best != "" {
		return fmt.Sprintf("; did you mean %s?", best)
	}
	return "; here can stand: " + strings.Join(keys(t), ", ")
}

// distance is how many letters have to be changed, added or removed to make b of a.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := last
			if a[i] != b[j] {
				change++
			}
			last = row[j+1]
			row[j+1] = min(change, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
