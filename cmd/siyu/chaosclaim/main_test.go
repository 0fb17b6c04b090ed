package main

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"siyu/internal/testkit"
)

// TestChaos lives a short form of the chaos on both engines: servers are killed, the database of the tests is not.
func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("servers in processes of their own take their time")
	}
	t.Parallel()
	binary := program(t)
	short := plan{siyu: binary, clients: 64, people: 240, stock: 80, kills: 4, per: 2, tills: 24, think: 60 * time.Millisecond, within: time.Minute}
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		p := short
		p.engine, p.dir = "sqlite", t.TempDir()
		lives(t, p)
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		p := short
		p.engine, p.dir, p.servers, p.dsn = "mysql", t.TempDir(), 3, testkit.Migrated(t)
		lives(t, p)
	})
}

// program is siyu, built for all tests or for this one.
func program(t *testing.T) string {
	t.Helper()
	if ready := os.Getenv("SIYU_TEST_BINARY"); ready != "" {
		if _, err := os.Stat(ready); err == nil {
			return ready
		}
	}
	binary := filepath.Join(t.TempDir(), "siyu")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", binary, "siyu/cmd/siyu").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	return binary
}

func lives(t *testing.T, p plan) {
	t.Helper()
	var out bytes.Buffer
	err := run(t.Context(), &out, p)
	lines := bytes.Split(bytes.TrimSpace(out.Bytes()), []byte("\n"))
	var last struct {
		Result result `json:"result"`
	}
	if e := json.Unmarshal(lines[len(lines)-1], &last); err != nil || e != nil {
		t.Fatalf("%v, %v\n%s", err, e, out.Bytes())
	}
	r := last.Result
	t.Logf("%+v", r)
	if r.Redeemed != r.Given || r.Beaten != 2*r.Given {
		t.Errorf("%d vouchers, %d written off, %d came second", r.Given, r.Redeemed, r.Beaten)
	}
	if r.Kills < p.kills || r.Given != p.stock*r.Rounds || r.Acked != r.Given || r.Repeats == 0 || r.Unknown == 0 {
		t.Errorf("%+v", r)
	}
}
