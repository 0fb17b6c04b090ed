package handlers

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

func catalogue(t *testing.T, lang string) map[string]string {
	t.Helper()
	raw, err := textFiles.ReadFile("texts/" + lang + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]string
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestCatalogues: both languages say the same things, with the same placeholders.
func TestCatalogues(t *testing.T) {
	t.Parallel()
	zh, en := catalogue(t, zhHans), catalogue(t, english)
	keys := slices.Sorted(maps.Keys(zh))
	if other := slices.Sorted(maps.Keys(en)); !slices.Equal(keys, other) {
		t.Fatalf("the catalogues differ:\nzh-Hans %v\nen      %v", keys, other)
	}
	placeholder := regexp.MustCompile(`\{\{\.\w+\}\}`)
	for _, k := range keys {
		if zh[k] == "" || en[k] == "" {
			t.Errorf("%s is empty", k)
		}
		a, b := placeholder.FindAllString(zh[k], -1), placeholder.FindAllString(en[k], -1)
		slices.Sort(a)
		slices.Sort(b)
		if !slices.Equal(a, b) {
			t.Errorf("%s fills in %v in Chinese and %v in English", k, a, b)
		}
	}
}

// TestEveryFailureHasItsText: whatever code an error is made with anywhere, people can read it in both languages.
func TestEveryFailureHasItsText(t *testing.T) {
	t.Parallel()
	zh, en := catalogue(t, zhHans), catalogue(t, english)
	codes := failureCodes(t, "..")
	if len(codes) < 40 {
		t.Errorf("only %d codes were found: does the search still know how errors are made?", len(codes))
	}
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		if zh["error_"+code] == "" || en["error_"+code] == "" {
			t.Errorf("error_%s has no text in both languages; it is made at %s", code, codes[code])
		}
	}
	for k := range zh {
		if code, ok := strings.CutPrefix(k, "error_"); ok && codes[code] == "" {
			t.Errorf("nothing fails with %s any more", k)
		}
	}
}

// failureCodes finds the codes of all errors made in the Go code under root, and where.
func failureCodes(t *testing.T, root string) map[string]string {
	t.Helper()
	codes := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && slices.Contains([]string{"node_modules", "wechatsim", "testdata", ".git"}, d.Name()):
			return fs.SkipDir // the simulator's errors are WeChat's
		case d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go"):
			return nil
		}
		set := token.NewFileSet()
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(set, path, text, 0)
		if err != nil {
			return err
		}
		s := scan{constants: map[string]string{}}
		ast.Inspect(file, s.constant)
		ast.Inspect(file, func(n ast.Node) bool {
			if code := s.code(n); code != "" {
				codes[code] = set.Position(n.Pos()).String()
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return codes
}

// scan reads error codes from the syntax of one file; a code may be a constant of that file.
type scan struct{ constants map[string]string }

func (s scan) constant(n ast.Node) bool {
	v, ok := n.(*ast.ValueSpec)
	for i := 0; ok && i < len(v.Values); i++ {
		if text := literal(v.Values[i]); text != "" {
			s.constants[v.Names[i].Name] = text
		}
	}
	return true
}

// code returns the code of Errorf(kind, code, …), Error{Code: code} and of the house's one helper bad(field, code, …).
func (s scan) code(n ast.Node) string {
	switch n := n.(type) {
	case *ast.CallExpr:
		name := called(n.Fun)
		if len(n.Args) > 2 && (name == "Errorf" || name == "bad") && !isPackage(n.Fun, "fmt") {
			return s.text(n.Args[1])
		}
	case *ast.CompositeLit:
		if called(n.Type) != "Error" {
			return ""
		}
		for _, e := range n.Elts {
			if kv, ok := e.(*ast.KeyValueExpr); ok && called(kv.Key) == "Code" {
				return s.text(kv.Value)
			}
		}
	}
	return ""
}

func (s scan) text(e ast.Expr) string {
	if id, ok := e.(*ast.Ident); ok {
		return s.constants[id.Name]
	}
	return literal(e)
}

func literal(e ast.Expr) string {
	lit, ok := e.(*ast.BasicLit)
	if !ok || lit.Kind != token.STRING {
		return ""
	}
	text, err := strconv.Unquote(lit.Value)
	if err != nil {
		return ""
	}
	return text
}

// called is the last part of a name.
func called(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.Ident:
		return e.Name
	case *ast.SelectorExpr:
		return e.Sel.Name
	}
	return ""
}

func isPackage(e ast.Expr, name string) bool {
	sel, ok := e.(*ast.SelectorExpr)
	return ok && called(sel.X) == name
}

// TestSayFallsBack: a missing text or language never hides a failure behind nothing.
func TestSayFallsBack(t *testing.T) {
	t.Parallel()
	all, err := newTexts()
	if err != nil {
		t.Fatal(err)
	}
	zh, en := catalogue(t, zhHans), catalogue(t, english)
	for _, c := range []struct{ lang, id, want string }{
		{zhHans, "error_of_tomorrow", zh["error_internal"]},
		{english, "error_of_tomorrow", en["error_internal"]},
		{"", "error_internal", zh["error_internal"]},
	} {
		if got := all.say(c.lang, c.id, nil); got != c.want {
			t.Errorf("%q in %q is %q, want %q", c.id, c.lang, got, c.want)
		}
	}
	if got := all.say(english, "error_sign_in_slow", map[string]any{"seconds": 6}); !strings.Contains(got, "6 seconds") {
		t.Errorf("the text says %q", got)
	}
}
