package main

import (
	"bytes"
	"context"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain lets the scripts run this very program as siyu.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"siyu": main})
}

// TestScripts runs the stories of testdata/script, each in a directory of its own and with no setting of this machine.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			for _, setting := range os.Environ() {
				if name, _, _ := strings.Cut(setting, "="); strings.HasPrefix(name, "SIYU_") {
					e.Setenv(name, "")
				}
			}
			e.Setenv("LC_ALL", "")
			e.Setenv("LANG", "C.UTF-8")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"taken": taken, "free": free, "await": await},
	})
}

// taken NAME: somebody else listens on the address that is put into NAME, until the script ends.
func taken(ts *testscript.TestScript, _ bool, args []string) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { _ = l.Close() })
	ts.Setenv(args[0], l.Addr().String())
}

// free NAME: nobody listens on the address that is put into NAME.
func free(ts *testscript.TestScript, _ bool, args []string) {
	l, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	ts.Check(err)
	ts.Setenv(args[0], l.Addr().String())
	ts.Check(l.Close())
}

// await URL [STATUS]: until the address answers so, which may take as long as a program takes to start.
func await(ts *testscript.TestScript, _ bool, args []string) {
	want := "200 OK"
	if len(args) > 1 {
		want = strings.Join(args[1:], " ")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		got, err := status(ctx, args[0])
		if got == want {
			return
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s answers %q, %v", args[0], got, err)
		case <-tick.C:
		}
	}
}

func status(ctx context.Context, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, http.NoBody)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	return resp.Status, resp.Body.Close()
}

// TestRunDirectly: the program needs no process of its own to say what is wrong.
func TestRunDirectly(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"config-sample"}, console{&out, &errs}); code != 0 || !strings.Contains(out.String(), "secret_key") {
		t.Errorf("%d, %s%s", code, &out, &errs)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs.Reset()
	code := run(ctx, []string{"demo", "--once", "--people", "5", "--days", "1"}, console{&out, &errs})
	if code != 130 || !strings.Contains(errs.String(), "siyu: stopped") {
		t.Errorf("stopped before it began: %d, %s", code, &errs)
	}
}

// TestSpan: how long a story was, in words.
func TestSpan(t *testing.T) {
	t.Parallel()
	for days, want := range map[int][2]string{28: {"four weeks", ""}, 1: {"one day", "1 天里"}, 7: {"7 days", "7 天里"}} {
		if en, zh := span(days, "en"), span(days, "zh-Hans"); en != want[0] || zh != want[1] {
			t.Errorf("%d days are %q and %q", days, en, zh)
		}
	}
}
