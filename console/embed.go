// Package console is the web console, and the till of shop staff beside it: their source in TypeScript, the builds that are
// committed in dist and till/dist, and the handlers that serve those. `go build` needs no Node because of them.
//
// It must never know the API, the store or who is signed in: everything here is the same for everybody.
package console

import (
	"embed"
	"io/fs"
	"net/http"
	"os"
)

//go:embed all:dist
var built embed.FS

// FS is the committed build; index.html stands at its root.
func FS() fs.FS {
	dist, err := fs.Sub(built, "dist")
	if err != nil {
		panic(err) // only an invalid path does that, and this one is a constant
	}
	return dist
}

// Handler serves the console below /console/. Every path of the console that is no file answers with index.html, since
// the page itself knows its screens; a missing asset is a 404. With dir the build is read from that folder at each
// request, for work on the console; without, the embedded one is kept, and each file compressed when it is first asked for.
func Handler(dir string) http.Handler {
	s := site{files: keep(FS()), prefix: consolePrefix, policy: policy, camera: "()"}
	if dir != "" {
		s.files = folder{os.DirFS(dir)}
	}
	return s
}
