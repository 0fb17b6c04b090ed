package archtest_test

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// TestPagesAreTrue: what the pages name is there. Files, Go names, routes, commands, flags, make targets, settings,
// error codes and table names cannot leave the code and stay in README.md or docs.
func TestPagesAreTrue(t *testing.T) {
	t.Parallel()
	root, sources := house(t)
	report(t, pageFaults(t, os.DirFS(root), sources))
}

// pageFaults checks every page of a tree.
func pageFaults(t *testing.T, tree fs.FS, sources []source) []string {
	t.Helper()
	known, err := collect(sources)
	if err != nil {
		t.Fatal(err)
	}
	var faults []string
	for _, s := range sources {
		if path.Ext(s.path) != ".md" {
			continue
		}
		p := page{tree: tree, known: known, dir: path.Dir(s.path)}
		prose, blocks := split(string(s.text))
		p.links(prose)
		for _, span := range regexp.MustCompile("`([^`\n]+)`").FindAllStringSubmatch(prose, -1) {
			p.span(span[1])
		}
		for _, line := range blocks {
			p.line(line)
		}
		for _, fault := range p.faults {
			faults = append(faults, s.path+": "+fault)
		}
	}
	return faults
}

// page is one page while it is checked.
type page struct {
	tree   fs.FS
	known  names
	dir    string
	faults []string
}

// split parts a page into its prose and the lines of its fenced blocks.
func split(text string) (prose string, blocks []string) {
	var b strings.Builder
	fenced := false
	for line := range strings.Lines(text) {
		switch {
		case strings.HasPrefix(strings.TrimSpace(line), "```"):
			fenced = !fenced
		case fenced:
			blocks = append(blocks, strings.TrimSpace(line))
		default:
			b.WriteString(line)
		}
	}
	return b.String(), blocks
}

func (p *page) fault(format string, args ...any) {
	p.faults = append(p.faults, fmt.Sprintf(format, args...))
}

func (p *page) exists(name string) bool {
	_, err := fs.Stat(p.tree, path.Clean(name))
	return err == nil
}

// hasFile finds a file that a page names from the root or from where it lies itself.
func (p *page) hasFile(name string) bool { return p.exists(name) || p.exists(path.Join(p.dir, name)) }

// links wants the targets of links and pictures within the tree.
func (p *page) links(prose string) {
	for _, m := range regexp.MustCompile(`(?:\]\(|src=")([^)"#\s]+)`).FindAllStringSubmatch(prose, -1) {
		if !strings.Contains(m[1], ":") && !p.exists(path.Join(p.dir, m[1])) {
			p.fault("the link %s leads nowhere", m[1])
		}
	}
}

// span checks one piece of code in the prose.
func (p *page) span(text string) {
	symbol := regexp.MustCompile(`^([a-z]\w*)\.[A-Za-z]\w*(\.[A-Za-z]\w*)?$`).FindStringSubmatch(text)
	matches := func(pattern string) bool { return regexp.MustCompile(pattern).MatchString(text) }
	switch {
	case matches(`^(GET|POST|PUT|PATCH|DELETE) /`):
		if !p.known.routes[text] {
			p.fault("no route %s", text)
		}
	case matches(`^(Test|Benchmark|Fuzz)[A-Z]\w*$`):
		if !p.known.symbols[text] {
			p.fault("no test %s", text)
		}
	case len(symbol) > 0 && p.known.packages[symbol[1]] && !p.hasFile(text):
		if !p.known.symbols[text] && !strings.Contains(p.known.source, `"`+text+`"`) {
			p.fault("no %s", text)
		}
	case matches(`^[\w.-]+(/[\w.-]+)*\.(go|md|sql|yaml|json|mjs|tsx?|mod)$`), matches(`^\.?[\w-]+(/[\w.-]+)*/[\w.-]*$`):
		_, err := time.LoadLocation(text)
		if !p.hasFile(text) && err != nil && !made(text) {
			p.fault("no file %s", text)
		}
	case matches(`^[a-z]+(_[a-z0-9]+)+$`):
		if !p.known.words[text] {
			p.fault("nothing is called %s", text)
		}
	}
	p.line(text)
}

