package whatif

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// TestReadWorldIsStrict: a world that is not understood to the last word is refused, with the line and what would be right.
func TestReadWorldIsStrict(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"unknown key":         {"about: x\ndais: 30\n", `w.yaml:2: there is no key "dais"; did you mean days?`},
		"unknown in section":  {"leave:\n  bsae: 1\n", `w.yaml:2: there is no key "leave.bsae"; did you mean leave.base?`},
		"of another section":  {"per_leave: 3\n", `w.yaml:1: there is no key "per_leave"; did you mean mute.per_leave?`},
		"nothing like it":     {"mute:\n  quiet_people: 1\n", `here can stand: per_leave, sees, worth`},
		"not a number":        {"leave:\n  base: often\n", `w.yaml:2: leave.base: "often" is not a number`},
		"not whole":           {"days: 1.5\n", `w.yaml:1: days: "1.5" is not a whole number`},
		"out of range":        {"attention:\n  sees: 1.2\n", "w.yaml:2: attention.sees: 1.2 share is outside 0..1"},
		"not a number at all": {"attention:\n  sees: .nan\n", "w.yaml:2: attention.sees"},
		"NaN":                 {"attention:\n  sees: NaN\n", "is outside 0..1"},
		"unknown word":        {"leave:\n  shape: cubic\n", `leave.shape: "cubic" is not one of quadratic, linear, threshold, saturating, power`},
		"said twice":          {"days: 3\ndays: 4\n", "w.yaml:2: days is said twice"},
		"section as value":    {"leave: 3\n", `w.yaml:1: leave takes keys, such as "base:"`},
		"value as section":    {"days: {a: 1}\n", "w.yaml:1: days takes one value"},
		"value left out":      {"days:\n", "w.yaml:1: days takes one value"},
		"list as section":     {"seasons: {from: 3}\n", "w.yaml:1: seasons is a list"},
		"wrong in a list":     {"seasons:\n  - {from: 3, leafs: 2}\n", `w.yaml:2: there is no key "seasons[0].leafs"; did you mean seasons[0].leaves?`},
		"two worlds":          {"days: 3\n---\ndays: 4\n", "a second document begins here"},
		"a list":              {"- days\n", "a world takes keys"},
		"not YAML":            {"days: [3\n", "w.yaml"},
		"flights":             {"offers: {flight_short: 9, flight_long: 8}\n", "flight_short is longer"},
		"no day":              {"hard: {wake_from: 22, wake_to: 7}\n", "wake_from is not before"},
		"too many offers":     {"days: 1500\ngroups: {count: 2000}\noffers: {per_week: 500}\n", "are too many"},
		"a flood for a year":  {"offers: {per_week: 100}\nseasons: [{days: 180, offers: 20}, {days: 180, offers: 20}]\n", "are too many"},
		"too many people":     {"groups: {count: 2000, size: 2000}\noffers: {per_week: 1}\n", "are too many: at most 3000000"},
		"too many who join":   {"days: 1500\ngrowth: {per_day: 0.1}\noffers: {per_week: 1}\nseasons: [{offers: 20}]\ngroups: {count: 200, size: 200}\n", "with those who join"},
	} {
		_, err := ReadWorld("w.yaml", []byte(c.text))
		if !errors.Is(err, ErrWorld) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	_, err := ReadWorld("w.yaml", []byte("dais: 1\nleave: {bas: 2}\n"))
	if err == nil || strings.Count(err.Error(), "there is no key") != 2 {
		t.Errorf("two faults: %v", err)
	}
}

// TestReadWorld: what is said is taken, what is not said has its default.
func TestReadWorld(t *testing.T) {
	t.Parallel()
	got, err := ReadWorld("my-world.yaml", []byte("days: 90 # a quarter\nleave: &l\n  base: 1e-3\nmute:\nseasons:\n  - from: 3\n    clicks: 2\n"))
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Name, want.Days, want.Leave.Base = "my-world", 90, 0.001
	want.Seasons = []Season{{From: 3, Days: 7, Leaves: 1, Harm: 1, Sees: 1, Clicks: 2, Offers: 1, Organic: 1}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v\nwant %+v", got, want)
	}
}

// TestSampleIsTheBaseWorld: the sample can be read, and with the hash marks gone its list of seasons too.
func TestSampleIsTheBaseWorld(t *testing.T) {
	t.Parallel()
	got, err := ReadWorld("base.yaml", []byte(Sample()))
	want := Default()
	want.Name = "base"
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, %v", got, err)
	}
	_, list, _ := strings.Cut(Sample(), "\n# seasons:")
	lines := strings.Split("# seasons:"+list, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(line, "# ")
	}
	got, err = ReadWorld("base.yaml", []byte(strings.Join(lines, "\n")))
	if err != nil || len(got.Seasons) != 1 || got.Seasons[0].Days != 7 {
		t.Errorf("seasons of the sample: %+v, %v", got.Seasons, err)
	}
}

