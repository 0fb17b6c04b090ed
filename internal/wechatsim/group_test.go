package wechatsim_test

import (
	"errors"
	"fmt"
	"testing"

	"siyu/internal/wechatsim"
)

const ext = "/cgi-bin/externalcontact/"

func newGroup(t *testing.T, w *world, spec wechatsim.GroupSpec) *wechatsim.Group {
	t.Helper()
	g, err := w.NewWeComGroup(t.Context(), corpID, spec)
	must(t, err)
	return g
}

func TestCustomerGroupTellsOfMembers(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "Parents", OwnerUserID: "owner1"})
	wantTags(t, c.last(t), "Event", "change_external_chat", "ChangeType", "create", "FromUserName", "sys", "ChatId", g.ChatID())
	mei, lan := w.NewPerson("Mei"), w.NewPerson("Lan")
	must(t, g.Join(t.Context(), mei, wechatsim.JoinVia{Scene: 3, State: "V1"}))
	wantTags(t, c.last(t), "ChangeType", "update", "UpdateDetail", "add_member", "JoinScene", "3", "MemChangeCnt", "1")
	version := tag(c.last(t), "CurMemVer")
	must(t, g.Join(t.Context(), lan, wechatsim.JoinVia{Invitor: "owner1"}))
	wantTags(t, c.last(t), "JoinScene", "0", "LastMemVer", version)
	if err := g.Join(t.Context(), lan, wechatsim.JoinVia{}); !errors.Is(err, wechatsim.ErrAlreadyMember) {
		t.Error(err)
	}

	token := w.token(t, corpID)
	got := w.post(t, ext+"groupchat/get", token, map[string]any{"chat_id": g.ChatID(), "need_name": 1})["group_chat"].(map[string]any)
	members := got["member_list"].([]any)
	row := members[1].(map[string]any)
	if len(members) != 3 || row["unionid"] != mei.UnionID() || row["state"] != "V1" || row["type"] != 2.0 ||
		row["userid"] != mei.ExternalUserID(corpID) || row["name"] != "Mei" || row["join_scene"] != 3.0 {
		t.Errorf("members %v", members)
	}
	if got["member_version"] != tag(c.last(t), "CurMemVer") {
		t.Error("member_version must be the last push's CurMemVer")
	}
	must(t, g.Leave(t.Context(), mei))
	wantTags(t, c.last(t), "UpdateDetail", "del_member", "QuitScene", "0")
	must(t, g.Remove(t.Context(), lan))
	wantTags(t, c.last(t), "UpdateDetail", "del_member", "QuitScene", "1")
	must(t, g.Dismiss(t.Context()))
	wantTags(t, c.last(t), "ChangeType", "dismiss")
	wantCode(t, w.post(t, ext+"groupchat/get", token, map[string]any{"chat_id": g.ChatID()}), 49008)
	wantCode(t, w.post(t, ext+"groupchat/get", token, map[string]any{"chat_id": "wr0"}), 40050)
}

func TestGroupListPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	want := map[string]bool{}
	for i := range 5 {
		g := newGroup(t, w, wechatsim.GroupSpec{Name: fmt.Sprint("g", i), OwnerUserID: fmt.Sprint("owner", i%2), Silent: true})
		if i%2 == 0 {
			want[g.ChatID()] = true
		}
	}
	token := w.token(t, corpID)
	in := map[string]any{"limit": 2, "owner_filter": map[string]any{"userid_list": []string{"owner0"}}}
	pages := 0
	for cursor := ""; pages == 0 || cursor != ""; pages++ {
		in["cursor"] = cursor
		a := w.post(t, ext+"groupchat/list", token, in)
		wantCode(t, a, 0)
		for _, row := range a["group_chat_list"].([]any) {
			delete(want, row.(map[string]any)["chat_id"].(string))
		}
		cursor = a.text("next_cursor")
	}
	if pages != 2 || len(want) != 0 {
		t.Errorf("%d pages, left %v", pages, want)
	}
	wantCode(t, w.post(t, ext+"groupchat/list", token, map[string]any{"limit": 1001}), 40058)
	wantCode(t, w.post(t, ext+"groupchat/list", token, map[string]any{"limit": 1, "cursor": "x"}), 40058)
}

