package console

import (
	"bytes"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

const (
	consolePrefix = "/console"
	tillPrefix    = "/till"
	indexName     = "index.html"
	assets        = "assets/"
)

// policy lets the page load nothing but its own files and talk to nothing but its own server. Styles set on elements
// by script are not inline styles in its sense.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

// tillPolicy lets the till besides that keep itself on the phone and read pictures from its camera.
const tillPolicy = policy + "; worker-src 'self'; manifest-src 'self'"

// site answers requests below a prefix from the files of a build.
type site struct {
	files  source
	prefix string
	policy string
	camera string // who may use the camera, as Permissions-Policy says it
}

// source finds a file of the build by its name.
type source interface {
	open(name string) (*file, error)
}

func (s site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.secure(w.Header())
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	if r.URL.Path == s.prefix {
		http.Redirect(w, r, s.prefix+"/", http.StatusPermanentRedirect)
		return
	}
	name, ok := strings.CutPrefix(r.URL.Path, s.prefix+"/")
	if !ok {
		http.NotFound(w, r)
		return
	}
	f, err := s.find(name)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	f.send(w, r)
}

// find is the file of a path. What is no file is a screen of the page, hence the index; not so below assets, where an
// answer in HTML would be taken for a script.
func (s site) find(name string) (*file, error) {
	if fs.ValidPath(name) && name != "." {
		f, err := s.files.open(name)
		if err == nil {
			return f, nil
		}
	}
	if strings.HasPrefix(path.Clean("/"+name)+"/", "/"+assets) {
		return nil, fs.ErrNotExist
	}
	return s.files.open(indexName)
}

func (s site) secure(h http.Header) {
	h.Set("Content-Security-Policy", s.policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Permissions-Policy", "camera="+s.camera+", microphone=(), geolocation=()")
}

// file is one file of the build, ready to be sent.
type file struct {
	name string
	body []byte
	gzip func() []byte // the compressed form; nil if compressing does not pay
	etag string
}

func (f *file) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Type", contentType(f.name))
	if strings.HasPrefix(f.name, assets) {
		h.Set("Cache-Control", "public, max-age=31536000, immutable") // their names carry a hash of their content
	} else {
		h.Set("Cache-Control", "no-cache")
	}
	body, etag := f.body, f.etag
	if gz := f.gzip(); gz != nil {
		h.Set("Vary", "Accept-Encoding")
		if acceptsGzip(r) {
			body, etag = gz, strings.TrimSuffix(f.etag, `"`)+`-gz"`
			h.Set("Content-Encoding", "gzip")
		}
	}
	h.Set("ETag", etag)
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// acceptsGzip reads Accept-Encoding as far as it matters: gzip named, and not refused with a weight of zero.
func acceptsGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q, weighted := strings.CutPrefix(strings.ReplaceAll(weight, " ", ""), "q=")
			return !weighted || strings.Trim(q, "0.") != ""
		}
	}
	return false
}

// contentType goes by the name alone: what the operating system believes about .js differs between machines.
func contentType(name string) string {
	known := map[string]string{
		".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
		".svg": "image/svg+xml", ".png": "image/png", ".json": "application/json", ".woff2": "font/woff2",
		".webmanifest": "application/manifest+json",
	}
	if t, ok := known[path.Ext(name)]; ok {
		return t
	}
	return "application/octet-stream"
}
