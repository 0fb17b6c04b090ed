package console

import (
	"embed"
	"io/fs"
	"net/http"
)

//go:embed all:till/dist
var builtTill embed.FS

// TillFS is the committed build of the till; index.html stands at its root.
func TillFS() fs.FS {
	dist, err := fs.Sub(builtTill, "till/dist")
	if err != nil {
		panic(err) // only an invalid path does that, and this one is a constant
	}
	return dist
}

// Till serves the page with which shop staff write vouchers off, below /till/. Its worker keeps it on the phone, so it opens
// without a network; whether there is a newer one is asked each time there is.
func Till() http.Handler {
	return site{files: keep(TillFS()), prefix: tillPrefix, policy: tillPolicy, camera: "(self)"}
}
