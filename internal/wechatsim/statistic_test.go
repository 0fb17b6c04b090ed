package wechatsim_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestStatistics: both statistics count the same talk until the end of each day, by owners or by days but never by group, and
// refuse what WeCom refuses.
func TestStatistics(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	now := w.clock.Now()
	nextDay := func() {
		w.clock.Add(24 * time.Hour)
		now = w.clock.Now()
	}
	one := newGroup(t, w, wechatsim.GroupSpec{Name: "A", OwnerUserID: "owner1", Silent: true})
	two := newGroup(t, w, wechatsim.GroupSpec{Name: "B", OwnerUserID: "owner2", Silent: true})
	three := newGroup(t, w, wechatsim.GroupSpec{Name: "C", OwnerUserID: "owner2", Silent: true})
	mei, lan := w.NewPerson("Mei"), w.NewPerson("Lan")
	for _, g := range []*wechatsim.Group{one, two, three} {
		must(t, g.Join(t.Context(), mei, wechatsim.JoinVia{}))
	}
	must(t, mei.SayInGroup(one, 3))
	must(t, mei.SayInGroup(two, 5))
	if err := lan.SayInGroup(one, 1); err == nil {
		t.Error("somebody talks in a group she is not in")
	}
	first := now.Unix()
	nextDay()
	must(t, mei.SayInGroup(three, 2))
	must(t, two.PostByStaff("owner2", wechatsim.Post{Text: "hello"}))
	second := now.Unix()
	nextDay()

	token := w.token(t, corpID)
	number := func(row any, name string) float64 {
		return row.(map[string]any)["data"].(map[string]any)[name].(float64)
	}
	days := w.post(t, ext+"groupchat/statistic_group_by_day", token, map[string]any{"day_begin_time": first, "day_end_time": second,
		"owner_filter": map[string]any{"userid_list": []string{"owner2"}}})["items"].([]any)
	if len(days) != 2 || number(days[0], "msg_total") != 5 || number(days[1], "msg_total") != 8 || number(days[1], "chat_has_msg") != 2 ||
		number(days[1], "new_member_cnt") != 0 || number(days[0], "chat_total") != 2 {
		t.Errorf("the days are %v", days)
	}
	for day, want := range map[int64][2]float64{first: {5, 3}, second: {8, 3}} { // the owner with more groups comes first
		for offset := range 2 {
			page := w.post(t, ext+"groupchat/statistic", token, map[string]any{"day_begin_time": day, "order_by": 2, "offset": offset, "limit": 1,
				"owner_filter": map[string]any{"userid_list": []string{"owner1", "owner2", "nobody"}}})
			items := page["items"].([]any)
			if page["total"] != 2.0 || len(items) != 1 || number(items[0], "msg_total") != want[offset] {
				t.Errorf("page %d of %d is %v", offset, day, page)
			}
		}
	}
	for name, body := range map[string]map[string]any{
		"today":            {"day_begin_time": now.Unix()},
		"too long ago":     {"day_begin_time": now.AddDate(0, 0, -181).Unix()},
		"backwards":        {"day_begin_time": second, "day_end_time": first},
		"more than a page": {"day_begin_time": first, "limit": 1001},
		"a long span":      {"day_begin_time": now.AddDate(0, 0, -40).Unix(), "day_end_time": first},
	} {
		if got := w.post(t, ext+"groupchat/statistic", token, body)["errcode"]; got != 40058.0 {
			t.Errorf("%s: errcode %v", name, got)
		}
	}
}
