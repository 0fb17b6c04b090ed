package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// wechat serves a simulated WeChat with a corp of many groups until it is killed. Some people are in several groups, half
// came by a code, half were brought by the owner.
func wechat(ctx context.Context, out io.Writer, args []string) error {
	groups, err1 := strconv.Atoi(args[0])
	each, err2 := strconv.Atoi(args[1])
	if err := errors.Join(err1, err2); err != nil {
		return err
	}
	sim := wechatsim.New(wechatsim.Options{Seed: 1, Now: models.WallClock{}.Now})
	defer sim.Close()
	corp := wechatsim.DefaultAccounts("http://127.0.0.1:1").WeCom
	corp.CallbackURL, corp.Visible = "", 5000
	if err := sim.AddWeCom(corp); err != nil {
		return err
	}
	for i := range groups {
		g, err := sim.NewWeComGroup(ctx, corp.CorpID, wechatsim.GroupSpec{Name: fmt.Sprint("群 ", i+1), Capacity: each + 1,
			OwnerUserID: fmt.Sprintf("owner%03d", i%(groups/20+1)), Silent: true})
		if err != nil {
			return err
		}
		people := sim.NewPeople(each, "成员")
		if i > 0 { // one of ten is in the group before as well
			before := sim.People()[(i-1)*each : (i-1)*each+each/10]
			people = append(append([]*wechatsim.Person{}, before...), people...)
		}
		g.Fill(people, []wechatsim.JoinVia{{Scene: 3, State: "V1"}, {Scene: 1, Invitor: "owner000"}}[i%2])
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	srv := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 15 * time.Second}
	defer context.AfterFunc(ctx, func() { _ = srv.Close() })()
	if err := say(out, line{URL: "http://" + l.Addr().String()}); err != nil {
		return err
	}
	if err := srv.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// change has somebody leave every hundredth group, and reports how many groups that is.
func change(ctx context.Context, url string, p plan) (int, error) {
	n := 0
	for g := 1; g <= p.groups; g += max(1, min(100, p.groups/3)) {
		who := (g-1)*p.each + p.each/2 + 1 // she is in no other group
		err := ask(ctx, http.MethodPost, fmt.Sprintf("%s/_sim/groups/g%d/leave", url, g), map[string]string{"person": "p" + strconv.Itoa(who)}, nil)
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// calls counts WeCom's API calls, and those it refused.
func calls(ctx context.Context, url string) (made, refused int64, err error) {
	var counts []wechatsim.CallCount
	if err := ask(ctx, http.MethodGet, url+"/_sim/calls/counts", nil, &counts); err != nil {
		return 0, 0, err
	}
	for _, c := range counts {
		made += c.Calls
		if c.Errcode != 0 && c.Errcode != 81017 { // that one is the answer of a large corp to its first question
			refused += c.Calls
		}
	}
	return made, refused, nil
}

func ask(ctx context.Context, method, url string, in, out any) error {
	body, err := json.Marshal(in)
	if err != nil {
		return err
	}
	if in == nil {
		body = nil
	}
	req, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
	if err != nil {
		return err
	}
	client := http.Client{Timeout: time.Minute}
	resp, err := client.Do(req)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err == nil && resp.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", resp.Status, answer)
	}
	if err != nil || out == nil {
		return err
	}
	return json.Unmarshal(answer, out)
}
