package archtest_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
)

// names are the things of the house that a page may name.
type names struct {
	packages map[string]bool
	symbols  map[string]bool // pkg.Func, pkg.Type, pkg.Type.Method; tests also by their bare name
	routes   map[string]bool // "GET /healthz"
	targets  map[string]bool // of the Makefile
	commands map[string]bool // of the program: "demo", "admin", "admin init"
	flags    map[string]bool // of the program, without dashes
	words    map[string]bool // written_like_this, anywhere
	source   string          // everything that is not a page
}

// collect reads the names off the source.
func collect(sources []source) (names, error) {
	n := names{packages: map[string]bool{}, symbols: map[string]bool{}, routes: map[string]bool{},
		targets: map[string]bool{}, commands: map[string]bool{}, flags: map[string]bool{}, words: map[string]bool{}}
	var all strings.Builder
	structs := map[string]*ast.StructType{}
	for _, s := range sources {
		if path.Ext(s.path) == ".md" {
			continue
		}
		all.Write(s.text)
		switch {
		case s.path == "Makefile":
			for _, m := range regexp.MustCompile(`(?m)^([a-z-]+):`).FindAllSubmatch(s.text, -1) {
				n.targets[string(m[1])] = true
			}
		case s.path == "handlers/openapi.yaml":
			n.readRoutes(string(s.text))
		case s.isGo():
			file, err := parser.ParseFile(token.NewFileSet(), s.path, s.text, parser.SkipObjectResolution)
			if err != nil {
				return n, err
			}
			n.readGo(file)
			if path.Dir(s.path) == "cmd/siyu" {
				collectStructs(file, structs)
			}
		}
	}
	n.source = all.String()
	n.readWords()
	n.readCommands(structs, "cli", "")
	return n, nil
}

// readRoutes reads the paths of an OpenAPI document and their methods.
func (n *names) readRoutes(text string) {
	at := ""
	for _, m := range regexp.MustCompile(`(?m)^(?:  (/[^:]*)|    (get|post|put|patch|delete)):`).FindAllStringSubmatch(text, -1) {
		if m[1] != "" {
			at = m[1]
			continue
		}
		n.routes[strings.ToUpper(m[2])+" "+at] = true
	}
}

// readWords collects codes, tables and columns. Not by a regular expression: the source has millions of bytes.
func (n *names) readWords() {
	inWord := func(r rune) bool { return r == '_' || r < 128 && (unicode.IsLetter(r) || unicode.IsDigit(r)) }
	for _, word := range strings.FieldsFunc(n.source, func(r rune) bool { return !inWord(r) }) {
		if strings.Contains(word, "_") {
			n.words[word] = true
		}
	}
}

func (n *names) readGo(file *ast.File) {
	pkg := strings.TrimSuffix(file.Name.Name, "_test")
	n.packages[pkg] = true
	for _, d := range file.Decls {
		switch d := d.(type) {
		case *ast.FuncDecl:
			n.symbols[pkg+"."+receiver(d)+d.Name.Name] = true
			n.symbols[d.Name.Name] = true
		case *ast.GenDecl:
			for _, spec := range d.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					n.symbols[pkg+"."+spec.Name.Name] = true
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						n.symbols[pkg+"."+name.Name] = true
					}
				}
			}
		}
	}
}

// receiver is "Type." for a method and "" for a function.
func receiver(d *ast.FuncDecl) string {
	if d.Recv == nil {
		return ""
	}
	t := d.Recv.List[0].Type
	for {
		switch inner := t.(type) {
		case *ast.StarExpr:
			t = inner.X
		case *ast.IndexExpr:
			t = inner.X
		case *ast.Ident:
			return inner.Name + "."
		default:
			return ""
		}
	}
}

func collectStructs(file *ast.File, structs map[string]*ast.StructType) {
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.TypeSpec); ok {
			if s, ok := spec.Type.(*ast.StructType); ok {
				structs[spec.Name.Name] = s
			}
		}
		return true
	})
}

// readCommands walks the command line as kong does: a field with a cmd tag is a command, any other one is a flag.
func (n *names) readCommands(structs map[string]*ast.StructType, in, before string) {
	s := structs[in]
	if s == nil {
		return
	}
	for _, f := range s.Fields.List {
		kind := ""
		if id, ok := f.Type.(*ast.Ident); ok {
			kind = id.Name
		}
		if len(f.Names) == 0 { // the flags of an embedded struct are its own
			n.readCommands(structs, kind, before)
			continue
		}
		var tag reflect.StructTag
		if f.Tag != nil {
			text, err := strconv.Unquote(f.Tag.Value)
			if err != nil {
				continue
			}
			tag = reflect.StructTag(text)
		}
		name := tag.Get("name")
		if name == "" {
			name = kebab(f.Names[0].Name)
		}
		if _, command := tag.Lookup("cmd"); !command {
			n.flags[name] = true
			continue
		}
		n.commands[strings.TrimSpace(before+" "+name)] = true
		n.readCommands(structs, kind, name)
	}
}

func kebab(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('-')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
