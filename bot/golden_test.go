package bot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/internal/weixin"
	"siyu/models"
)

const goldenDir = "testdata/golden"

// TestGolden takes every golden push in through the door, as XML and as JSON, and holds what it reads as, what it means
// and what it causes in the store. It runs with -v as a table. Each format has a world of its own: the same push in the
// other format would be known.
func TestGolden(t *testing.T) {
	t.Parallel()
	rows := goldenRows()
	var total goldenTotal
	t.Cleanup(func() { total.log(t) })
	for _, format := range []string{"xml", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
				g := newGoldenWorld(t, newBench(t, s, clock), format)
				for _, r := range rows {
					g.take(t, r)
				}
				g.summary(t)
				total.add(g)
			})
		})
	}
	t.Run("files", func(t *testing.T) {
		t.Parallel()
		goldenFiles(t, rows)
	})
}

// goldenFiles: every file has its row, every row its files.
func goldenFiles(t *testing.T, rows []goldenRow) {
	t.Helper()
	all, err := os.ReadDir(goldenDir)
	must(t, err)
	named := map[string]bool{}
	for _, f := range all {
		name, _, _ := strings.Cut(f.Name(), ".")
		named[name] = true
		if !slices.ContainsFunc(rows, func(r goldenRow) bool { return r.name == name }) {
			t.Errorf("%s has no row in the table", f.Name())
		}
	}
	for _, r := range rows {
		if !named[r.name] {
			t.Errorf("%s has no file", r.name)
		}
	}
}

// goldenWorld is a bench and a second WeChat that pushes in one format whatever it is told.
type goldenWorld struct {
	*bench
	format string
	pusher *wechatsim.Sim
	token  string // of the session of known
	pushes int
	kinds  map[string]bool // types and events seen
	did    map[string]int  // words of effects
}

func newGoldenWorld(t *testing.T, b *bench, format string) *goldenWorld {
	t.Helper()
	g := &goldenWorld{bench: b, format: format, kinds: map[string]bool{}, did: map[string]int{}}
	accounts := wechatsim.DefaultAccounts(b.front.URL)
	accounts.Official.Format, accounts.MiniProgram.Format = wechatsim.XML, wechatsim.XML
	if format == "json" {
		accounts.Official.Format, accounts.MiniProgram.Format = wechatsim.JSON, wechatsim.JSON
	}
	g.pusher = wechatsim.New(wechatsim.Options{Seed: 3, Now: b.clock.Now})
	t.Cleanup(g.pusher.Close)
	must(t, g.pusher.AddOfficial(accounts.Official))
	must(t, g.pusher.AddMiniProgram(accounts.MiniProgram))
	must(t, g.pusher.AddWeCom(accounts.WeCom))
	_, err := b.bot.MakeEntry(t.Context(), b.community, b.video, b.group.ID, "GOLDEN")
	must(t, err)
	return g
}

// take pushes one golden file and compares all that can be seen of it.
func (g *goldenWorld) take(t *testing.T, r goldenRow) {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(goldenDir, r.name+"."+g.format))
	if os.IsNotExist(err) {
		return
	}
	must(t, err)
	m, err := weixin.ParseMessage(body)
	must(t, err)
	g.compare(t, r, m)
	kind, _, _ := strings.Cut(r.name, "-")
	channel := g.channel(t, models.ChannelKind(kind))
	if got := bot.IntentOf(channel.Kind, m); got != r.intent {
		t.Errorf("%s means %s, want %s", r.name, got, r.intent)
	}
	if r.before != nil {
		r.before(t, g, channel, m)
	}
	before := g.facts(t, channel, m)
	reply, err := g.pusher.PushRaw(t.Context(), channel.AppID, m.FromUserName, body)
	must(t, err)
	_, err = g.runner.Drain(t.Context())
	must(t, err)
	after := g.facts(t, channel, m)
	got := effectOf(before, after, reply.Kind)
	if got != r.effect {
		t.Errorf("%s.%s causes %q, want %q", r.name, g.format, got, r.effect)
	}
	g.again(t, r, channel, m, body, reply, after)
	g.pushes++
	g.kinds[kind+" "+m.MsgType+" "+m.Event] = true
	g.did[got]++
	t.Logf("%-34s %-4s %-15s %s", r.name, g.format, r.intent, got)
}

