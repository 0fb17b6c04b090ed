package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"testing"
)

// inside starts a role in this process; being killed is its context's end.
func inside(ctx context.Context, role string, args ...string) (*process, error) {
	ctx, kill := context.WithCancel(ctx)
	r, w := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := play(ctx, w, role, args)
		done <- errors.Join(err, w.Close())
	}()
	return &process{lines: listen(r), kill: kill, wait: func() error {
		_ = r.Close()
		defer kill()
		return <-done
	}}, nil
}

// TestReport: the benchmark ends with one line of JSON, and what it reads is right.
func TestReport(t *testing.T) {
	t.Parallel()
	p := plan{groups: 160, each: 10, sample: 4, dir: t.TempDir()}
	var out bytes.Buffer
	if err := run(t.Context(), &out, p, inside); err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Bench string  `json:"bench"`
		Rows  []row   `json:"rows"`
		Ratio float64 `json:"ratio_to_peer"`
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil || last.Bench != "sync" || last.Ratio == 0 {
		t.Fatalf("%s %v", lines[len(lines)-1], err)
	}
	if !bytes.Contains(out.Bytes(), []byte("mysql   skipped")) {
		t.Errorf("it does not say that MySQL was left out:\n%s", out.Bytes())
	}
}
