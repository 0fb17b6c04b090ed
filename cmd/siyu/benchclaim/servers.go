package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"siyu/models"
)

const servers = 3

// three has three processes, each a server with a third of the clients, claim one offer.
func (h *house) three(ctx context.Context, dsn string, clients int, length time.Duration) (window, error) {
	offer, err := h.offer(ctx, 1_000_000_000)
	if err != nil {
		return window{}, err
	}
	self, err := os.Executable()
	if err != nil {
		return window{}, err
	}
	begin := clock().Add(2 * time.Second) // by then all have opened the database
	var all [servers]struct {
		cmd *exec.Cmd
		out strings.Builder
	}
	for i := range all {
		part := len(h.members) / servers
		of := make([]string, 0, part)
		for _, m := range h.members[i*part : (i+1)*part] {
			of = append(of, m.String())
		}
		all[i].cmd = exec.CommandContext(ctx, self, "-role", "server", h.community.String(), offer.String(), strconv.Itoa(clients/servers), //nolint:gosec // this program itself
			strconv.FormatInt(begin.UnixMilli(), 10), strconv.FormatInt(int64(length), 10), strconv.Itoa(i))
		all[i].cmd.Stdin = strings.NewReader(dsn + "\n" + strings.Join(of, ","))
		all[i].cmd.Stdout, all[i].cmd.Stderr = &all[i].out, os.Stderr
		if err := all[i].cmd.Start(); err != nil {
			return window{}, err
		}
	}
	var sum window
	for i := range all {
		err = errors.Join(err, all[i].cmd.Wait())
		var w window
		if e := json.Unmarshal([]byte(all[i].out.String()), &w); e != nil {
			err = errors.Join(err, e)
			continue
		}
		sum.Claims += w.Claims
		sum.Took, sum.P50, sum.P99 = max(sum.Took, w.Took), max(sum.P50, w.P50), max(sum.P99, w.P99) // the worst of them
	}
	if err != nil {
		return sum, err
	}
	return sum, h.check(ctx, offer, sum.Claims)
}

// serve is one of the processes: its database and its people come on standard input.
func serve(ctx context.Context, out io.Writer, args []string) error {
	in, err := io.ReadAll(os.Stdin)
	if err != nil {
		return err
	}
	dsn, people, _ := strings.Cut(string(in), "\n")
	if len(args) != 6 {
		return fmt.Errorf("a server needs six arguments, not %d", len(args))
	}
	h, err := open(ctx, dsn)
	if err != nil {
		return err
	}
	var offer models.OfferID
	err = errors.Join(h.community.UnmarshalText([]byte(args[0])), offer.UnmarshalText([]byte(args[1])))
	for id := range strings.SplitSeq(people, ",") {
		var m models.MemberID
		err = errors.Join(err, m.UnmarshalText([]byte(id)))
		h.members = append(h.members, m)
	}
	var n [4]int64
	for i := range n {
		var e error
		n[i], e = strconv.ParseInt(args[2+i], 10, 64)
		err = errors.Join(err, e)
	}
	if err != nil {
		return err
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(time.UnixMilli(n[1]).Sub(clock())):
	}
	w, err := h.storm(ctx, int(n[0]), clock().Add(time.Duration(n[2])), 0, func(ctx context.Context, i int) error {
		return h.serviceWay(ctx, offer, h.members[i%len(h.members)], fmt.Sprintf("server-%d-%d-%s", n[3], i, offer))
	})
	if err := errors.Join(err, h.store.Close()); err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(w)
}