// again: a copy of the push is answered the same and causes nothing.
func (g *goldenWorld) again(t *testing.T, r goldenRow, c models.Channel, m weixin.Message, body []byte, was wechatsim.Reply, before map[string]int) {
	t.Helper()
	reply, err := g.pusher.PushRaw(t.Context(), c.AppID, m.FromUserName, body)
	must(t, err)
	_, err = g.runner.Drain(t.Context())
	must(t, err)
	if got := effectOf(before, g.facts(t, c, m), ""); got != "" {
		t.Errorf("a copy of %s.%s causes %q", r.name, g.format, got)
	}
	if reply.Kind != was.Kind || reply.Text != was.Text {
		t.Errorf("a copy of %s.%s is answered %s %q, was %s %q", r.name, g.format, reply.Kind, reply.Text, was.Kind, was.Text)
	}
}

// compare holds the typed value, but for the format it came in, against the golden one.
func (g *goldenWorld) compare(t *testing.T, r goldenRow, m weixin.Message) {
	t.Helper()
	if want := map[string]weixin.Format{"xml": weixin.XML, "json": weixin.JSON}[g.format]; m.Format != want {
		t.Errorf("%s.%s reads as format %d", r.name, g.format, m.Format)
	}
	m.Format = 0
	raw, err := json.Marshal(m)
	must(t, err)
	file, err := os.ReadFile(filepath.Join(goldenDir, r.name+".want.json"))
	must(t, err)
	if d := cmp.Diff(pruned(t, file), pruned(t, raw)); d != "" {
		t.Errorf("%s.%s reads as something else (-want +got):\n%s", r.name, g.format, d)
	}
}

// pruned is a JSON value without its empty fields; an object stays, because that a part is there says something.
func pruned(t *testing.T, raw []byte) any {
	t.Helper()
	var v any
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	must(t, d.Decode(&v))
	return prune(v)
}

func prune(v any) any {
	switch v := v.(type) {
	case map[string]any:
		for k, in := range v {
			if in = prune(in); in == nil {
				delete(v, k)
			} else {
				v[k] = in
			}
		}
	case []any:
		for i := range v {
			v[i] = prune(v[i])
		}
		if len(v) == 0 {
			return nil
		}
	case string:
		if v == "" {
			return nil
		}
	case json.Number:
		if v == "0" {
			return nil
		}
	case bool:
		if !v {
			return nil
		}
	}
	return v
}

// effectOf is what became different, in words: a fact that is new, -fact for one that is gone, and how the push was
// answered. "kept" is a push that lies in the inbox as it came and has done nothing.
func effectOf(before, after map[string]int, reply string) string {
	var words []string
	for fact, n := range after {
		for range n - before[fact] {
			words = append(words, fact)
		}
	}
	for fact, n := range before {
		for range n - after[fact] {
			words = append(words, "-"+fact)
		}
	}
	if reply != "" {
		words = append(words, "reply:"+reply)
	}
	slices.Sort(words)
	if len(words) == 1 && words[0] == "stored" {
		return "kept"
	}
	words = slices.DeleteFunc(words, func(w string) bool { return w == "stored" })
	return strings.Join(words, " ")
}

// summary counts, so that a file that vanished is seen.
func (g *goldenWorld) summary(t *testing.T) {
	t.Helper()
	c, err := g.scope(t).CountInbox()
	must(t, err)
	if c.Dead != 0 || c.Pending != 0 || c.Duplicate != int64(g.pushes) {
		t.Errorf("the inbox counts %+v", c)
	}
	counted, err := g.scope(t).CountPushKinds()
	must(t, err)
	for _, k := range counted {
		if k.Intent == string(bot.IntentUnknown) {
			t.Logf("unknown: %d of %q", k.Count, k.Event)
		}
	}
}

// goldenTotal counts over all formats and engines.
type goldenTotal struct {
	mu           sync.Mutex
	pushes, kept int
	kinds, did   map[string]bool
}

func (n *goldenTotal) add(g *goldenWorld) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.kinds == nil {
		n.kinds, n.did = map[string]bool{}, map[string]bool{}
	}
	n.pushes += g.pushes
	n.kept += g.did["kept"]
	maps.Copy(n.kinds, g.kinds)
	for effect := range g.did {
		n.did[effect] = true
	}
}

func (n *goldenTotal) log(t *testing.T) {
	t.Helper()
	t.Logf("golden: %d pushes, %d types and events, %d different effects, %d pushes only kept", n.pushes, len(n.kinds), len(n.did), n.kept)
}

// fact makes words of numbers and states.
func fact(parts ...any) string {
	return strings.ReplaceAll(strings.TrimSpace(fmt.Sprintln(parts...)), " ", ":")
}
