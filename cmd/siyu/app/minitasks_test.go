package app_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// TestTasksInMiniProgram: an organiser is told of her task by a subscription message that she allowed, finds it in the Mini
// Program, and says there that she posted it; it is nobody else's. What cannot be told is left to the console, with the reason.
func TestTasksInMiniProgram(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	w := newWorld(t, s, clock)
	const tasks = "/api/mini/v1/tasks"
	w.staffed(t)
	w.loginMembers(t)
	must(t, w.sim.SetTemplates(miniApp,
		wechatsim.SubscribeTemplate{ID: "TPL-car", Title: "Car", Content: "Car:{{car_number1.DATA}}\n"},
		wechatsim.SubscribeTemplate{ID: "TPL-task", Title: "Task", Content: "群:{{thing1.DATA}}\n内容:{{thing2.DATA}}\n截止:{{time3.DATA}}\n"}))
	w.run(t, []call{
		{name: "read", method: "POST", path: templates + "/sync", as: "organiser", has: []string{`"purpose":""`}, keep: "a=templates.0.id"},
		{name: "nobody of the team yet", path: tasks, as: "member", status: 404, has: []string{"not_of_the_team"}},
		{name: "nobody", path: tasks, status: 401},
	})
	all, err := w.app.Mini.Templates(t.Context(), w.seeded.Community)
	must(t, err)
	for _, tpl := range all {
		w.kept[strings.ReplaceAll(tpl.TemplateID, "-", "_")] = tpl.ID.String()
	}
	w.bound(t, "member")
	purpose := func(name, id, as string, status int, has ...string) call {
		return call{name: name, method: "PUT", path: templates + "/${" + id + "}/purpose", as: as, body: `{"purpose":"owner_task"}`, status: status, has: has}
	}
	untold := w.tellsOf(t, "零")
	w.run(t, []call{
		{name: "why she was not told", path: "/api/console/v1/tasks", as: "organiser", has: []string{untold, `"way":"console"`, `"state":"untold"`, "notice:no_template"}},
		purpose("no field for it", "TPL_car", "organiser", 400, "template_unfit"),
		purpose("for tasks", "TPL_task", "organiser", 200, `"purpose":"owner_task"`),
		purpose("twice", "TPL_task", "organiser", 200, `"purpose":"owner_task"`),
		purpose("another's", "TPL_task", "stranger", 404),
		purpose("not a brand's", "TPL_task", "brand", 403),
		{name: "no such purpose", method: "PUT", path: templates + "/${TPL_task}/purpose", as: "organiser", body: `{"purpose":"spam"}`, status: 400},
		{name: "members are not asked for it", path: subscriptions, as: "member2", not: []string{"TPL-task"}},
		{name: "she is", path: subscriptions, as: "member", has: []string{"TPL-task"}},
	})
	w.settle(t, 2*time.Second)
	must(t, w.mei.AcceptSubscribe(t.Context(), miniApp, "TPL-task"))
	w.settle(t, time.Second)
	id := w.tellsOf(t, "甲")
	if box := w.mei.Inbox(miniApp); len(box) != 1 || box[0].Data["thing1"] != "甲" || box[0].Page != w.kept["path"] {
		t.Errorf("she got %+v", box)
	}
	spent := w.tellsOf(t, "乙")
	w.settle(t, 9*time.Minute) // she was just told of another
	w.run(t, []call{
		{name: "told, and why not", path: "/api/console/v1/tasks", as: "organiser", has: []string{`"way":"notice","state":"told","why":"official:`, "notice:no_credit"}},
		{name: "hers", path: tasks, as: "member", has: []string{id, spent, `"share_path":"` + w.kept["path"] + `"`, `"share_title"`, "【广告】"}},
		{name: "not a member's", path: tasks, as: "member2", status: 404, has: []string{"not_of_the_team"}},
		{name: "one", path: tasks + "/" + id, as: "member", has: []string{`"group_name":"甲"`, `"state":"open"`, `"posted_at":0`}, not: []string{"picture_url"}},
		{name: "not a member's", path: tasks + "/" + id, as: "member2", status: 404, has: []string{"task_not_found"}},
		{name: "of another community", path: tasks + "/${other_task}", as: "member", status: 404, has: []string{"task_not_found"}},
		{name: "no id", path: tasks + "/x", as: "member", status: 404},
		{name: "posted by a member", method: "POST", path: tasks + "/" + id + "/confirm", as: "member2", status: 404, has: []string{"task_not_found"}},
		{name: "posted too early", path: tasks + "/" + id + "/confirm", as: "member", body: `{"posted_at":1}`, status: 400, has: []string{"posted_at_outside"}},
		{name: "posted", method: "POST", path: tasks + "/" + id + "/confirm", as: "member", has: []string{`"state":"done"`, `"proof":"owner"`, fmt.Sprintf(`"posted_at":%d`, w.now())}},
		{name: "said twice", path: tasks + "/" + id + "/confirm", as: "member", body: `{}`, has: []string{`"state":"done"`}},
		{name: "given back after it", method: "POST", path: tasks + "/" + id + "/skip", as: "member", status: 409, has: []string{"task_done"}},
		{name: "given back", path: tasks + "/" + spent + "/skip", as: "member", body: `{"reason":"no_time"}`, has: []string{`"state":"cancelled"`, `"reason":"owner_cannot"`}},
		{name: "the first is left", path: tasks, as: "member", has: []string{untold}, not: []string{id, spent}},
		{name: "a WeCom one", path: "/api/mini/v1/operator", as: "member2", body: `{"code":"AAAAAAAAAA"}`, status: 404},
		{name: "not for tasks any more", method: "PUT", path: templates + "/${TPL_task}/purpose", as: "organiser", body: `{"purpose":""}`, has: []string{`"purpose":""`}},
	})
	w.withPicture(t)
	w.logIsClean(t)
}

