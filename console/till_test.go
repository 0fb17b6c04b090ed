package console_test

import (
	"io/fs"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"siyu/console"
)

// TestTillAnswers: the till may use the camera and keep itself on the phone, which the console may not; its worker is asked for
// anew each time, its files never.
func TestTillAnswers(t *testing.T) {
	t.Parallel()
	h := console.Till()
	names, err := fs.Glob(console.TillFS(), "assets/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no script in the build: %v", err)
	}
	for path, want := range map[string][3]string{
		"/till/":                     {"no-cache", "text/html; charset=utf-8"},
		"/till/sw.js":                {"no-cache", "text/javascript; charset=utf-8"},
		"/till/manifest.webmanifest": {"no-cache", "application/manifest+json"},
		"/till/" + names[0]:          {"public, max-age=31536000, immutable", "text/javascript; charset=utf-8"},
	} {
		res := ask(t, h, "GET", path)
		if res.StatusCode != http.StatusOK || res.Header.Get("Cache-Control") != want[0] || res.Header.Get("Content-Type") != want[1] {
			t.Errorf("%s: status %d, %s, %s", path, res.StatusCode, res.Header.Get("Cache-Control"), res.Header.Get("Content-Type"))
		}
		csp, may := res.Header.Get("Content-Security-Policy"), res.Header.Get("Permissions-Policy")
		if !strings.Contains(csp, "worker-src 'self'") || !strings.Contains(csp, "default-src 'none'") || !strings.Contains(may, "camera=(self)") {
			t.Errorf("%s may do %s and %s", path, csp, may)
		}
	}
	if res := ask(t, h, "GET", "/console/"); res.StatusCode != http.StatusNotFound {
		t.Errorf("the till answers for the console: %d", res.StatusCode)
	}
	if may := ask(t, console.Handler(""), "GET", "/console/").Header.Get("Permissions-Policy"); !strings.Contains(may, "camera=()") {
		t.Errorf("the console may do %s", may)
	}
}

// TestTillWorkerKeepsEverything: a file that the worker does not keep would be missing in the shop without a network.
func TestTillWorkerKeepsEverything(t *testing.T) {
	t.Parallel()
	worker, err := fs.ReadFile(console.TillFS(), "sw.js")
	if err != nil {
		t.Fatal(err)
	}
	list := regexp.MustCompile(`const files = \[(.*)\]`).FindSubmatch(worker)
	if list == nil {
		t.Fatal("the worker names no files")
	}
	kept := strings.Split(strings.ReplaceAll(string(list[1]), `"`, ""), ",")
	err = fs.WalkDir(console.TillFS(), ".", func(name string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && name != "index.html" && name != "sw.js" && !slices.Contains(kept, name) {
			t.Errorf("the worker does not keep %s", name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range kept {
		if _, err := fs.Stat(console.TillFS(), name); err != nil {
			t.Errorf("the worker waits for %s, which is not there", name)
		}
	}
}
