// Command gotest reads the events of `go test -json`, prints one line per package and the output of the tests that fail, names those
// once more at the end, and writes the totals to a file for the script that started it.
//
//	go test -json ./... | gotest TOTALS
//
// It must never decide what is run; it counts what it is told.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// event is one line of `go test -json`; see `go doc test2json`.
type event struct {
	Action     string
	Package    string
	ImportPath string // of build-output and build-fail, with the test variant in brackets
	Test       string
	Output     string
	Elapsed    float64 // seconds
}

// totals counts tests and subtests as go reports them.
type totals struct {
	passed, failed, skipped int
	engines                 map[string]int // "models sqlite" and so on: tests that ran, by engine
	skips, failures         []string
}

// run is one package while it is being tested.
type run struct {
	output []event
	failed map[string]bool // by test
	tests  int
	reason map[string]string // the last words of each test, for those that are skipped
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: go test -json ./... | gotest TOTALS")
		os.Exit(2)
	}
	t, err := read(os.Stdin, os.Stdout)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(2)
	}
	if os.Getenv("SIYU_TEST_MYSQL_DSN") != "" && t.engines["models mysql"] < t.engines["models sqlite"] {
		fmt.Println("FAIL  fewer tests of models ran on the server than on SQLite")
		t.failed++
	}
	t.print(os.Stdout)
	sums := fmt.Sprintf("%d %d %d\n", t.passed, t.failed, t.skipped)
	if err := os.WriteFile(os.Args[1], []byte(sums), 0o600); err != nil {
		fmt.Fprintln(os.Stderr, "gotest:", err)
		os.Exit(2)
	}
	if t.failed > 0 {
		os.Exit(1)
	}
}

// read counts all events of in and tells out about each package as it ends.
func read(in io.Reader, out io.Writer) (*totals, error) {
	t := &totals{engines: map[string]int{}}
	runs := map[string]*run{}
	builds := map[string][]string{}
	lines := bufio.NewScanner(in)
	lines.Buffer(nil, 64<<20) // one line of output may be as long as a test likes
	for lines.Scan() {
		var e event
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			fmt.Fprintln(out, lines.Text()) // what go prints before it has a package to name
			continue
		}
		switch e.Action {
		case "build-output":
			builds[e.ImportPath] = append(builds[e.ImportPath], e.Output)
			continue
		case "build-fail":
			fmt.Fprintf(out, "FAIL  %s does not build\n%s", e.ImportPath, strings.Join(builds[e.ImportPath], ""))
			continue
		}
		r := runs[e.Package]
		if r == nil {
			r = &run{reason: map[string]string{}, failed: map[string]bool{}}
			runs[e.Package] = r
		}
		t.take(e, r, out)
	}
	return t, lines.Err()
}

// take counts one event of a package.
func (t *totals) take(e event, r *run, out io.Writer) {
	switch {
	case e.Action == "output":
		r.output = append(r.output, e)
		if text := strings.TrimSpace(e.Output); e.Test != "" && !strings.HasPrefix(text, "--- ") && !strings.HasPrefix(text, "=== ") {
			r.reason[e.Test] = text
		}
	case e.Test == "" && e.Action != "start":
		t.end(e, r, out)
	case e.Action == "pass":
		t.passed++
		t.ran(e, r)
	case e.Action == "fail":
		t.failed++
		r.failed[e.Test] = true
		t.failures = append(t.failures, short(e.Package)+" "+e.Test)
		t.ran(e, r)
	case e.Action == "skip":
		t.skipped++
		r.tests++
		t.skips = append(t.skips, fmt.Sprintf("%s %s: %s", short(e.Package), e.Test, r.reason[e.Test]))
	}
}

// ran notes the engine a test ran on: the suites name it in a subtest.
func (t *totals) ran(e event, r *run) {
	r.tests++
	room, _, _ := strings.Cut(short(e.Package), "/")
	for _, engine := range []string{"sqlite", "mysql"} {
		if slices.Contains(strings.Split(e.Test, "/"), engine) {
			t.engines[room+" "+engine]++
			t.engines["all "+engine]++
		}
	}
}

// end tells about a package that is done. A package can fail without a failed test: it did not build, or it panicked.
func (t *totals) end(e event, r *run, out io.Writer) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(out, "ok    %-32s %4d tests %7.1f s\n", short(e.Package), r.tests, e.Elapsed)
	case "fail":
		if len(r.failed) == 0 {
			t.failed++
			t.failures = append(t.failures, short(e.Package))
		}
		fmt.Fprintf(out, "FAIL  %-32s %4d tests %7.1f s\n", short(e.Package), r.tests, e.Elapsed)
		for _, line := range r.output {
			if !strings.HasPrefix(line.Output, "=== ") && r.tells(line) {
				fmt.Fprint(out, "      ", line.Output)
			}
		}
	}
	r.output = nil
}

// tells reports whether a line is of a test that failed, or of none: a panic, a race, the time that ran out. Where the package ended
// before any test had failed, what is open may be the cause, and every line counts.
func (r *run) tells(line event) bool {
	return line.Test == "" || len(r.failed) == 0 || r.failed[line.Test]
}

// print lists what was skipped, what failed and how many tests ran on each engine.
func (t *totals) print(out io.Writer) {
	if len(t.skips) > 0 {
		fmt.Fprintln(out, "skipped:")
		for _, s := range t.skips {
			fmt.Fprintln(out, "  "+s)
		}
	}
	for _, f := range t.failures {
		fmt.Fprintln(out, "FAIL  "+f)
	}
	for _, room := range []string{"models", "all"} {
		fmt.Fprintf(out, "engines, %s: %d tests on MariaDB or MySQL, %d on SQLite\n",
			room, t.engines[room+" mysql"], t.engines[room+" sqlite"])
	}
	fmt.Fprintf(out, "go test: %d passed, %d failed, %d skipped\n", t.passed, t.failed, t.skipped)
}

// short leaves the module's name away.
func short(pkg string) string { return strings.TrimPrefix(pkg, "siyu/") }
