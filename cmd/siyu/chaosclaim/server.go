package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"siyu/models"
)

// now is the time of the machine: nothing here depends on another one.
func now() time.Time { return models.WallClock{}.Now() }

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// server is `siyu serve` in a process of its own, which is killed and started again at the same address.
type server struct {
	binary, addr, log string
	env               []string
	client            *http.Client // asks whether it lives

	mu    sync.Mutex // one process at a time
	cmd   *exec.Cmd
	kills int
}

func newServer(ctx context.Context, binary, log string, env []string) (*server, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &server{binary: binary, log: log, addr: l.Addr().String(), client: &http.Client{Timeout: 5 * time.Second}}
	s.env = append(os.Environ(), append(env, "SIYU_PUBLIC_URL=http://"+s.addr)...)
	if err := l.Close(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s, s.start(ctx)
}

// start starts a process and waits until it answers.
func (s *server) start(ctx context.Context) error {
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	for range 100 { // while the database is away a server says so and ends
		s.cmd = exec.Command(s.binary, "serve", "--addr", s.addr) //nolint:gosec,noctx // the program that is tried; it outlives a call
		s.cmd.Env, s.cmd.Stdout, s.cmd.Stderr = s.env, log, log
		if err := s.cmd.Start(); err != nil {
			return fmt.Errorf("start a server: %w", err)
		}
		ended := make(chan struct{})
		go func() {
			_ = s.cmd.Wait()
			close(ended)
		}()
		if s.answers(ctx, ended) {
			return nil
		}
		if err := wait(ctx, 100*time.Millisecond); err != nil {
			return err
		}
	}
	text, _ := os.ReadFile(s.log)
	return fmt.Errorf("a server does not come up:\n%s", text)
}

// answers waits until the process answers; it reports false if it ended.
func (s *server) answers(ctx context.Context, ended <-chan struct{}) bool {
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.addr+"/healthz", nil)
		if err != nil {
			return false
		}
		resp, err := s.client.Do(req)
		if err == nil && resp.Body.Close() == nil && resp.StatusCode == http.StatusOK {
			return true
		}
		select {
		case <-ended:
			return false
		case <-ctx.Done():
			return false
		case <-time.After(5 * time.Millisecond): // another process: there is nothing to wait on but its port
		}
	}
}

// kill ends the process without a warning and starts another one.
func (s *server) kill(ctx context.Context, when string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.cmd.Process.Kill(); err != nil {
		return fmt.Errorf("kill a server %s: %w", when, err)
	}
	s.kills++
	return s.start(ctx)
}

func (s *server) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cmd != nil && s.cmd.Process != nil {
		_ = s.cmd.Process.Signal(syscall.SIGKILL)
	}
}
