package month_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"siyu/models"
)

// secret is the secret key of the server and of the driver, which both open the store.
const secret = "a secret key of thirty-two bytes, or a few more"

// server is Siyu in a process of its own, which is killed now and then and started again.
type server struct {
	binary string
	addr   string
	env    []string
	clock  string // the file it reads its time from
	store  *models.Store
	now    *models.ManualClock
	log    *tail
	client *http.Client // asks whether it lives

	mu     sync.Mutex // one process at a time
	cmd    *exec.Cmd
	deaths []string      // when and at what
	down   time.Duration // it was not there
	cpu    time.Duration // of the processes that were killed
	over   bool
	fault  error // it could not be started again
}

// build makes the program, unless one was built for all tests.
func build(ctx context.Context, dir string) (string, error) {
	if ready := os.Getenv("SIYU_TEST_BINARY"); ready != "" {
		if _, err := os.Stat(ready); err == nil {
			return ready, nil
		}
	}
	binary := filepath.Join(dir, "siyu")
	out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "siyu/cmd/siyu").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
}

// freeAddr is an address nobody listens on.
func freeAddr(ctx context.Context) (string, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return l.Addr().String(), l.Close()
}

// URL is where it listens, whichever process it is.
func (s *server) URL() string { return "http://" + s.addr }

// start runs a process and waits until it answers.
func (s *server) start(ctx context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.startLocked(ctx)
}

func (s *server) startLocked(ctx context.Context) error {
	if s.over {
		return nil
	}
	s.cmd = exec.Command(s.binary, "serve", "--addr", s.addr, "--clock-file", s.clock)
	s.cmd.Env = s.env
	s.cmd.Stderr = s.log
	if err := s.cmd.Start(); err != nil {
		return fmt.Errorf("start the server: %w", err)
	}
	for range 3000 {
		if s.lives(ctx) {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(5 * time.Millisecond): // another process: there is nothing to wait on but its port
		}
	}
	return fmt.Errorf("the server does not answer:\n%s", s.log.String())
}

func (s *server) lives(ctx context.Context) bool {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL()+"/healthz", nil)
	if err != nil {
		return false
	}
	resp, err := s.client.Do(req)
	if err != nil {
		return false
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	return errors.Join(resp.Body.Close()) == nil && resp.StatusCode == http.StatusOK
}

// kill ends the process without a warning and starts another one.
func (s *server) kill(ctx context.Context, when string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over || s.fault != nil {
		return
	}
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
	began := time.Now()
	defer func() { s.down += time.Since(began) }()
	s.cpu += s.cmd.ProcessState.UserTime() + s.cmd.ProcessState.SystemTime()
	s.deaths = append(s.deaths, s.now.Now().Format(time.DateTime)+" "+when)
	// It was the only process: on MySQL nobody else knows that its leases are nobody's now.
	err := s.store.Tx(ctx, (*models.Tx).FreeLeases)
	s.fault = errors.Join(err, s.startLocked(ctx))
}

// end kills it for good.
func (s *server) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Kill()
		_ = s.cmd.Wait()
	}
}

// broken is what stopped it from being started again.
func (s *server) broken() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fault
}

// set moves the time of the driver, of the simulator and of the process. It never goes back.
func (s *server) set(t time.Time) error {
	if !t.After(s.now.Now()) {
		return nil
	}
	s.now.Set(t)
	return writeClock(s.clock, t)
}

// writeClock writes the time for the process; eight bytes in one write are seen whole.
func writeClock(path string, t time.Time) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	_, err = f.WriteAt(binary.BigEndian.AppendUint64(nil, uint64(t.UnixMilli())), 0)
	return errors.Join(err, f.Close())
}

// settled waits until no job is due, and returns when the next one is.
func (s *server) settled(ctx context.Context) (next time.Time, err error) {
	for wait := time.Millisecond; ; wait = min(2*wait, 20*time.Millisecond) {
		count, err := s.store.Read(ctx).CountJobs()
		if err != nil {
			return next, err
		}
		if count.Dead > 0 {
			return next, errors.New("a job failed for good")
		}
		if count.Due == 0 {
			return count.NextAt.Time(), nil
		}
		select {
		case <-ctx.Done():
			return next, fmt.Errorf("the server does not finish its jobs: %w", ctx.Err())
		case <-time.After(wait):
		}
		if err := s.broken(); err != nil {
			return next, err
		}
	}
}

// tail keeps the end of what the processes say, for when the test fails.
type tail struct {
	mu   sync.Mutex
	text []byte
}

const tailSize = 16 << 10

// Write keeps what was written last.
func (t *tail) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if bytes.HasPrefix(p, []byte("siyu serves")) {
		return len(p), nil
	}
	t.text = append(t.text, p...)
	if len(t.text) > tailSize {
		t.text = append([]byte(nil), t.text[len(t.text)-tailSize:]...)
	}
	return len(p), nil
}

// String is what is kept.
func (t *tail) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return string(t.text)
}
