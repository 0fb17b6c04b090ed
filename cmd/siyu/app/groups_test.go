package app_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

const groupsPath = "/api/console/v1/groups"

// TestGroupsByHand: an organiser registers an ordinary group, corrects it, finds it again, and is told what cannot be true.
func TestGroupsByHand(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		add := func(name, body string, status int, has ...string) call {
			return call{name: name, path: groupsPath, as: "organiser", body: body, status: status, has: has}
		}
		w.run(t, []call{
			add("no name", `{"headcount":3}`, 400, `"field":"name"`),
			add("an empty name", `{"name":" \t "}`, 400, "group_name_wrong"),
			add("a long name", `{"name":"`+strings.Repeat("群", 61)+`"}`, 400, "group_name_wrong", "60"),
			add("a name with a bell", `{"name":"a\u0007b"}`, 400, "group_name_wrong"),
			add("no such zone", `{"name":"海边","zone":"Mars/Olympus"}`, 400, "zone_unknown", `"field":"zone"`),
			add("the machine's zone", `{"name":"海边","zone":"Local"}`, 400, "zone_unknown"),
			add("more people than it holds", `{"name":"海边","headcount":501}`, 400, "group_overfull", `"field":"headcount"`, "500"),
			{name: "a group", path: groupsPath, as: "organiser", body: `{"name":"  列治文  海边 % 群 ","headcount":120}`, status: 201, keep: "group=id", has: []string{
				`"name":"列治文 海边 % 群"`, `"kind":"ordinary"`, `"zone":"America/Vancouver"`, `"capacity":500`, `"headcount":120`, `"paused":false`, `"has_way":false`,
				fmt.Sprintf(`"counted_at":%d`, w.now())}, not: []string{`"policy":null`}},
			add("the same name", `{"name":"列治文 海边 % 群"}`, 409, "group_name_taken", `"field":"name"`),
			add("it is meant", `{"name":"列治文 海边 % 群","again":true,"zone":"Asia/Shanghai"}`, 201, `"zone":"Asia/Shanghai"`, `"counted_at":0`),
			{name: "it is there", path: groupsPath + "/${group}", as: "organiser", has: []string{`"id":"${group}"`}},
			{name: "nobody's business", path: groupsPath + "/${group}", as: "stranger", status: 404, has: []string{"group_not_found"}},
			{name: "not a brand's", path: groupsPath, as: "brand", body: `{"name":"x"}`, status: 403, has: []string{"role_denied"}},
			{name: "found by a part", path: groupsPath + "?q=%25+%E7%BE%A4&kind=ordinary&limit=1", as: "organiser", has: []string{`"total":2`, `"people":120`, `"id":"${group}"`}},
			{name: "its next page", path: groupsPath + "?q=%25+%E7%BE%A4&limit=1&after=${group}", as: "organiser", has: []string{`"total":2`}, not: []string{`"id":"${group}"`}},
			{name: "a kind there is not", path: groupsPath + "?kind=secret", as: "organiser", status: 400},
		})
		edit := func(name, body string, status int, has ...string) call {
			return call{name: name, method: "PATCH", path: groupsPath + "/${group}", as: "organiser", body: body, status: status, has: has}
		}
		w.run(t, []call{
			edit("nothing", `{}`, 400, "bad_input"),
			edit("its name", `{"name":"海边一群","zone":"America/Toronto"}`, 200, `"name":"海边一群"`, "America/Toronto", `"headcount":120`),
			edit("its own name once more", `{"name":"海边一群"}`, 200),
			edit("another's name", `{"name":"列治文 海边 % 群"}`, 409, "group_name_taken"),
			edit("counted anew", `{"headcount":200,"capacity":200}`, 200, `"headcount":200`, `"capacity":200`),
			edit("room for fewer than are in it", `{"capacity":100}`, 400, "group_overfull"),
			edit("a pause", `{"paused":true,"note":"装修"}`, 200, `"paused":true`, "装修", "海边一群"),
			edit("no field of it", `{"headcount":-1}`, 400, `"field":"headcount"`),
			{name: "of a stranger", method: "PATCH", path: groupsPath + "/${other_group}", as: "organiser", body: `{"name":"x"}`, status: 404, has: []string{"group_not_found"}},
			{name: "the groups", path: groupsPath + "?kind=wecom", as: "organiser", keep: "wecom=groups.0.id", not: []string{"海边一群"}},
			{name: "WeCom names its own", method: "PATCH", path: groupsPath + "/${wecom}", as: "organiser", body: `{"name":"x"}`, status: 400, has: []string{"group_not_ordinary"}},
			{name: "but not its zone", method: "PATCH", path: groupsPath + "/${wecom}", as: "organiser", body: `{"zone":"America/Toronto"}`, has: []string{"America/Toronto"}},
		})
		retire := func(name, body string, status int, has ...string) call {
			return call{name: name, path: groupsPath + "/${group}/retire", as: "organiser", body: body, status: status, has: has}
		}
		w.run(t, []call{
			retire("without a word", `{}`, 400, `"field":"name"`),
			retire("another name", `{"name":"海边二群"}`, 400, "group_name_differs"),
			retire("its name", `{"name":" 海边一群 "}`, 200, fmt.Sprintf(`"gone_at":%d`, w.now())),
			retire("twice", `{"name":"海边一群"}`, 200),
			{name: "not among the living", path: groupsPath + "?limit=200", as: "organiser", not: []string{"${group}"}},
			{name: "but on record", path: groupsPath + "?gone=true", as: "organiser", has: []string{"${group}", `"total":1`, `"next_free_reason":"gone"`}},
			{name: "a WeCom group", path: groupsPath + "/${wecom}/retire", as: "organiser", body: `{"name":"x"}`, status: 400, has: []string{"group_not_ordinary"}},
			{name: "back", method: "POST", path: groupsPath + "/${group}/restore", as: "organiser", has: []string{`"gone_at":0`}},
			{name: "among the living again", path: groupsPath, as: "organiser", has: []string{"${group}"}},
		})
		audits, err := w.store.Read(t.Context()).In(w.seeded.Community).Audits(50)
		must(t, err)
		done := map[string]int{}
		for _, a := range audits {
			done[a.Action]++
		}
		if done["group.add"] != 2 || done["group.edit"] != 4 || done["group.retire"] != 1 || done["group.restore"] != 1 {
			t.Errorf("the audit has %v", done)
		}
	})
}

// TestOneNameOneGroup: who taps twice registers once, even if both taps arrive at the same time.
func TestOneNameOneGroup(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		var wait sync.WaitGroup
		status := make([]int, 6)
		for i := range status {
			wait.Go(func() {
				status[i] = w.send(t, "POST", groupsPath, w.guest(t, "organiser"), `{"name":"双击群"}`, nil).status
			})
		}
		wait.Wait()
		made := 0
		for _, s := range status {
			switch s {
			case 201:
				made++
			case 409:
			default:
				t.Errorf("answers %v", status)
			}
		}
		if made != 1 {
			t.Errorf("%d groups of one name: %v", made, status)
		}
	})
}
