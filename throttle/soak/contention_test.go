package soak_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/models"
)

// The contention of TestContention; SIYU_SOAK_SECONDS asks for longer.
const (
	contendSeconds = 12
	processes      = 4
	perProcess     = 8
	killEvery      = time.Second
)

// TestContention has 32 workers in four processes contend for slots on one MariaDB, one of the processes being killed with
// SIGKILL each second. No group may be over any cap, no slot that somebody was given may be lost, and none may be given out
// twice: by the rows, and by what each worker wrote down when it was told. Those who check first and insert then do so
// beside it, on the same server at the same time: they must break the cap, or the run has shown nothing.
func TestContention(t *testing.T) {
	if testing.Short() {
		t.Skip("contending takes its time")
	}
	t.Parallel()
	dsn := "mysql:" + testkit.MySQL(t)
	a, s := newArena(t, dsn, perProcess)
	kills := a.contend(t, time.Duration(fromEnv("SIYU_SOAK_SECONDS", contendSeconds))*time.Second)
	a.verdict(t, s, kills)
	if kills < 5 {
		t.Errorf("only %d kills: the run shows too little", kills)
	}
}

// TestContentionSQLite has the same workers contend in one process on SQLite, which lets one write at a time.
func TestContentionSQLite(t *testing.T) {
	if testing.Short() {
		t.Skip("contending takes its time")
	}
	t.Parallel()
	a, s := newArena(t, "sqlite:"+filepath.Join(t.TempDir(), "siyu.db"), processes*perProcess)
	ctx, cancel := context.WithTimeout(t.Context(), time.Duration(fromEnv("SIYU_SOAK_SECONDS", contendSeconds))*time.Second/3)
	defer cancel()
	if err := a.work(ctx, s); err != nil {
		t.Error(err)
	}
	a.verdict(t, s, 0)
}

func newArena(t *testing.T, dsn string, workers int) (arena, *models.Store) {
	t.Helper()
	s, err := models.Open(t.Context(), models.Options{DSN: dsn, Secret: []byte(testkit.Secret), Throwaway: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	if _, err := s.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return arena{DSN: dsn, Told: filepath.Join(t.TempDir(), "told"), Workers: workers, Ledger: newField(t, s), Naive: newField(t, s)}, s
}

// process is a process of workers.
type process struct {
	cmd   *exec.Cmd
	stdin io.Closer
	out   *strings.Builder
}

func (a arena) start(t *testing.T) *process {
	t.Helper()
	orders, err := json.Marshal(a)
	if err != nil {
		t.Fatal(err)
	}
	p := &process{cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$"), out: &strings.Builder{}}
	p.cmd.Env = append(os.Environ(), workerEnv+"="+string(orders))
	p.cmd.Stderr = p.out
	if p.stdin, err = p.cmd.StdinPipe(); err == nil {
		err = p.cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// contend runs the processes and kills one each second; the others end by themselves when the time is over.
func (a arena) contend(t *testing.T, long time.Duration) (kills int) {
	t.Helper()
	r := rand.New(rand.NewPCG(7, 7))
	all := make([]*process, processes)
	for i := range all {
		all[i] = a.start(t)
	}
	tick, over := time.NewTicker(killEvery), time.After(long)
	defer tick.Stop()
	for running := true; running; {
		select {
		case <-over:
			running = false
		case <-tick.C:
			i := r.IntN(len(all))
			if err := all[i].cmd.Process.Kill(); err != nil {
				t.Errorf("a process ended by itself: %v, %s", err, all[i].out)
			}
			_ = all[i].cmd.Wait() // killed
			if all[i].out.Len() > 0 {
				t.Errorf("a worker failed: %s", all[i].out)
			}
			kills++
			all[i] = a.start(t)
		}
	}
	for _, p := range all {
		if err := errors.Join(p.stdin.Close(), p.cmd.Wait()); err != nil {
			t.Errorf("a worker failed: %v, %s", err, p.out)
		}
	}
	return kills
}

// verdict counts what the rows and the workers say.
func (a arena) verdict(t *testing.T, s *models.Store, kills int) {
	t.Helper()
	rows := rowsOf(t, s, a.Ledger)
	words, err := readTold(a.Told)
	if err != nil {
		t.Fatal(err)
	}
	over, worst, slots := overCap(rows)
	silent := settle(t, rows, words)
	naiveOver, naiveWorst, naiveSlots := overCap(rowsOf(t, s, a.Naive))
	asked := 0
	for _, all := range rows {
		asked += len(all)
	}
	t.Logf("%d processes killed; ledger: %d placements asked for by several each, %d slots given out, %d posted, %d groups over a cap, at most %d of %d in the window, %d slots "+
		"whose worker was killed before it could say so; check-then-insert: %d slots, %d of %d groups over a cap, worst %d of %d",
		kills, asked, len(words.got), len(words.sent), over, worst, arenaCap, silent, naiveSlots, naiveOver, arenaGroups, naiveWorst, arenaCap)
	if over > 0 {
		t.Errorf("%d groups are over a cap", over)
	}
	if silent > kills*perProcess {
		t.Errorf("%d slots were taken and nobody was told", silent)
	}
	if naiveOver == 0 {
		t.Error("checking first and inserting then has broken no cap: the run shows nothing")
	}
	if slots < arenaGroups*arenaCap || len(words.sent) == 0 {
		t.Errorf("only %d slots were taken and %d used: the run shows too little", slots, len(words.sent))
	}
}
