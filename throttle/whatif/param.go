package whatif

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Param is the documentation of one parameter.
type Param struct {
	Path    string // such as leave.base; seasons[].from in a list
	Doc     string
	Unit    string // "" for names and plain numbers
	Default string
	Range   string // what is taken, "low..high", or the words of a choice
	Usual   string // what is usual, "" if nothing is known
	Source  string // where the number comes from
	Section bool   // it holds other parameters
	List    bool   // of which there can be several
}

// Params lists every parameter in the order of a file.
func Params() []Param { return paramsOf(reflect.TypeFor[World](), "") }

func paramsOf(t reflect.Type, prefix string) []Param {
	var all []Param
	for i := range t.NumField() {
		f := t.Field(i)
		p := Param{Path: prefix + f.Tag.Get("key"), Doc: f.Tag.Get("doc"), Unit: f.Tag.Get("unit"), Default: f.Tag.Get("default"),
			Range: f.Tag.Get("range"), Usual: f.Tag.Get("usual"), Source: f.Tag.Get("source")}
		if p.Range == "" {
			p.Range = strings.ReplaceAll(f.Tag.Get("enum"), ",", ", ")
		}
		inner, path := f.Type, p.Path+"."
		if inner.Kind() == reflect.Slice {
			inner, path, p.List = inner.Elem(), p.Path+"[].", true
		}
		p.Section = inner.Kind() == reflect.Struct
		all = append(all, p)
		if p.Section {
			all = append(all, paramsOf(inner, path)...)
		}
	}
	return all
}

// Default is the base world: every parameter at its default.
func Default() World {
	var w World
	setDefaults(reflect.ValueOf(&w).Elem())
	return w
}

// setDefaults fills a struct from its tags. A tag that does not parse is a slip of ours, and a test reads them all.
func setDefaults(v reflect.Value) {
	t := v.Type()
	for i := range t.NumField() {
		f, text := v.Field(i), t.Field(i).Tag.Get("default")
		if f.Kind() == reflect.Struct {
			setDefaults(f)
		} else if text != "" {
			_ = setText(f, text)
		}
	}
}

// setText puts a scalar's text into a field.
func setText(f reflect.Value, text string) error {
	switch f.Kind() {
	case reflect.String:
		f.SetString(text)
	case reflect.Int:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number", text)
		}
		f.SetInt(n)
	case reflect.Float64:
		x, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return fmt.Errorf("%q is not a number", text)
		}
		f.SetFloat(x)
	default:
		return fmt.Errorf("a %s cannot be read", f.Kind())
	}
	return nil
}

// checkField says what is wrong with a value by its tags; "" if nothing is.
func checkField(f reflect.Value, tag reflect.StructTag) string {
	if words := tag.Get("enum"); words != "" {
		for word := range strings.SplitSeq(words, ",") {
			if f.String() == word {
				return ""
			}
		}
		return fmt.Sprintf("%q is not one of %s", f.String(), strings.ReplaceAll(words, ",", ", "))
	}
	low, high, limited := bounds(tag.Get("range"))
	if !limited {
		return ""
	}
	var x float64
	if f.Kind() == reflect.Int {
		x = float64(f.Int())
	} else {
		x = f.Float()
	}
	if x >= low && x <= high { // not the other way round: NaN is outside
		return ""
	}
	what := strings.TrimSpace(strconv.FormatFloat(x, 'g', -1, 64) + " " + tag.Get("unit"))
	return fmt.Sprintf("%s is outside %s", what, tag.Get("range"))
}

// bounds reads "low..high".
func bounds(text string) (low, high float64, ok bool) {
	a, b, ok := strings.Cut(text, "..")
	if !ok {
		return 0, 0, false
	}
	low, errLow := strconv.ParseFloat(a, 64)
	high, errHigh := strconv.ParseFloat(b, 64)
	return low, high, errLow == nil && errHigh == nil
}