// tellsOf has a post handed over in a new group, and its owner told, and returns the task's id.
func (w *world) tellsOf(t *testing.T, name string) string {
	t.Helper()
	p, task := w.handed(t, name)
	w.kept["path"], w.kept["group"] = models.CardPath(p.Code), p.GroupID.String()
	w.settle(t, 130*time.Second)
	return task.ID.String()
}

// withPicture: a piece's picture opens from the Mini Program without a sign-in, for whoever the task's page opens for.
func (w *world) withPicture(t *testing.T) {
	t.Helper()
	w.joins(t, "anna", "keeper")
	w.joins(t, "bea", "keeper")
	w.sendPicture(t)
	w.run(t, []call{
		{name: "bea says who she is", method: "POST", path: "/api/console/v1/operator/code", as: "bea", status: 201, keep: "code=code"},
		{name: "in the Mini Program", path: "/api/mini/v1/operator", as: "member2", body: `{"code":"${code}"}`, status: 204},
		{name: "anna's group, bea is her deputy", method: "PUT", path: groupsPath + "/${group}/keeper", as: "organiser", body: `{"keeper_id":"${anna}","deputy_id":"${bea}"}`},
		{name: "a piece", path: piecesPath, as: "organiser", status: 201, keep: "piece=id",
			body: `{"title":"周末","text":"三个活动","picture_id":"${picture}","audience":{"kind":"chosen","groups":["${group}"]},"zone":"America/Vancouver"}`},
		{name: "at once", path: piecesPath + "/${piece}/post-now", as: "organiser", body: `{"groups":["${group}"]}`, header: key("now-12345678")},
	})
	_, err := w.app.Runner.Drain(t.Context())
	must(t, err)
	w.call(t, call{name: "it waits", path: "/api/console/v1/tasks", as: "anna", has: []string{`"picture_url"`}, keep: "task=tasks.0.id"})
	w.run(t, []call{
		{name: "her deputy has no link to the picture", path: "/api/mini/v1/tasks/${task}", as: "member2", has: []string{"三个活动"}, not: []string{"picture_url"}},
		{name: "who owns everything has", path: "/api/mini/v1/tasks/${task}", as: "member", has: []string{"三个活动"}, keep: "url=picture_url"},
	})
	if a := w.send(t, "GET", strings.TrimPrefix(w.kept["url"], w.front.URL), guest{}, "", nil); a.status != 200 || a.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture is %d %s", a.status, a.header.Get("Content-Type"))
	}
}
