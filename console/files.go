package console

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
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

// kept holds a build in memory, compressed once: a third of the bytes for every first visit.
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
		all[name] = newFile(name, body).compress()
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
	return &file{name: name, body: body, etag: `"` + hex.EncodeToString(sum[:8]) + `"`}
}

// compress adds the compressed form where it saves something.
func (f *file) compress() *file {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil {
		return f
	}
	if _, err := z.Write(f.body); err != nil {
		return f
	}
	if err := z.Close(); err != nil {
		return f
	}
	if buf.Len() < len(f.body)*9/10 {
		f.gzip = buf.Bytes()
	}
	return f
}
