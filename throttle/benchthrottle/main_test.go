package main

import (
	"bytes"
	"encoding/json"
	"os"
	"testing"
)

// The report ends with one line of JSON, and a decision of the kernel allocates nothing.
func TestReport(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	s := scale{rounds: 1, decisions: 2000, groups: 40, single: 10, weeks: []week{{50, 20, 1}}, dsn: os.Getenv("SIYU_TEST_MYSQL_DSN")}
	if err := run(t.Context(), &out, s); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Bench string
		Rows  []row
		Ratio float64 `json:"ratio_to_peer"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Bench != "throttle" || last.Ratio == 0 {
		t.Fatalf("%s %v", lines[len(lines)-1], err)
	}
	t.Log(out.String())
	for _, r := range last.Rows {
		if r.Name == "allocations of a decision" && r.Value != 0 {
			t.Errorf("a decision makes %v allocations", r.Value)
		}
	}
}