// TestParamsAreDocumented: each has words, each number a default inside its range.
func TestParamsAreDocumented(t *testing.T) {
	t.Parallel()
	for _, p := range Params() {
		low, high, limited := bounds(p.Range)
		switch {
		case p.Doc == "":
			t.Errorf("%s has no words", p.Path)
		case p.Section || p.Path == "name" || p.Path == "about":
		case p.Default == "" || p.Range == "":
			t.Errorf("%s has no default or no range", p.Path)
		case strings.Contains(p.Range, "..") && (!limited || low >= high):
			t.Errorf("%s: the range %s", p.Path, p.Range)
		}
	}
	var check func(v reflect.Value, path string)
	check = func(v reflect.Value, path string) {
		for i := range v.NumField() {
			tag := v.Type().Field(i).Tag
			if v.Field(i).Kind() == reflect.Struct {
				check(v.Field(i), path+tag.Get("key")+".")
			} else if wrong := checkField(v.Field(i), tag); wrong != "" {
				t.Errorf("%s%s: %s", path, tag.Get("key"), wrong)
			}
		}
	}
	check(reflect.ValueOf(Default()), "")
	season := reflect.New(reflect.TypeFor[Season]()).Elem()
	setDefaults(season)
	check(season, "seasons[].")
}

// TestWorldsOfTheHouse: there are enough, each differs from the base and says how.
func TestWorldsOfTheHouse(t *testing.T) {
	t.Parallel()
	worlds, err := Worlds()
	if err != nil {
		t.Fatal(err)
	}
	if len(worlds) < 14 {
		t.Errorf("%d worlds", len(worlds))
	}
	for _, w := range worlds {
		plain := Default()
		plain.Name, plain.About = w.Name, w.About
		if same := reflect.DeepEqual(w, plain); w.About == "" || same != (w.Name == "base") {
			t.Errorf("%s: %q, like the base world: %v", w.Name, w.About, same)
		}
	}
	if _, err := Named(worlds, []string{"base", "nowhere"}); err == nil || !strings.Contains(err.Error(), `"nowhere"; there are adversary`) {
		t.Errorf("a world that is not there: %v", err)
	}
	if got, err := Named(worlds, []string{"tiny", "base"}); err != nil || len(got) != 2 || got[0].Name != "tiny" {
		t.Errorf("two by name: %v", err)
	}
}

// TestReadWorlds: a directory is read whole, and all its faults are told.
func TestReadWorlds(t *testing.T) {
	t.Parallel()
	dir := fstest.MapFS{"b.yml": {Data: []byte("days: 3")}, "a.yaml": {Data: []byte("days: 4")}, "notes.txt": {}, "sub/c.yaml": {}}
	got, err := ReadWorlds(dir)
	if err != nil || len(got) != 2 || got[0].Name != "a" || got[1].Name != "b" {
		t.Errorf("%+v, %v", got, err)
	}
	dir["z.yaml"], dir["y.yaml"] = &fstest.MapFile{Data: []byte("name: a")}, &fstest.MapFile{Data: []byte("x: 1")}
	if _, err = ReadWorlds(dir); err == nil || !strings.Contains(err.Error(), "z.yaml: the name a is taken by a.yaml") ||
		!strings.Contains(err.Error(), "y.yaml:1:") {
		t.Errorf("two bad files: %v", err)
	}
	if _, err := ReadWorlds(fstest.MapFS{"notes.txt": {}}); err == nil {
		t.Error("no world is no error")
	}
}

// page is the document for those who write worlds.
const page = "../../docs/whatif.md"

// TestPageListsEveryParameter: the tables of docs/whatif.md are those of the code. SIYU_TEST_WRITE_WHATIF=1 writes them
// anew.
func TestPageListsEveryParameter(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.FromSlash(page))
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- parameters: written by make gen -->\n", "<!-- end of parameters -->"
	before, rest, ok := strings.Cut(string(text), begin)
	_, after, ok2 := strings.Cut(rest, end)
	if !ok || !ok2 {
		t.Fatalf("%s has no place for the parameters", page)
	}
	want := before + begin + tables() + end + after
	if os.Getenv("SIYU_TEST_WRITE_WHATIF") != "" {
		if err := os.WriteFile(filepath.FromSlash(page), []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
	} else if string(text) != want {
		t.Errorf("%s does not list the parameters of the code: make gen", page)
	}
	for _, name := range PolicyNames() {
		if !slices.Contains(strings.Fields(strings.ReplaceAll(before+after, "`", " ")), name) {
			t.Errorf("%s does not say what the policy %s does", page, name)
		}
	}
}

// tables are the parameters as Markdown.
func tables() string {
	var b strings.Builder
	head := func(title, doc string) {
		b.WriteString("\n### " + title + "\n\n" + doc + "\n\n| Key | Unit | Default | Taken | Usual | Meaning | Source |\n|---|---|---|---|---|---|---|\n")
	}
	head("The world", "Keys at the outermost level.")
	for _, p := range Params() {
		if p.Section {
			head("`"+p.Path+"`", p.Doc)
			continue
		}
		key := p.Path[strings.LastIndex(p.Path, ".")+1:]
		b.WriteString("| `" + strings.Join([]string{key + "`", p.Unit, p.Default, p.Range, p.Usual, p.Doc, p.Source}, " | ") + " |\n")
	}
	return b.String() + "\n"
}
