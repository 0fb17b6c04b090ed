package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"time"
)

// mariadb is a server of our own, which is killed.
type mariadb struct {
	dir string
	cmd *exec.Cmd
}

// newMariaDB makes a server with an empty directory and starts it.
func newMariaDB(ctx context.Context, dir string) (*mariadb, error) {
	m := &mariadb{dir: dir}
	for _, d := range []string{dir, dir + "/data", dir + "/tmp"} {
		if err := os.MkdirAll(d, 0o700); err != nil {
			return nil, err
		}
	}
	args := append(m.user(), "--datadir="+dir+"/data", "--tmpdir="+dir+"/tmp", "--skip-test-db", "--auth-root-authentication-method=normal")
	out, err := exec.CommandContext(ctx, found("mariadb-install-db"), append([]string{"--no-defaults"}, args...)...).CombinedOutput() //nolint:gosec // the system's own
	if err != nil {
		return nil, fmt.Errorf("install MariaDB: %w\n%s", err, out)
	}
	return m, m.start(ctx)
}

// found is a program of the system, also one of its administrators'.
func found(name string) string {
	for _, dir := range []string{"/usr/sbin/", "/usr/local/sbin/"} {
		if _, err := os.Stat(dir + name); err == nil {
			return dir + name
		}
	}
	return name
}

// user is what mariadbd wants to hear before it runs as root.
func (m *mariadb) user() []string {
	if os.Getuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

func (m *mariadb) dsn() string { return "root@unix(" + m.dir + "/sock)/" }

// start starts it, on whatever was left behind, and waits until it answers. Every commit is on the disk, as on a real one.
func (m *mariadb) start(ctx context.Context) error {
	log, err := os.OpenFile(m.dir+"/log", os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = log.Close() }()
	args := append([]string{"--no-defaults"}, m.user()...)
	m.cmd = exec.Command(found("mariadbd"), append(args, "--datadir="+m.dir+"/data", "--tmpdir="+m.dir+"/tmp", "--socket="+m.dir+"/sock", //nolint:gosec,noctx // the system's own; it outlives a call
		"--pid-file="+m.dir+"/pid", "--skip-networking", "--skip-log-bin", "--character-set-server=utf8mb4", "--max-connections=400",
		"--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1", "--innodb-buffer-pool-size="+strconv.Itoa(128<<20))...)
	m.cmd.Stdout, m.cmd.Stderr = log, log
	if err := m.cmd.Start(); err != nil {
		return fmt.Errorf("start MariaDB: %w", err)
	}
	for range 1200 {
		if ping(ctx, m.dsn()) == nil {
			return nil
		}
		if err := wait(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
	text, _ := os.ReadFile(m.dir + "/log")
	return fmt.Errorf("MariaDB does not answer:\n%s", text)
}

// kill ends it without a warning and starts it again.
func (m *mariadb) kill(ctx context.Context) error {
	if err := m.cmd.Process.Kill(); err != nil {
		return err
	}
	_ = m.cmd.Wait() // it was killed
	return m.start(ctx)
}

func (m *mariadb) close() {
	if m == nil || m.cmd == nil || m.cmd.Process == nil {
		return
	}
	if err := m.cmd.Process.Kill(); !errors.Is(err, os.ErrProcessDone) {
		_ = m.cmd.Wait()
	}
}
