package archtest_test

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// arrows are the rooms and whom each may import.
func arrows() map[string][]string {
	return map[string][]string{
		"handlers":          {"bot", "miniprogram", "offers", "throttle", "funnel", "console", "models"},
		"bot":               {"offers", "throttle", "funnel", "internal/jobs", "internal/weixin", "models"},
		"miniprogram":       {"offers", "funnel", "internal/jobs", "internal/weixin", "models"},
		"offers":            {"throttle", "internal/jobs", "models"},
		"throttle":          {"models"},
		"funnel":            {"models"},
		"internal/jobs":     {"models"},
		"internal/archtest": {},

		// The leaves know nothing of ours.
		"models": {}, "config": {}, "console": {}, "internal/weixin": {}, "internal/wechatsim": {},
	}
}

const (
	commands = "cmd"              // wires everything, and nobody imports it
	testkit  = "internal/testkit" // builds everything for tests; commands may use it to tell the story
)

// inTests is what tests may import beyond their room's arrows: a store, a clock and a WeChat to try things on.
func inTests() []string { return []string{testkit, "internal/wechatsim", "models"} }

// arrowFaults holds the import arrows.
func arrowFaults(sources []source) []string {
	var faults []string
	known := arrows()
	for _, s := range sources {
		if !s.isGo() {
			continue
		}
		from := room(path.Dir(s.path))
		if _, ok := known[from]; !ok && from != commands && from != testkit && from != "." && !strings.HasPrefix(from, ".") {
			faults = append(faults, fmt.Sprintf("%s: the plan has no room %q", s.path, from))
			continue
		}
		for _, imported := range s.imports() {
			if to, ours := strings.CutPrefix(imported, module+"/"); ours && !mayImport(from, room(to), s.isTest(), known) {
				faults = append(faults, fmt.Sprintf("%s: %s must not import %s", s.path, from, to))
			}
		}
	}
	return faults
}

// mayImport answers for one arrow.
func mayImport(from, to string, test bool, known map[string][]string) bool {
	switch {
	case from == to:
		return true
	case to == commands:
		return false
	case from == commands:
		return true
	case to == testkit:
		return test
	case from == testkit:
		return true
	}
	return slices.Contains(known[from], to) || (test && slices.Contains(inTests(), to))
}

// confined are libraries and the only rooms that may know them.
func confined() map[string][]string {
	return map[string][]string{
		"github.com/gin-gonic/":           {"handlers"},
		"gorm.io/":                        {"models"},
		"github.com/glebarez/":            {"models"},
		"github.com/pressly/goose/":       {"models"},
		"github.com/go-sql-driver/":       {"models", "config", testkit},
		"github.com/silenceper/wechat":    {"bot", "miniprogram", "internal/weixin"},
		"github.com/knadh/koanf/":         {"config"},
		"github.com/alecthomas/kong":      {commands},
		"github.com/xuri/excelize":        {"handlers"},
		"pgregory.net/rapid":              {"tests"},
		"go.uber.org/goleak":              {"tests"},
		"github.com/google/go-cmp/":       {"tests"},
		"github.com/getkin/kin-openapi/":  {"tests"},
		"github.com/rogpeppe/go-internal": {"tests"},
	}
}

// libraryFaults holds libraries to their rooms.
func libraryFaults(sources []source) []string {
	var faults []string
	libraries := confined()
	for _, s := range sources {
		if !s.isGo() {
			continue
		}
		from := room(path.Dir(s.path))
		for _, imported := range s.imports() {
			for _, library := range slices.Sorted(maps.Keys(libraries)) {
				rooms := libraries[library]
				allowed := slices.Contains(rooms, from) || (rooms[0] == "tests" && (s.isTest() || from == testkit))
				if strings.HasPrefix(imported, library) && !allowed {
					faults = append(faults, fmt.Sprintf("%s: %s is for %s only", s.path, imported, strings.Join(rooms, ", ")))
				}
			}
		}
	}
	return faults
}

// commentFaults wants a package comment, in the form go doc shows, of every package.
func commentFaults(sources []source) []string {
	named, commented := map[string]string{}, map[string]bool{}
	for _, s := range sources {
		if !s.isGo() || s.isTest() {
			continue
		}
		dir := path.Dir(s.path)
		named[dir] = s.file.Name.Name
		if s.file.Doc != nil {
			text := s.file.Doc.Text()
			commented[dir] = commented[dir] || strings.HasPrefix(text, "Package "+s.file.Name.Name+" ") ||
				(s.file.Name.Name == "main" && strings.HasPrefix(text, "Command "+path.Base(dir)+" "))
		}
	}
	var faults []string
	for _, dir := range slices.Sorted(maps.Keys(named)) {
		if !commented[dir] {
			faults = append(faults, fmt.Sprintf("%s: package %s does not say what it is for", dir, named[dir]))
		}
	}
	return faults
}

// longest is the length at which a file is more than one room.
const longest = 500

// lengthFaults wants files that can be read in one go.
func lengthFaults(sources []source) []string {
	var faults []string
	for _, s := range sources {
		written := slices.Contains([]string{".go", ".ts", ".tsx", ".mjs", ".css", ".sql"}, path.Ext(s.path))
		if written && !s.generated() && s.lines() > longest {
			faults = append(faults, fmt.Sprintf("%s: %d lines, more than %d", s.path, s.lines(), longest))
		}
	}
	return faults
}

// machineFaults finds paths of the machine that the tree was written on, given as own, of anybody's home, and hosts of
// package registries: all of them work in one place only.
func machineFaults(sources []source, own ...string) []string {
	foreign := []*regexp.Regexp{
		regexp.MustCompile(`(^|[^\w./-])/(home|Users)/[a-z][a-z0-9_-]*/`),
		// Written in pieces, so that this file does not hold them.
		regexp.MustCompile(`(proxy|sum)\.` + `golang\.(org|com|google)|registry\.` + `npm|deb\.` + `debian\.`),
	}
	for _, dir := range own {
		if strings.Count(dir, "/") > 1 { // "/src" is also how a page names its script
			foreign = append(foreign, regexp.MustCompile(`(^|[^\w./-])`+regexp.QuoteMeta(dir)+`(/|\b)`))
		}
	}
	var faults []string
	for _, s := range sources {
		for _, pattern := range foreign {
			if found := pattern.Find(s.text); found != nil {
				faults = append(faults, fmt.Sprintf("%s: %q works on one machine only", s.path, strings.TrimSpace(string(found))))
			}
		}
	}
	return faults
}
