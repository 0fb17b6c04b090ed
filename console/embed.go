// Package console is the web console: its source in TypeScript, the build of it that is committed in dist, and the
// handler that serves that build. `go build` needs no Node because of it.
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
	if dir != "" {
		return site{files: folder{os.DirFS(dir)}}
	}
	return site{files: keep(FS())}
}
