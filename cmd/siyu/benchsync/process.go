package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// line is what a process tells: how far it is, or, as its last one, what came of it.
type line struct {
	URL   string  `json:"url,omitempty"` // of the simulator, once it answers
	Done  int     `json:"done,omitempty"`
	Total int     `json:"total,omitempty"`
	End   *result `json:"end,omitempty"`
}

// result is what a process that read has measured.
type result struct {
	State      string  `json:"state"`
	Seconds    float64 `json:"seconds"`
	Statements int64   `json:"statements"`
	Done       int     `json:"done"`
	Changed    int     `json:"changed"`
	Joined     int     `json:"joined"`
	Departed   int     `json:"departed"`
	Stays      int64   `json:"stays"`   // people in groups when it ended
	HeapMB     float64 `json:"heap_mb"` // the most of Go's heap that was in use, looked at ten times a second
	RSSMB      float64 `json:"rss_mb"`  // the most memory the process had, as the kernel says
}

// process is a part of the benchmark that runs by itself.
type process struct {
	lines <-chan line
	kill  func() // at once, whatever it does
	wait  func() error
}

// starter starts a role with arguments.
type starter func(ctx context.Context, role string, args ...string) (*process, error)

// fork starts a role as a process of its own.
func fork(ctx context.Context, role string, args ...string) (*process, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, append([]string{"-role", role, "--"}, args...)...) //nolint:gosec // this very program
	cmd.Stderr = os.Stderr
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	return &process{lines: listen(pipe), kill: func() { _ = cmd.Process.Kill() }, wait: cmd.Wait}, nil
}

// listen reads lines until the other end closes.
func listen(r io.Reader) <-chan line {
	lines := make(chan line, 64)
	go func() {
		defer close(lines)
		in := bufio.NewScanner(r)
		for in.Scan() {
			var l line
			if json.Unmarshal(in.Bytes(), &l) == nil {
				lines <- l
			}
		}
	}()
	return lines
}

// say writes one line.
func say(w io.Writer, l line) error { return json.NewEncoder(w).Encode(l) }

// play is what a process does that was started as a role.
func play(ctx context.Context, out io.Writer, role string, args []string) error {
	switch role {
	case "wechat":
		return wechat(ctx, out, args)
	case "sync":
		return work(ctx, out, args, (*house).sync)
	case "naive":
		return work(ctx, out, args, (*house).naive)
	}
	return fmt.Errorf("there is no role %q", role)
}