// made are files that a reader makes herself.
func made(name string) bool { return name == "siyu.yaml" }

// line checks the commands and settings in a line of code.
func (p *page) line(text string) {
	for _, m := range regexp.MustCompile(`\bSIYU_[A-Z0-9_]*[A-Z0-9]`).FindAllString(text, -1) {
		if !strings.Contains(p.known.source, m) {
			p.fault("no setting %s", m)
		}
	}
	for _, m := range regexp.MustCompile(`(?:^|\s)make ([a-z-]+)`).FindAllStringSubmatch(text, -1) {
		if !p.known.targets[m[1]] {
			p.fault("no target make %s", m[1])
		}
	}
	m := regexp.MustCompile(`(?:^|\s)(?:\./|\./cmd/)?siyu ([a-z][a-z-]*)(?: ([a-z]+))?([^#|]*)`).FindStringSubmatch(text)
	if m == nil {
		return
	}
	if !p.known.commands[m[1]] || (m[2] != "" && !p.known.commands[m[1]+" "+m[2]]) {
		p.fault("no command siyu %s", strings.TrimSpace(m[1]+" "+m[2]))
	}
	for _, flag := range regexp.MustCompile(`\s--([a-z-]+)`).FindAllStringSubmatch(" "+m[3], -1) {
		if !p.known.flags[flag[1]] {
			p.fault("no flag --%s", flag[1])
		}
	}
}

// TestPageRules shows the rules of the pages one true and one false sample each.
func TestPageRules(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"Makefile":              "test: ## all\n\tgo test ./...\n",
		"offers/claim.go":       "// Package offers is a sample.\npackage offers\n\ntype Service struct{}\n\nfunc (s *Service) Claim() { _ = \"sold_out\" }\n",
		"handlers/openapi.yaml": "paths:\n  /healthz:\n    get:\n      x: 1\n",
		"config/sample.yaml":    "# SIYU_ADDR\n",
		"cmd/siyu/main.go": "// Command siyu is a sample.\npackage main\n\ntype cli struct {\n\tDemo demoCmd `cmd:\"\"`\n}\n\n" +
			"type demoCmd struct {\n\tJSON bool `name:\"json\"`\n\tDays int\n}\n",
	}
	for _, tc := range []struct{ name, good, bad string }{
		{"file", "`offers/claim.go`", "`offers/clam.go`"},
		{"folder", "`offers/`", "`ofers/`"},
		{"link", "[it](../offers/claim.go#L3)", "[it](offers/claim.go)"},
		{"method", "`offers.Service.Claim`", "`offers.Service.Clam`"},
		{"type", "`offers.Service`", "`offers.Servant`"},
		{"route", "`GET /healthz`", "`POST /healthz`"},
		{"code", "`sold_out`", "`sold_in`"},
		{"setting", "`SIYU_ADDR`", "`SIYU_ADDRESS`"},
		{"target", "`make test`", "`make tests`"},
		{"command", "`siyu demo`", "`siyu doctor`"},
		{"flag", "```\n./siyu demo --json --days 3\n```", "```\n./siyu demo --yaml\n```"},
		{"no path", "`America/Vancouver`", "`America/Vancover`"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for text, want := range map[string]int{tc.good: 0, tc.bad: 1} {
				tree := fstest.MapFS{"docs/a.md": {Data: []byte(text + "\n")}}
				for name, body := range files {
					tree[name] = &fstest.MapFile{Data: []byte(body)}
				}
				sources, err := read(tree)
				if err != nil {
					t.Fatal(err)
				}
				if faults := pageFaults(t, tree, sources); len(faults) != want {
					t.Errorf("%s: found %q, want %d", text, faults, want)
				}
			}
		})
	}
}
