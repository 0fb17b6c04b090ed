package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// TestReport: the benchmark ends with one line of JSON, everything it sends is taken, and what is answered is stored.
func TestReport(t *testing.T) {
	t.Parallel()
	p := plan{rounds: 1, conns: 4, full: 100 * time.Millisecond, half: 100 * time.Millisecond, drain: time.Millisecond, dir: t.TempDir()}
	var out bytes.Buffer
	if err := run(t.Context(), &out, p); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Bench string  `json:"bench"`
		Rows  []row   `json:"rows"`
		Ratio float64 `json:"ratio_to_floor"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Bench != "webhook" || last.Ratio == 0 {
		t.Fatalf("%s %v", lines[len(lines)-1], err)
	}
	if !bytes.Contains(out.Bytes(), []byte("mysql   skipped")) {
		t.Errorf("it does not say that MySQL was left out:\n%s", out.Bytes())
	}
}
