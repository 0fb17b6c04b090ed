package handlers

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"siyu/throttle"
)

func contract(t *testing.T) *openapi3.T {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestContractIsValid: the document itself is OpenAPI 3.1.
func TestContractIsValid(t *testing.T) {
	t.Parallel()
	if err := contract(t).Validate(t.Context()); err != nil {
		t.Error(err)
	}
}

// pages are the routes that serve the web console and the till and nothing of the API.
func pages() []string { return []string{"GET /", "GET /console/{path}", "GET /till/{path}"} }

// TestRoutesAndContract: every route is described and every described operation has a route.
func TestRoutesAndContract(t *testing.T) {
	t.Parallel()
	s := &server{}
	e := newEngine(s)
	s.routes(e)
	params := regexp.MustCompile(`[:*](\w+)`)
	var routes, described []string
	for _, r := range e.Routes() {
		route := r.Method + " " + params.ReplaceAllString(r.Path, "{$1}")
		if !slices.Contains(pages(), route) {
			routes = append(routes, route)
		}
	}
	for path, item := range contract(t).Paths.Map() {
		for method := range item.Operations() {
			described = append(described, method+" "+path)
		}
	}
	for _, r := range routes {
		if !slices.Contains(described, r) {
			t.Errorf("%s is not described in openapi.yaml", r)
		}
	}
	for _, d := range described {
		if !slices.Contains(routes, d) {
			t.Errorf("%s is described but not served", d)
		}
	}
	if len(routes) < 25 {
		t.Errorf("only %d routes were compared", len(routes))
	}
}

// TestOperationsAreComplete: every operation of our own APIs has a name, says what it answers when it fails, and takes
// the parameters its path has.
func TestOperationsAreComplete(t *testing.T) {
	t.Parallel()
	names := map[string]string{}
	inPath := regexp.MustCompile(`\{(\w+)\}`)
	for path, item := range contract(t).Paths.Map() {
		for method, op := range item.Operations() {
			at := method + " " + path
			if strings.HasPrefix(path, "/api/") {
				if op.Responses.Default() == nil {
					t.Errorf("%s does not say what a failure looks like", at)
				}
				if op.OperationID == "" {
					t.Errorf("%s has no name", at)
				}
			}
			if other := names[op.OperationID]; op.OperationID != "" && other != "" {
				t.Errorf("%s and %s are both called %s", at, other, op.OperationID)
			}
			names[op.OperationID] = at
			for _, found := range inPath.FindAllStringSubmatch(path, -1) {
				if op.Parameters.GetByInAndName("path", found[1]) == nil {
					t.Errorf("%s does not describe {%s}", at, found[1])
				}
			}
		}
	}
}

// TestReasons: every word the throttle holds a post with is in the contract and has its sentence in the console, in both
// languages.
func TestReasons(t *testing.T) {
	t.Parallel()
	told := map[string]bool{}
	for _, v := range contract(t).Components.Schemas["Reason"].Value.Enum {
		told[fmt.Sprint(v)] = true
	}
	n := 0
	for r := throttle.None + 1; r.String() != "unknown"; r++ {
		if n++; !told[r.String()] {
			t.Errorf("the contract does not know the throttle's reason %q", r)
		}
	}
	if n < 12 {
		t.Errorf("only %d reasons", n)
	}
	for _, lang := range []string{"zh", "en"} {
		text, err := os.ReadFile(filepath.Join("..", "console", "src", "text", lang+".ts"))
		if err != nil {
			t.Fatal(err)
		}
		for reason := range told {
			if reason != "quiet_hours" && !strings.Contains(string(text), "'why."+reason+"':") {
				t.Errorf("console text %s has no sentence for %q", lang, reason)
			}
		}
	}
}
