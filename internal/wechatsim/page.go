package wechatsim

import (
	"embed"
	"html/template"
	"net/http"
	"strings"
	"time"
)

// pages is the console: plain HTML, CSS and JavaScript that need no building.
//
//go:embed page
var pages embed.FS

// pagePolicy lets the page use its own files and nothing else, in no frame.
const pagePolicy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
	"img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// serveIndex is the page for people, in Chinese or English as the browser asks.
func (s *Sim) serveIndex(w http.ResponseWriter, r *http.Request) {
	if err := s.guard(r); err != nil {
		answerControl(w, nil, err)
		return
	}
	index, err := template.ParseFS(pages, "page/index.html")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	zh := strings.HasPrefix(strings.ToLower(r.Header.Get("Accept-Language")), "zh")
	if lang := r.URL.Query().Get("lang"); lang != "" {
		zh = strings.HasPrefix(lang, "zh")
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", pagePolicy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	_ = index.Execute(w, struct { // the reader is gone if this fails
		Now     time.Time
		Chinese bool
		Host    string
	}{s.now(), zh, r.Host})
}

// servePage serves the console's own files.
func servePage(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	http.ServeFileFS(w, r, pages, "page/"+r.PathValue("file"))
}
