package app_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"siyu/handlers"
)

// call is one request of a scenario and what must come of it. ${name} stands for what was kept before.
type call struct {
	name   string
	method string // GET if there is none and no body, POST with one
	path   string
	as     string // organiser, brand, …; nobody if empty
	body   string
	header map[string]string
	status int      // 200 if zero
	has    []string // of the answer
	not    []string
	keep   string // "name=part.of.answer": a number picks from a list
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// run makes the calls in order and holds every answer to the contract.
func (w *world) run(t *testing.T, calls []call) {
	t.Helper()
	for _, c := range calls {
		w.call(t, c)
	}
}

func (w *world) call(t *testing.T, c call) answer {
	t.Helper()
	if c.method == "" {
		if c.method = http.MethodGet; c.body != "" {
			c.method = http.MethodPost
		}
	}
	if c.status == 0 {
		c.status = http.StatusOK
	}
	path := w.fill(t, c.path)
	a := w.send(t, c.method, path, w.guest(t, c.as), w.fill(t, c.body), c.header)
	at := fmt.Sprintf("%s (%s %s as %s)", c.name, c.method, c.path, c.as)
	if a.status != c.status {
		t.Fatalf("%s: %d, want %d: %s", at, a.status, c.status, a.body)
	}
	for _, word := range c.has {
		if word = w.fill(t, word); !strings.Contains(string(a.body), word) {
			t.Errorf("%s: the answer has no %q: %s", at, word, a.body)
		}
	}
	for _, word := range c.not {
		if word = w.fill(t, word); strings.Contains(string(a.body), word) {
			t.Errorf("%s: the answer shows %q: %s", at, word, a.body)
		}
	}
	if err := w.told.check(c.method, path, a); err != nil {
		t.Errorf("%s: not what the contract says: %v\n%s", at, err, a.body)
	}
	w.showsNothing(t, at, a)
	if name, part, ok := strings.Cut(c.keep, "="); ok {
		w.kept[name] = pick(t, a.body, part)
	}
	return a
}

// showsNothing: no failure tells how the server is made, and no answer at all tells who somebody is.
func (w *world) showsNothing(t *testing.T, at string, a answer) {
	t.Helper()
	words := w.secret
	if a.status >= http.StatusBadRequest {
		words = append([]string{"goroutine", ".go:", "SELECT ", "INSERT ", "UPDATE ", "gorm", "sql:", "Error 1", "panic", "runtime"}, words...)
	}
	for _, word := range words {
		if word != "" && bytes.Contains(a.body, []byte(word)) {
			t.Errorf("%s: the answer shows %q: %.300s", at, word, a.body)
		}
	}
}

func (w *world) send(t *testing.T, method, path string, g guest, body string, header map[string]string) answer {
	t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(t.Context(), method, w.front.URL+path, in)
	must(t, err)
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if g.cookie != "" {
		req.Header.Set("Cookie", g.cookie)
	}
	if g.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+g.bearer)
	}
	for k, v := range header {
		req.Header[http.CanonicalHeaderKey(k)] = []string{v}
	}
	resp, err := w.client.Do(req)
	must(t, err)
	defer func() { _ = resp.Body.Close() }()
	got, err := io.ReadAll(resp.Body)
	must(t, err)
	return answer{resp.StatusCode, resp.Header, got}
}

func (w *world) guest(t *testing.T, as string) guest {
	t.Helper()
	if as == "" {
		as = "nobody"
	}
	g, ok := w.guests[as]
	if !ok {
		t.Fatalf("nobody is called %q", as)
	}
	return g
}

var placeholder = regexp.MustCompile(`\$\{(\w+)\}`)

// fill puts what was kept into a text.
func (w *world) fill(t *testing.T, text string) string {
	t.Helper()
	return placeholder.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := w.kept[found[2:len(found)-1]]
		if !ok {
			t.Fatalf("nothing was kept as %s", found)
		}
		return value
	})
}

