package main

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"
)

func BenchmarkInbound(b *testing.B) {
	loads, err := workloads(time.Now)
	if err != nil {
		b.Fatal(err)
	}
	for _, w := range loads {
		b.Run(w.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := w.do(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// The report ends with one line of JSON, and encrypted pushes stay within their budget of allocations.
func TestReport(t *testing.T) {
	var out bytes.Buffer
	if err := run(&out, 1, 50); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Bench string
		Rows  []row
		Ratio float64 `json:"ratio_to_peer"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Bench != "inbound" || last.Ratio == 0 {
		t.Fatalf("%s %v", lines[len(lines)-1], err)
	}
	for _, r := range last.Rows {
		if r.Name == "aes ours allocs" && r.Value > 31 { // 30, and what the runtime does meanwhile
			t.Errorf("%v allocations for an encrypted push, at most 30 are wanted", r.Value)
		}
	}
}
