package wechatsim_test

import (
	"bytes"
	"errors"
	"mime/multipart"
	"net/http"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// upload puts a small picture up and returns its media_id.
func upload(t *testing.T, w *world, token string) string {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreateFormFile("media", "card.jpg")
	must(t, err)
	_, err = part.Write([]byte("picture"))
	must(t, err)
	must(t, form.Close())
	resp, err := http.Post(w.api+"/cgi-bin/media/upload?type=image&access_token="+token, form.FormDataContentType(), &out)
	must(t, err)
	a := decode(t, resp)
	wantCode(t, a, 0)
	if a.text("created_at") == "" {
		t.Error("WeCom tells created_at as a string")
	}
	return a.text("media_id")
}

// card is an add_msg_template request with one Mini Program card.
func card(sender, media, page string, chatIDs ...string) map[string]any {
	empty := map[string]any{"media_id": ""}
	return map[string]any{"chat_type": "group", "sender": sender, "chat_id_list": chatIDs,
		"attachments": []any{map[string]any{"msgtype": "miniprogram", "image": empty, "video": empty,
			"miniprogram": map[string]any{"title": "Dumplings", "pic_media_id": media, "appid": mpID, "page": page}}}}
}

func TestBroadcastWaitsForItsOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	other := newGroup(t, w, wechatsim.GroupSpec{Name: "B", OwnerUserID: "owner2"})
	token := w.token(t, corpID)
	media := upload(t, w, token)
	a := w.post(t, ext+"add_msg_template", token, card("owner1", media, "pages/offer?p=7", g.ChatID(), other.ChatID()))
	wantCode(t, a, 0)
	if failed := a["fail_list"].([]any); len(failed) != 1 || failed[0] != other.ChatID() {
		t.Errorf("fail_list %v", failed)
	}
	msgID := a.text("msgid")
	query := map[string]any{"msgid": msgID, "userid": "owner1"}
	rows := func(path, list string) []any {
		got := w.post(t, ext+path, token, query)
		wantCode(t, got, 0)
		return got[list].([]any)
	}
	if len(rows("get_groupmsg_send_result", "send_list")) != 0 || len(g.Posts()) != 0 {
		t.Error("nothing is sent without the owner")
	}
	found := w.post(t, ext+"get_groupmsg_list_v2", token, map[string]any{"chat_type": "group",
		"start_time": w.clock.Now().Unix() - 60, "end_time": w.clock.Now().Unix() + 60, "filter_type": 0})
	listed := found["group_msg_list"].([]any)[0].(map[string]any)
	mini := listed["attachments"].([]any)[0].(map[string]any)["miniprogram"].(map[string]any)
	if listed["msgid"] != msgID || mini["page"] != "pages/offer?p=7" {
		t.Errorf("list %v", listed)
	}
	if tasks := w.OpenTasks(corpID, "owner1"); len(tasks) != 1 || tasks[0].Cards[0].Page != "pages/offer?p=7" {
		t.Errorf("tasks %+v", tasks)
	}
	w.clock.Add(90 * time.Minute)
	if err := w.Confirm(corpID, msgID, "owner2"); !errors.Is(err, wechatsim.ErrNoTask) {
		t.Error(err)
	}
	must(t, w.Confirm(corpID, msgID, "owner1"))
	sent := rows("get_groupmsg_send_result", "send_list")[0].(map[string]any)
	if sent["chat_id"] != g.ChatID() || sent["status"] != 1.0 || sent["send_time"] != float64(w.clock.Now().Unix()) {
		t.Errorf("sent %v", sent)
	}
	if rows("get_groupmsg_task", "task_list")[0].(map[string]any)["status"] != 2.0 {
		t.Error("the task must be done")
	}
	if posts := g.Posts(); len(posts) != 1 || posts[0].Page != "pages/offer?p=7" || posts[0].Title != "Dumplings" {
		t.Errorf("posts %+v", posts)
	}
	if err := w.Confirm(corpID, msgID, "owner1"); !errors.Is(err, wechatsim.ErrAlreadySent) {
		t.Error(err)
	}
	if len(w.OpenTasks(corpID, "")) != 0 || len(other.Posts()) != 0 {
		t.Error("one task, one group")
	}
}

func TestBroadcastCancelAndRemind(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{DispatchDelay: time.Second}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	token := w.token(t, corpID)
	msgID := w.post(t, ext+"add_msg_template", token, card("owner1", upload(t, w, token), "p", g.ChatID())).text("msgid")
	query := map[string]any{"msgid": msgID, "userid": "owner1"}
	wantCode(t, w.post(t, ext+"get_groupmsg_send_result", token, query), 41063)
	w.clock.Add(time.Second)
	wantCode(t, w.post(t, ext+"get_groupmsg_send_result", token, query), 0)
	for range 3 {
		wantCode(t, w.post(t, ext+"remind_groupmsg_send", token, query), 0)
	}
	wantCode(t, w.post(t, ext+"remind_groupmsg_send", token, query), 45009)
	if tasks := w.OpenTasks(corpID, "owner1"); tasks[0].Reminders != 3 {
		t.Errorf("tasks %+v", tasks)
	}
	w.clock.Add(24 * time.Hour)
	token = w.token(t, corpID)
	wantCode(t, w.post(t, ext+"remind_groupmsg_send", token, query), 0)
	wantCode(t, w.post(t, ext+"cancel_groupmsg_send", token, query), 0)
	if err := w.Confirm(corpID, msgID, "owner1"); !errors.Is(err, wechatsim.ErrCancelled) {
		t.Error(err)
	}
	wantCode(t, w.post(t, ext+"cancel_groupmsg_send", token, map[string]any{"msgid": "msg0"}), 40058)
}

