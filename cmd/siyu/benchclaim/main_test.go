package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

// TestReport: the benchmark ends with one line of JSON, and what is acknowledged is written.
func TestReport(t *testing.T) {
	t.Parallel()
	p := plan{window: 30 * time.Millisecond, rounds: 1, members: 200, many: 16, crowd: 32, redeem: 200, dir: t.TempDir()}
	var out bytes.Buffer
	if err := run(t.Context(), &out, p); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Bench string  `json:"bench"`
		Rows  []row   `json:"rows"`
		Ratio float64 `json:"ratio_to_peer"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Bench != "claim" || last.Ratio == 0 {
		t.Fatalf("%s %v", lines[len(lines)-1], err)
	}
	if !bytes.Contains(out.Bytes(), []byte("mysql   skipped")) {
		t.Errorf("it does not say that MySQL was left out:\n%s", out.Bytes())
	}
}
