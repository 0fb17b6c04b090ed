package wechatsim_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestWindowsDoNotAddUp: what may be sent is the largest open allowance, never the sum.
func TestWindowsDoNotAddUp(t *testing.T) {
	t.Parallel()
	type step struct {
		does string        // follow, scan, click, view, scancode, picture, text, service, or empty
		wait time.Duration // before it
		send int           // messages that go out after it
		then int           // errcode of the next
	}
	for name, tc := range map[string]struct {
		app   string
		steps []step
	}{
		"follow":                     {oaID, []step{{does: "follow", send: 3, then: 45047}, {wait: time.Minute, then: 45015}}},
		"follow with a scan":         {oaID, []step{{does: "scan", send: 3, then: 45047}}},
		"message after a follow":     {oaID, []step{{does: "follow", send: 2}, {does: "text", send: 5, then: 45047}}},
		"follow window goes first":   {oaID, []step{{does: "follow"}, {does: "text", send: 5, then: 45047}, {wait: 48 * time.Hour, then: 45015}}},
		"click is no message":        {oaID, []step{{does: "follow", wait: 0}, {does: "click", wait: time.Hour, send: 3, then: 45047}, {wait: time.Minute, then: 45015}}},
		"click opens again":          {oaID, []step{{does: "follow"}, {does: "click", wait: time.Hour, send: 3, then: 45047}, {does: "click", send: 3, then: 45047}}},
		"message opens again":        {oaID, []step{{does: "follow"}, {does: "text", send: 5, then: 45047}, {does: "text", wait: time.Hour, send: 5, then: 45047}}},
		"scan from the menu":         {oaID, []step{{does: "follow"}, {does: "scancode", wait: time.Hour, send: 3, then: 45047}}},
		"view opens nothing":         {oaID, []step{{does: "follow"}, {does: "view", wait: time.Hour, then: 45015}}},
		"picture opens nothing":      {oaID, []step{{does: "follow"}, {does: "picture", wait: time.Hour, then: 45015}}},
		"last second of 48 hours":    {oaID, []step{{does: "follow"}, {does: "text"}, {wait: 48*time.Hour - time.Second, send: 5, then: 45047}}},
		"leaving closes":             {oaID, []step{{does: "follow"}, {does: "text"}, {does: "leave", then: 45015}, {does: "follow", send: 3, then: 45047}}},
		"mini program: page opened":  {mpID, []step{{does: "service", send: 2, then: 45047}, {wait: time.Minute, then: 45015}}},
		"mini program: message":      {mpID, []step{{does: "service", send: 1}, {does: "text", send: 5, then: 45047}}},
		"nobody has done anything":   {mpID, []step{{then: 45015}}},
		"message left over a minute": {oaID, []step{{does: "follow"}, {does: "text", send: 4}, {does: "click", send: 3, then: 45047}, {wait: time.Minute, then: 45047}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, wechatsim.Options{}, "")
			mei := w.NewPerson("Mei")
			for i, s := range tc.steps {
				w.clock.Add(s.wait)
				does(t, w, mei, tc.app, s.does)
				for range s.send {
					wantCode(t, w.say(t, mei, tc.app), 0)
				}
				if s.then != 0 {
					if got := w.say(t, mei, tc.app).code(); got != s.then {
						t.Fatalf("step %d: %d, want %d; windows %+v", i, got, s.then, mei.Windows(tc.app))
					}
				}
			}
		})
	}
}

// say sends one customer-service message.
func (w *world) say(t *testing.T, p *wechatsim.Person, app string) answer {
	t.Helper()
	return w.post(t, "/cgi-bin/message/custom/send", w.token(t, app), map[string]any{
		"touser": p.OpenID(app), "msgtype": "text", "text": map[string]any{"content": "hi"}})
}

// does one thing that may open a window.
func does(t *testing.T, w *world, p *wechatsim.Person, app, what string) {
	t.Helper()
	var err error
	switch what {
	case "follow":
		_, err = p.Follow(t.Context(), app)
	case "scan":
		_, err = p.ScanOfficialQR(t.Context(), app, "V1")
	case "leave":
		err = p.Unfollow(t.Context(), app)
	case "text":
		_, err = p.SendText(t.Context(), app, "hello")
	case "click":
		_, err = p.ClickMenu(t.Context(), app, "k")
	case "view":
		_, err = p.ViewMenu(t.Context(), app, "https://example.com", "1")
	case "scancode":
		_, err = p.ScanFromMenu(t.Context(), app, "k", "1", false)
	case "picture":
		_, err = w.Event(t.Context(), app, p, "pic_weixin")
	case "service":
		err = p.OpenService(t.Context(), app, "page")
	}
	must(t, err)
}

func TestWhoRefusesIsNotReached(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{Allowances: map[wechatsim.Trigger]wechatsim.Allowance{
		wechatsim.OnMessage: {Limit: 1, Life: time.Hour},
	}}, "")
	mei := w.NewPerson("Mei")
	does(t, w, mei, oaID, "follow")
	wantCode(t, w.say(t, mei, oaID), 45015) // this world lets nobody write after a follow
	does(t, w, mei, oaID, "text")
	for _, code := range []int{48002, 43019, 43004} {
		must(t, mei.Refuse(oaID, code))
		wantCode(t, w.say(t, mei, oaID), code)
	}
	if mei.Refuse(oaID, 1) == nil || mei.Refuse(corpID, 48002) == nil {
		t.Error("refused in a way the platform does not know")
	}
	must(t, mei.Refuse(oaID, 0))
	wantCode(t, w.say(t, mei, oaID), 0)
	wantCode(t, w.say(t, mei, oaID), 45047)
	if got := mei.Windows(oaID); len(got) != 1 || got[0].Used != 1 || got[0].Limit != 1 {
		t.Errorf("windows %+v", got)
	}
}

func TestTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	typing := func(command string) int {
		return w.post(t, "/cgi-bin/message/custom/typing", w.token(t, oaID), map[string]any{
			"touser": mei.OpenID(oaID), "command": command}).code()
	}
	if got := typing("Typing"); got != 45080 {
		t.Errorf("to a stranger: %d", got)
	}
	does(t, w, mei, oaID, "follow")
	does(t, w, mei, oaID, "text")
	if got := []int{typing("Typing"), typing("Typing"), typing("Dance")}; got[0] != 0 || got[1] != 45081 || got[2] != 45072 || !mei.SeesTyping(oaID) {
		t.Errorf("%v, sees it: %v", got, mei.SeesTyping(oaID))
	}
	if got := typing("CancelTyping"); got != 0 || mei.SeesTyping(oaID) {
		t.Errorf("cancelled: %d", got)
	}
	w.clock.Add(31 * time.Second)
	if got := typing("Typing"); got != 45080 {
		t.Errorf("late: %d", got)
	}
}