func TestBroadcastMonthlyCap(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	text := map[string]any{"chat_type": "group", "sender": "owner1", "text": map[string]any{"content": "hello"}}
	send := func() error {
		token := w.token(t, corpID)
		a := w.post(t, ext+"add_msg_template", token, text)
		wantCode(t, a, 0)
		return w.Confirm(corpID, a.text("msgid"), "owner1")
	}
	for range 31 { // March
		must(t, send())
	}
	if err := send(); !errors.Is(err, wechatsim.ErrCapped) {
		t.Fatalf("the 32nd of March: %v", err)
	}
	w.clock.Add(30 * 24 * time.Hour) // April
	must(t, send())
	if len(g.Posts()) != 32 {
		t.Errorf("%d posts", len(g.Posts()))
	}
}

func TestBroadcastRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1"})
	token := w.token(t, corpID)
	media := upload(t, w, token)
	add := func(in map[string]any) answer { return w.post(t, ext+"add_msg_template", token, in) }
	wantCode(t, add(card("", media, "p", g.ChatID())), 40058)
	wantCode(t, add(card("nobody", media, "p", g.ChatID())), 40003)
	wantCode(t, add(card("owner1", media, "p", "wr0")), 40050)
	wantCode(t, add(card("owner1", "none", "p", g.ChatID())), 40007)
	wantCode(t, add(card("owner1", media, "", g.ChatID())), 40058)
	wantCode(t, add(map[string]any{"chat_type": "group", "sender": "owner1"}), 44004)
	w.clock.Add(3 * 24 * time.Hour)
	token = w.token(t, corpID)
	wantCode(t, add(card("owner1", media, "p", g.ChatID())), 40007)
}

// TestByHand: what a staff member sends from her phone reaches her groups at once, is listed as hers, and counts in the caps
// of the day and of the week, which are shown only if the platform is told to.
func TestByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{ShowLimited: true}, "")
	daily := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1", DailyCap: 1})
	weekly := newGroup(t, w, wechatsim.GroupSpec{Name: "B", OwnerUserID: "owner1", WeeklyCap: 2})
	newGroup(t, w, wechatsim.GroupSpec{Name: "C", OwnerUserID: "owner2"})
	statuses := func(msgID string) map[any]any {
		got := w.post(t, ext+"get_groupmsg_send_result", w.token(t, corpID), map[string]any{"msgid": msgID, "userid": "owner1"})
		wantCode(t, got, 0)
		all := map[any]any{}
		for _, r := range got["send_list"].([]any) {
			all[r.(map[string]any)["chat_id"]] = r.(map[string]any)["status"]
		}
		return all
	}
	post := func() map[any]any {
		id, err := w.PostMass(corpID, "owner1", wechatsim.GroupMass{Text: "hello", Cards: []wechatsim.Post{{AppID: mpID, Page: "p?p=1", Title: "x"}}})
		must(t, err)
		return statuses(id)
	}
	a, b := any(daily.ChatID()), any(weekly.ChatID())
	for i, want := range []map[any]any{{a: 1.0, b: 1.0}, {a: 3.0, b: 1.0}, {a: 3.0, b: 3.0}} {
		if got := post(); got[a] != want[a] || got[b] != want[b] || len(got) != 2 {
			t.Errorf("message %d: %v, want %v", i+1, got, want)
		}
	}
	w.clock.Add(24 * time.Hour)
	if got := post(); got[a] != 1.0 || got[b] != 3.0 {
		t.Errorf("the next day: %v", got)
	}
	w.clock.Add(7 * 24 * time.Hour)
	if got := post(); got[b] != 1.0 {
		t.Errorf("the next week: %v", got)
	}
	for filter, want := range []int{0, 5, 5} {
		got := w.post(t, ext+"get_groupmsg_list_v2", w.token(t, corpID), map[string]any{"chat_type": "group", "filter_type": filter,
			"start_time": w.clock.Now().Add(-20 * 24 * time.Hour).Unix(), "end_time": w.clock.Now().Unix()})
		list := got["group_msg_list"].([]any)
		if len(list) != want {
			t.Fatalf("filter %d lists %d, want %d", filter, len(list), want)
		}
		if want > 0 && (list[0].(map[string]any)["creator"] != "owner1" || list[0].(map[string]any)["create_type"] != 1.0) {
			t.Errorf("listed as %v", list[0])
		}
	}
	if len(daily.Posts()) != 3 || daily.Posts()[0].Page != "p?p=1" {
		t.Errorf("posts %+v", daily.Posts())
	}
}
