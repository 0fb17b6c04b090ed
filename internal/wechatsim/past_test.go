package wechatsim_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestPastTellsWhatReallyHappened posts in every way there is and reads the log in process and over HTTP.
func TestPastTellsWhatReallyHappened(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	wecom := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	host, mei := w.NewPerson("Host"), w.NewPerson("Mei")
	hand := w.NewOrdinaryGroup("B", host)
	must(t, wecom.Join(t.Context(), mei, wechatsim.JoinVia{}))
	must(t, hand.Join(t.Context(), mei, wechatsim.JoinVia{}))

	must(t, hand.PostCard(host, wechatsim.Post{Page: "pages/a?p=1"}))
	w.clock.Add(time.Minute)
	token := w.token(t, corpID)
	w.post(t, ext+"add_msg_template", token, card("owner1", upload(t, w, token), "pages/a?p=2", wecom.ChatID()))
	task := w.OpenTasks(corpID, "")[0]
	must(t, w.Confirm(corpID, task.MsgID, "owner1"))
	w.clock.Add(time.Minute)
	must(t, wecom.PostByStaff("owner1", wechatsim.Post{Page: "pages/a?p=3"}))
	if err := wecom.PostByStaff("owner2", wechatsim.Post{}); !errors.Is(err, wechatsim.ErrNotMember) {
		t.Errorf("a stranger posted: %v", err)
	}
	if err := hand.PostByStaff("owner1", wechatsim.Post{}); !errors.Is(err, wechatsim.ErrNotMember) {
		t.Errorf("staff posted in a group that has none: %v", err)
	}

	var told []wechatsim.Appearance
	must(t, json.Unmarshal([]byte(w.ctl(t, http.MethodGet, "/_sim/posts", "", http.StatusOK)), &told))
	if len(told) != 3 || len(w.Appeared()) != 3 {
		t.Fatalf("told %+v", told)
	}
	for i, want := range []struct{ group, page, msg, by string }{
		{hand.ID(), "pages/a?p=1", "", host.ID()}, {wecom.ID(), "pages/a?p=2", task.MsgID, "owner1"}, {wecom.ID(), "pages/a?p=3", "", "owner1"},
	} {
		if got := told[i]; got.Group != want.group || got.Page != want.page || got.MsgID != want.msg || got.By != want.by {
			t.Errorf("post %d is %+v, want %+v", i, got, want)
		}
	}

	var present map[string][]wechatsim.Presence
	must(t, json.Unmarshal([]byte(w.ctl(t, http.MethodGet, "/_sim/members", "", http.StatusOK)), &present))
	in := present[wecom.ID()]
	if len(in) != 1 || in[0].Person != mei.ID() || in[0].ExternalID != mei.ExternalUserID(corpID) {
		t.Errorf("present %+v", in)
	}
	if got := present[hand.ID()]; len(got) != 2 || got[1].Person != mei.ID() || got[1].ExternalID != "" {
		t.Errorf("present in the ordinary group %+v", got)
	}
	must(t, wecom.Dismiss(t.Context()))
	if len(wecom.Present()) != 0 {
		t.Error("somebody is in a group that is gone")
	}
}