func TestJoinWayCarriesItsStateAndRollsOver(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	g := newGroup(t, w, wechatsim.GroupSpec{Name: "Parents", OwnerUserID: "owner1", Capacity: 2})
	token := w.token(t, corpID)
	in := map[string]any{"scene": 2, "chat_id_list": []string{g.ChatID()}, "state": "V1", "room_base_name": "Parents ", "room_base_id": 2}
	id := w.post(t, ext+"groupchat/add_join_way", token, in).text("config_id")
	way := w.post(t, ext+"groupchat/get_join_way", token, map[string]any{"config_id": id})["join_way"].(map[string]any)
	if way["state"] != "V1" || way["auto_create_room"] != 1.0 || way["qr_code"] == "" {
		t.Errorf("join way %v", way)
	}
	mei, lan := w.NewPerson("Mei"), w.NewPerson("Lan")
	first, err := mei.ScanJoinQR(t.Context(), id)
	must(t, err)
	second, err := lan.ScanJoinQR(t.Context(), id)
	must(t, err)
	if first != g || second == g || second.Name() != "Parents 2" || !second.Has(lan) {
		t.Errorf("%s then %s", first.Name(), second.Name())
	}
	wantTags(t, c.last(t), "ChatId", second.ChatID(), "UpdateDetail", "add_member", "JoinScene", "3")
	in["state"] = "1234567890123456789012345678901"
	wantCode(t, w.post(t, ext+"groupchat/add_join_way", token, in), 40058)
	if _, err := mei.ScanJoinQR(t.Context(), "none"); !errors.Is(err, wechatsim.ErrNoJoinWay) {
		t.Error(err)
	}
}

func TestOrdinaryGroupIsSilent(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	owner, mei := w.NewPerson("Owner"), w.NewPerson("Mei")
	g := w.NewOrdinaryGroup("Neighbours", owner)
	must(t, g.Join(t.Context(), mei, wechatsim.JoinVia{}))
	must(t, g.PostCard(owner, wechatsim.Post{Title: "Dumplings", AppID: mpID, Page: "pages/offer?p=1"}))
	must(t, g.Leave(t.Context(), mei))
	if len(c.deliveries()) != 0 {
		t.Error("an ordinary group pushed something")
	}
	posts := g.Posts()
	if len(posts) != 1 || posts[0].By != owner.ID() || !posts[0].At.Equal(w.clock.Now()) {
		t.Errorf("posts %+v", posts)
	}
	if err := g.PostCard(mei, wechatsim.Post{}); !errors.Is(err, wechatsim.ErrNotMember) {
		t.Error(err)
	}
	list := w.post(t, ext+"groupchat/list", w.token(t, corpID), map[string]any{"limit": 10})
	if len(list["group_chat_list"].([]any)) != 0 {
		t.Error("WeCom must not know an ordinary group")
	}
}

func TestContactIsPushedAndRead(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	mei := w.NewPerson("Mei")
	token := w.token(t, corpID)
	read := func() answer {
		return w.get(t, ext+"get", "access_token", token, "external_userid", mei.ExternalUserID(corpID))
	}
	wantCode(t, read(), 84061)
	must(t, mei.AddContact(t.Context(), corpID, "owner1", "S"))
	wantTags(t, c.last(t), "Event", "change_external_contact", "ChangeType", "add_external_contact", "UserID", "owner1", "State", "S")
	if got := read()["external_contact"].(map[string]any); got["unionid"] != mei.UnionID() {
		t.Errorf("contact %v", got)
	}
}
