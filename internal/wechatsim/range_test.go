package wechatsim_test

import (
	"fmt"
	"strings"
	"testing"

	"siyu/internal/wechatsim"
)

// TestManyVisible: with more than 1,000 people in range the list must name owners, and the corp tells who they are.
func TestManyVisible(t *testing.T) {
	t.Parallel()
	c := newCallback(t)
	w := newWorld(t, wechatsim.Options{}, c.URL)
	for i := range 3 {
		newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: fmt.Sprint("owner", i), Silent: true})
	}
	token := w.token(t, corpID)
	list := func(in map[string]any) map[string]any {
		in["limit"] = 10
		return w.post(t, ext+"groupchat/list", token, in)
	}
	if got := list(map[string]any{})["group_chat_list"].([]any); len(got) != 3 {
		t.Errorf("%d groups", len(got))
	}
	must(t, w.SetVisible(corpID, 1001))
	if got := list(map[string]any{}); got["errcode"] != 81017.0 {
		t.Errorf("without owners: %v", got)
	}
	of := map[string]any{"owner_filter": map[string]any{"userid_list": []string{"owner0", "owner2"}}}
	if got := list(of)["group_chat_list"].([]any); len(got) != 2 {
		t.Errorf("%d groups of two owners", len(got))
	}
	must(t, w.SetVisible(corpID, 1000))
	if got := list(map[string]any{})["group_chat_list"].([]any); len(got) != 3 {
		t.Errorf("%d groups", len(got))
	}
}

// TestMemberLists: pushes name who came and went in the shape that is asked for.
func TestMemberLists(t *testing.T) {
	t.Parallel()
	for shape, want := range map[wechatsim.MemberLists]string{
		wechatsim.ItemMembers: "<MemChangeList><Item><![CDATA[ID]]></Item></MemChangeList>",
		wechatsim.FlatMembers: "<MemChangeList><![CDATA[ID]]></MemChangeList>",
	} {
		c := newCallback(t)
		w := newWorld(t, wechatsim.Options{MemberLists: shape}, c.URL)
		g := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1", Capacity: 4})
		people := w.NewPeople(5, "x")
		if n := g.Fill(people, wechatsim.JoinVia{}); n != 3 || len(g.Members()) != 3 {
			t.Errorf("%d had room", n)
		}
		must(t, g.Remove(t.Context(), people[1]))
		if got := c.last(t); !strings.Contains(got, strings.ReplaceAll(want, "ID", people[1].ExternalUserID(corpID))) {
			t.Errorf("%s: %s", shape, got)
		}
	}
}