// pick takes a part out of a JSON answer.
func pick(t *testing.T, body []byte, part string) string {
	t.Helper()
	var at any
	must(t, json.Unmarshal(body, &at))
	for _, key := range strings.Split(part, ".") {
		switch v := at.(type) {
		case map[string]any:
			at = v[key]
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(v) {
				t.Fatalf("%s: no %s in %s", part, key, body)
			}
			at = v[i]
		}
	}
	if at == nil {
		t.Fatalf("no %s in %s", part, body)
	}
	return fmt.Sprint(at)
}

// told is what the contract tells clients.
type told struct {
	doc   *openapi3.T
	paths []route // those with parameters
}

type route struct {
	pattern *regexp.Regexp
	item    *openapi3.PathItem
}

// contract is read once for all tests: it is long, and nobody changes it.
var contract = sync.OnceValues(readContract)

func loadContract(t *testing.T) *told {
	t.Helper()
	c, err := contract()
	must(t, err)
	return c
}

func readContract() (*told, error) {
	doc, err := openapi3.NewLoader().LoadFromData(handlers.OpenAPI())
	if err != nil {
		return nil, err
	}
	strict(doc.Components.Schemas)
	c := &told{doc: doc}
	for template, item := range doc.Paths.Map() {
		if strings.Contains(template, "{") {
			pattern := regexp.MustCompile(`\\\{\w+\\\}`).ReplaceAllString(regexp.QuoteMeta(template), "[^/]+")
			c.paths = append(c.paths, route{regexp.MustCompile("^" + pattern + "$"), item})
		}
		for _, op := range item.Operations() {
			for _, said := range op.Responses.Map() {
				if content := said.Value.Content.Get("application/json"); content != nil && content.Schema != nil {
					strict(openapi3.Schemas{"answer": content.Schema})
				}
			}
		}
	}
	return c, nil
}

// check holds one answer to what the contract says of its operation.
func (c *told) check(method, path string, a answer) error {
	path, _, _ = strings.Cut(path, "?")
	op := c.operation(method, path)
	if op == nil {
		if a.status == http.StatusNotFound || a.status == http.StatusMethodNotAllowed {
			return c.matches(c.doc.Components.Schemas["Error"], a.body)
		}
		return fmt.Errorf("nothing is said of %s %s", method, path)
	}
	said := op.Responses.Status(a.status)
	if said == nil {
		said = op.Responses.Default()
	}
	if said == nil {
		return fmt.Errorf("nothing is said of status %d", a.status)
	}
	if len(said.Value.Content) == 0 {
		if len(a.body) > 0 {
			return fmt.Errorf("%d bytes where nothing was promised", len(a.body))
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(a.header.Get("Content-Type"))
	if err != nil {
		return err
	}
	content := said.Value.Content.Get(kind)
	switch {
	case content == nil:
		return fmt.Errorf("it is %s", kind)
	case kind != "application/json" || content.Schema == nil:
		return nil
	}
	return c.matches(content.Schema, a.body)
}

func (c *told) matches(schema *openapi3.SchemaRef, body []byte) error {
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return err
	}
	return c.doc.ValidateSchemaJSON(schema.Value, value, openapi3.MultiErrors(), openapi3.VisitAsResponse())
}

// operation finds what the contract calls a path; literal parts win over parameters.
func (c *told) operation(method, path string) *openapi3.Operation {
	if item := c.doc.Paths.Value(path); item != nil {
		return item.GetOperation(method)
	}
	for _, r := range c.paths {
		if r.pattern.MatchString(path) {
			return r.item.GetOperation(method)
		}
	}
	return nil
}

// strict closes every object of some schemas, so that an answer with a field nobody was told of is noticed.
func strict(schemas openapi3.Schemas) {
	no := false
	for _, s := range schemas {
		if s.Value == nil || s.Value.AdditionalProperties.Has != nil {
			continue
		}
		if len(s.Value.Properties) > 0 {
			s.Value.AdditionalProperties = openapi3.BoolSchema{Has: &no}
			strict(s.Value.Properties)
		}
		if s.Value.Items != nil {
			strict(openapi3.Schemas{"item": s.Value.Items})
		}
	}
}
