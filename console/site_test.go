package console_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"siyu/console"
)

func ask(t *testing.T, h http.Handler, method, path string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, http.NoBody)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, r io.Reader) []byte {
	t.Helper()
	body, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// script is the path of the built program, whose name carries a hash.
func script(t *testing.T) string {
	t.Helper()
	names, err := fs.Glob(console.FS(), "assets/*.js")
	if err != nil || len(names) == 0 {
		t.Fatalf("no script in the build: %v", err)
	}
	return names[0]
}

func TestHandlerAnswers(t *testing.T) {
	t.Parallel()
	index, err := fs.ReadFile(console.FS(), "index.html")
	if err != nil {
		t.Fatal(err)
	}
	const fresh, forever = "no-cache", "public, max-age=31536000, immutable"
	h := console.Handler("")
	for _, c := range []struct {
		name, method, path string
		status             int
		cache, kind        string
		index              bool
	}{
		{"root", "GET", "/console/", 200, fresh, "text/html; charset=utf-8", true},
		{"index by name", "GET", "/console/index.html", 200, fresh, "text/html; charset=utf-8", true},
		{"screen", "GET", "/console/groups", 200, fresh, "text/html; charset=utf-8", true},
		{"deep screen", "GET", "/console/offers/new", 200, fresh, "text/html; charset=utf-8", true},
		{"climbing", "GET", "/console/../../etc/passwd", 200, fresh, "text/html; charset=utf-8", true},
		{"icon", "GET", "/console/favicon.svg", 200, fresh, "image/svg+xml", false},
		{"script", "GET", "/console/" + script(t), 200, forever, "text/javascript; charset=utf-8", false},
		{"head", "HEAD", "/console/", 200, fresh, "text/html; charset=utf-8", false},
		{"no such asset", "GET", "/console/assets/old-1234.js", 404, "", "", false},
		{"climbing to an asset", "GET", "/console/x/../assets/none.js", 404, "", "", false},
		{"assets as a folder", "GET", "/console/assets/", 404, "", "", false},
		{"elsewhere", "GET", "/api/console/v1/today", 404, "", "", false},
		{"without slash", "GET", "/console", 308, "", "", false},
		{"writing", "POST", "/console/", 405, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			res := ask(t, h, c.method, c.path)
			body := read(t, res.Body)
			if res.StatusCode != c.status {
				t.Fatalf("status %d, want %d", res.StatusCode, c.status)
			}
			if csp := res.Header.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") {
				t.Errorf("content policy %q", csp)
			}
			if c.status != 200 {
				return
			}
			if got := res.Header.Get("Cache-Control"); got != c.cache {
				t.Errorf("cache %q, want %q", got, c.cache)
			}
			if got := res.Header.Get("Content-Type"); got != c.kind {
				t.Errorf("type %q, want %q", got, c.kind)
			}
			if c.index != bytes.Equal(body, index) {
				t.Errorf("the index: %v, want %v", !c.index, c.index)
			}
		})
	}
}

func TestHandlerCompresses(t *testing.T) {
	t.Parallel()
	h, path := console.Handler(""), "/console/"+script(t)
	plain := ask(t, h, "GET", path)
	want := read(t, plain.Body)
	if plain.Header.Get("Content-Encoding") != "" {
		t.Error("compressed without being asked to")
	}
	refused := ask(t, h, "GET", path, "Accept-Encoding", "br, gzip;q=0")
	if refused.Header.Get("Content-Encoding") != "" {
		t.Error("compressed although refused")
	}
	small := ask(t, h, "GET", path, "Accept-Encoding", "br, gzip")
	if small.Header.Get("Content-Encoding") != "gzip" || small.Header.Get("Vary") != "Accept-Encoding" {
		t.Fatalf("headers %v", small.Header)
	}
	if small.Header.Get("ETag") == plain.Header.Get("ETag") {
		t.Error("two forms with one tag")
	}
	z, err := gzip.NewReader(small.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, z), want) {
		t.Error("the compressed form is not the same file")
	}
}

func TestHandlerRevalidates(t *testing.T) {
	t.Parallel()
	h := console.Handler("")
	first := ask(t, h, "GET", "/console/")
	again := ask(t, h, "GET", "/console/", "If-None-Match", first.Header.Get("ETag"))
	if again.StatusCode != http.StatusNotModified {
		t.Errorf("status %d, want 304", again.StatusCode)
	}
}

func TestHandlerServesFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, "index.html"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	h := console.Handler(dir)
	for _, text := range []string{"one", "two"} {
		write(text)
		if got := read(t, ask(t, h, "GET", "/console/groups").Body); string(got) != text {
			t.Errorf("got %q, want %q", got, text)
		}
	}
	if res := ask(t, h, "GET", "/console/assets/x.js"); res.StatusCode != http.StatusNotFound {
		t.Errorf("status %d, want 404", res.StatusCode)
	}
}

// TestBuildIsWhole holds that what the index names, and what that names in turn, is there, and that nothing else is: a
// half-committed build would show a white page, or a room that does not open.
func TestBuildIsWhole(t *testing.T) {
	t.Parallel()
	named := regexp.MustCompile(`assets/[\w-]+\.(?:js|css)|\./[\w-]+\.js`)
	found := map[string]bool{}
	var follow func(name string)
	follow = func(name string) {
		if found[name] {
			return
		}
		found[name] = true
		text, err := fs.ReadFile(console.FS(), name)
		if err != nil {
			t.Errorf("%s is named and not there", name)
			return
		}
		for _, next := range named.FindAll(text, -1) {
			follow("assets/" + path.Base(string(next)))
		}
	}
	follow("index.html")
	names, err := fs.Glob(console.FS(), "assets/*")
	if err != nil || len(names) < 2 {
		t.Fatalf("assets %v: %v", names, err)
	}
	for _, name := range names {
		if !found[name] {
			t.Errorf("nothing names %s", name)
		}
	}
}
