package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"sync"
)

// folder reads files where they lie, each time anew.
type folder struct{ fsys fs.FS }

func (d folder) open(name string) (*file, error) {
	body, err := fs.ReadFile(d.fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", name, err)
	}
	return newFile(name, body), nil
}

// kept holds a build in memory. What somebody asks for is compressed once: a third of the bytes for every first visit.
type kept map[string]*file

func keep(fsys fs.FS) kept {
	all := kept{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		f := newFile(name, body)
		f.gzip = sync.OnceValue(func() []byte { return compressed(body) })
		all[name] = f
		return nil
	})
	if err != nil {
		panic(err) // the files lie in the program itself
	}
	return all
}

func (k kept) open(name string) (*file, error) {
	f, ok := k[name]
	if !ok {
		return nil, fmt.Errorf("read %s: %w", name, fs.ErrNotExist)
	}
	return f, nil
}

func newFile(name string, body []byte) *file {
	sum := sha256.Sum256(body)
	return &file{name: name, body: body, gzip: func() []byte { return nil }, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// compressed is the compressed form of a body, nil where it saves nothing.
func compressed(body []byte) []byte {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return nil
	}
	if _, err := z.Write(body); err != nil {
		return nil
	}
	if err := z.Close(); err != nil {
		return nil
	}
	if buf.Len() >= len(body)*9/10 {
		return nil
	}
	return buf.Bytes()
}
