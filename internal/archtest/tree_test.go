package archtest_test

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

const module = "siyu"

// source is one text file of the house.
type source struct {
	path string // with slashes, from the root
	text []byte
	file *ast.File // of Go files: the package clause and the imports
}

// isGo and isTest tell what kind of file it is.
func (s source) isGo() bool   { return s.file != nil }
func (s source) isTest() bool { return strings.HasSuffix(s.path, "_test.go") }

// imports returns the paths a Go file imports.
func (s source) imports() []string {
	paths := make([]string, 0, len(s.file.Imports))
	for _, spec := range s.file.Imports {
		if p, err := strconv.Unquote(spec.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}

// lines counts the lines of a file.
func (s source) lines() int { return bytes.Count(s.text, []byte("\n")) }

// generated tells a file that a program wrote.
func (s source) generated() bool {
	if s.file != nil {
		return ast.IsGenerated(s.file)
	}
	head, _, _ := bytes.Cut(s.text, []byte("\n\n"))
	return bytes.Contains(head, []byte("auto-generated")) || bytes.Contains(head, []byte("DO NOT EDIT"))
}

// room returns the room of a directory: its first part, or its first two under internal.
func room(dir string) string {
	parts := strings.SplitN(dir, "/", 3)
	if parts[0] == "internal" && len(parts) > 1 {
		return parts[0] + "/" + parts[1]
	}
	return parts[0]
}

// skipped are directories with nothing of ours to read: what is fetched, what is built, and what is only data.
func skipped(name string) bool {
	return slices.Contains([]string{".git", "node_modules", "dist", "testdata", "test-results"}, name)
}

// read returns all text files of a tree.
func read(tree fs.FS) ([]source, error) {
	var sources []source
	err := fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if skipped(path.Base(name)) {
				return fs.SkipDir
			}
			return nil
		}
		if !entry.Type().IsRegular() {
			return nil
		}
		text, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		if !utf8.Valid(text) {
			return nil // a picture
		}
		s := source{path: name, text: text}
		if strings.HasSuffix(name, ".go") {
			s.file, err = parser.ParseFile(token.NewFileSet(), name, text, parser.ImportsOnly|parser.ParseComments)
			if err != nil {
				return err
			}
		}
		sources = append(sources, s)
		return nil
	})
	return sources, err
}
