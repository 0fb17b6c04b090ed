package main

import (
	"strings"
	"testing"
)

func TestCounts(t *testing.T) {
	t.Parallel()
	const events = `go: downloading something
{"Action":"start","Package":"siyu/models"}
{"Action":"run","Package":"siyu/models","Test":"TestA"}
{"Action":"output","Package":"siyu/models","Test":"TestA","Output":"a line that says {\"Action\":\"fail\"}\n"}
{"Action":"pass","Package":"siyu/models","Test":"TestA/sqlite","Elapsed":0.1}
{"Action":"pass","Package":"siyu/models","Test":"TestA/mysql","Elapsed":0.1}
{"Action":"pass","Package":"siyu/models","Test":"TestA","Elapsed":0.1}
{"Action":"output","Package":"siyu/models","Test":"TestB/mysql","Output":"    b_test.go:9: no server\n"}
{"Action":"output","Package":"siyu/models","Test":"TestB/mysql","Output":"    --- SKIP: TestB/mysql (0.00s)\n"}
{"Action":"skip","Package":"siyu/models","Test":"TestB/mysql"}
{"Action":"pass","Package":"siyu/models","Elapsed":1.5}
{"Action":"output","Package":"siyu/offers","Test":"TestD","Output":"--- PASS: TestD (0.00s)\n"}
{"Action":"pass","Package":"siyu/offers","Test":"TestD"}
{"Action":"output","Package":"siyu/offers","Test":"TestC","Output":"    c_test.go:3: wrong\n"}
{"Action":"fail","Package":"siyu/offers","Test":"TestC"}
{"Action":"fail","Package":"siyu/offers","Elapsed":0.2}
{"Action":"output","Package":"siyu/bot","Output":"panic: boom\n"}
{"Action":"fail","Package":"siyu/bot","Elapsed":0.2}
{"ImportPath":"siyu/funnel [siyu/funnel.test]","Action":"build-output","Output":"x.go:1: undefined\n"}
{"ImportPath":"siyu/funnel [siyu/funnel.test]","Action":"build-fail"}
{"Action":"fail","Package":"siyu/funnel","Elapsed":0,"FailedBuild":"siyu/funnel [siyu/funnel.test]"}
{"Action":"skip","Package":"siyu/deploy","Elapsed":0}
`
	var out strings.Builder
	got, err := read(strings.NewReader(events), &out)
	if err != nil {
		t.Fatal(err)
	}
	got.print(&out)
	if got.passed != 4 || got.failed != 3 || got.skipped != 1 {
		t.Errorf("counted %d passed, %d failed, %d skipped", got.passed, got.failed, got.skipped)
	}
	for _, want := range []string{
		"go: downloading something", "c_test.go:3: wrong", "panic: boom", "x.go:1: undefined",
		"FAIL  offers TestC\n", "FAIL  bot\n", "models TestB/mysql: b_test.go:9: no server", "models: 1 tests on MariaDB or MySQL, 1 on SQLite",
		"go test: 4 passed, 3 failed, 1 skipped",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in the report:\n%s", want, &out)
		}
	}
	if strings.Contains(out.String(), "a line that says") {
		t.Error("the output of a package that passed is shown")
	}
	if strings.Contains(out.String(), "TestD") {
		t.Error("the output of a test that passed is shown")
	}
}
