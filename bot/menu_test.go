package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

func click(name, key string) models.MenuButton {
	return models.MenuButton{Name: name, Type: "click", Key: key}
}

func TestCheckMenu(t *testing.T) {
	t.Parallel()
	five := []models.MenuButton{click("1", "1"), click("2", "2"), click("3", "3"), click("4", "4"), click("5", "5")}
	for name, tc := range map[string]struct {
		menu     []models.MenuButton
		code     string
		field    string
		warnings int
	}{
		"none":               {nil, "", "", 0},
		"full":               {[]models.MenuButton{{Name: "活动", SubButtons: five}, click("优惠", "a"), click("我的", "b")}, "", "", 0},
		"four":               {five[:4], "menu_too_wide", "buttons", 0},
		"six below":          {[]models.MenuButton{{Name: "a", SubButtons: append(five[:5:5], click("6", "6"))}}, "menu_too_deep", "buttons.0.sub_button", 0},
		"three levels":       {[]models.MenuButton{{Name: "a", SubButtons: []models.MenuButton{{Name: "b", SubButtons: five}}}}, "menu_three_levels", "buttons.0.0.sub_button", 0},
		"no name":            {[]models.MenuButton{click(" ", "a")}, "menu_name", "buttons.0.name", 0},
		"16 bytes":           {[]models.MenuButton{click(strings.Repeat("a", 16), "a")}, "", "", 1},
		"17 bytes":           {[]models.MenuButton{click(strings.Repeat("a", 17), "a")}, "menu_name", "buttons.0.name", 0},
		"four Han":           {[]models.MenuButton{click("周末活动", "a")}, "", "", 0},
		"five Han":           {[]models.MenuButton{click("周末活动吧", "a")}, "", "", 1},
		"six Han":            {[]models.MenuButton{click("周末活动来吧", "a")}, "menu_name", "buttons.0.name", 0},
		"twenty Han below":   {[]models.MenuButton{{Name: "a", SubButtons: []models.MenuButton{click(strings.Repeat("汉", 20), "a")}}}, "", "", 1},
		"more below":         {[]models.MenuButton{{Name: "a", SubButtons: []models.MenuButton{click(strings.Repeat("汉", 21), "a")}}}, "menu_name", "buttons.0.0.name", 0},
		"no key":             {[]models.MenuButton{{Name: "a", Type: "scancode_push"}}, "menu_key", "buttons.0.key", 0},
		"a long key":         {[]models.MenuButton{click("a", strings.Repeat("k", 129))}, "menu_key", "buttons.0.key", 0},
		"no scheme":          {[]models.MenuButton{{Name: "a", Type: "view", URL: "example.com"}}, "menu_url", "buttons.0.url", 0},
		"a script":           {[]models.MenuButton{{Name: "a", Type: "view", URL: "javascript://x/alert(1)"}}, "menu_url", "buttons.0.url", 0},
		"a Mini Program":     {[]models.MenuButton{{Name: "a", Type: "miniprogram", AppID: "wx1", PagePath: "p", URL: "https://example.com"}}, "", "", 0},
		"without a fallback": {[]models.MenuButton{{Name: "a", Type: "miniprogram", AppID: "wx1", PagePath: "p"}}, "menu_url", "buttons.0.url", 0},
		"without a page":     {[]models.MenuButton{{Name: "a", Type: "miniprogram", AppID: "wx1", URL: "https://example.com"}}, "menu_mini", "buttons.0.appid", 0},
		"no file":            {[]models.MenuButton{{Name: "a", Type: "media_id"}}, "menu_lacks", "buttons.0.media_id", 0},
		"no article":         {[]models.MenuButton{{Name: "a", Type: "article_id"}}, "menu_lacks", "buttons.0.article_id", 0},
		"no type":            {[]models.MenuButton{{Name: "a"}}, "menu_type", "buttons.0.type", 0},
		"does two things":    {[]models.MenuButton{{Name: "a", Type: "click", Key: "k", SubButtons: five}}, "menu_opens_only", "buttons.0.type", 0},
	} {
		warnings, err := bot.CheckMenu(tc.menu, bot.DefaultMenuLimits())
		field := ""
		if e, ok := err.(*models.Error); ok { //nolint:errorlint // CheckMenu returns it bare
			field = fmt.Sprint(e.Args["field"])
		}
		if models.CodeOf(err) != tc.code || field != tc.field || len(warnings) != tc.warnings {
			t.Errorf("%s: %q at %q, %d warnings; want %q at %q, %d", name, models.CodeOf(err), field, len(warnings), tc.code, tc.field, tc.warnings)
		}
	}
}

func TestDiffMenus(t *testing.T) {
	t.Parallel()
	a, b, c := click("甲", "a"), click("乙", "b"), click("丙", "c")
	group := func(name string, subs ...models.MenuButton) models.MenuButton {
		return models.MenuButton{Name: name, SubButtons: subs}
	}
	menu := func(all ...models.MenuButton) []models.MenuButton { return all }
	for name, tc := range map[string]struct {
		live, draft []models.MenuButton
		want        string
	}{
		"nothing":            {menu(a, b), menu(a, b), ""},
		"from nothing":       {nil, menu(a), "added >0 甲"},
		"to nothing":         {menu(a), nil, "removed 0> 甲"},
		"one before":         {menu(b, c), menu(a, b, c), "added >0 甲"},
		"one taken away":     {menu(a, b, c), menu(b, c), "removed 0> 甲"},
		"swapped":            {menu(a, b), menu(b, a), "moved 0>1 甲"},
		"another key":        {menu(a), menu(click("甲", "x")), "changed 0>0 甲"},
		"another name":       {menu(a), menu(click("新", "a")), "changed 0>0 新(甲)"},
		"a group renamed":    {menu(group("旧", a, b)), menu(group("新", a, b)), "changed 0>0 新(旧)"},
		"one goes below":     {menu(a, group("组", b)), menu(group("组", b, a)), "moved 0>0.1 甲"},
		"one changes group":  {menu(group("一", a, b), group("二", c)), menu(group("一", a), group("二", c, b)), "moved 0.1>1.1 乙"},
		"the groups swap":    {menu(group("一", a), group("二", b)), menu(group("二", b), group("一", a)), "moved 0>1 一"},
		"a button opens now": {menu(a), menu(group("甲", b)), "changed 0>0 甲, added >0.0 乙"},
	} {
		var got []string
		for _, d := range bot.DiffMenus(tc.live, tc.draft) {
			line := d.Kind + " " + d.From + ">" + d.To + " " + d.Name
			if d.Was != "" {
				line += "(" + d.Was + ")"
			}
			got = append(got, line)
		}
		if strings.Join(got, ", ") != tc.want {
			t.Errorf("%s: %q, want %q", name, strings.Join(got, ", "), tc.want)
		}
	}
}

// TestDiffProperty: two menus differ in something if and only if they are not the same menu, and no button is lost count
// of.
func TestDiffProperty(t *testing.T) {
	t.Parallel()
	one := rapid.Custom(func(t *rapid.T) models.MenuButton {
		return click(rapid.SampledFrom([]string{"甲", "乙", "丙"}).Draw(t, "name"), rapid.SampledFrom([]string{"a", "b"}).Draw(t, "key"))
	})
	menu := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) models.MenuButton {
		b := one.Draw(t, "button")
		if subs := rapid.SliceOfN(one, 0, 4).Draw(t, "subs"); len(subs) > 0 {
			b = models.MenuButton{Name: b.Name, SubButtons: subs}
		}
		return b
	}), 0, 3)
	count := func(all []models.MenuButton) int {
		n := len(all)
		for _, b := range all {
			n += len(b.SubButtons)
		}
		return n
	}
	rapid.Check(t, func(t *rapid.T) {
		live, draft := menu.Draw(t, "live"), menu.Draw(t, "draft")
		changes := bot.DiffMenus(live, draft)
		if same := bot.MenuDigest(live) == bot.MenuDigest(draft); same != (len(changes) == 0) {
			t.Fatalf("the same: %t; changes: %+v", same, changes)
		}
		added, removed := 0, 0
		for _, c := range changes {
			switch c.Kind {
			case "added":
				added++
			case "removed":
				removed++
			}
		}
		if count(live)-removed != count(draft)-added {
			t.Fatalf("%d buttons less %d are not %d less %d", count(live), removed, count(draft), added)
		}
	})
}

const official = wechatsim.DefaultOfficialAppID

// TestPublishMenu: a draft is published, somebody changes it at WeChat, and nothing is overwritten that nobody looked at.
func TestPublishMenu(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		first := []models.MenuButton{click("活动", "events"), {Name: "更多", SubButtons: []models.MenuButton{click("优惠", "offers")}}}
		view := func() bot.MenuView {
			t.Helper()
			v, err := b.bot.Menu(t.Context(), b.community)
			must(t, err)
			return v
		}
		refusedWith := func(code string, err error) {
			t.Helper()
			if models.CodeOf(err) != code {
				t.Errorf("it is %v, want %s", err, code)
			}
		}
		if v := view(); v.Live.Origin != "none" || v.Draft.Rev != 0 || v.Drifted || len(v.Changes) != 0 {
			t.Fatalf("an account without a menu has %+v", v)
		}
		must(t, b.bot.SaveMenu(t.Context(), b.community, 1, 0, first, ""))
		refusedWith("menu_edited", b.bot.SaveMenu(t.Context(), b.community, 1, 0, first, ""))
		v, err := b.bot.PublishMenu(t.Context(), b.community, 1, 1, view().Live.Digest)
		must(t, err)
		if v.Drifted || len(v.Changes) != 0 || v.Published.Rev != 1 || bot.MenuDigest(view().Live.Buttons) != bot.MenuDigest(first) {
			t.Fatalf("after publishing: %+v", v)
		}
		must(t, b.bot.SaveMenu(t.Context(), b.community, 1, 1, first[:1], ""))
		seen := view().Live.Digest
		must(t, b.sim.EditMenu(official, `[{"type":"click","name":"别人","key":"x"}]`))
		_, err = b.bot.PublishMenu(t.Context(), b.community, 1, 2, seen)
		refusedWith("menu_drifted", err)
		v = view()
		if !v.Drifted || v.Live.Buttons[0].Name != "别人" {
			t.Fatalf("the change at WeChat is not seen: %+v", v)
		}
		_, err = b.bot.PublishMenu(t.Context(), b.community, 1, 2, v.Live.Digest) // now she has seen it
		must(t, err)
		must(t, b.bot.RestoreMenu(t.Context(), b.community, 1, 2, 1))
		if v = view(); v.Draft.Rev != 3 || len(v.Buttons) != 2 || len(v.Live.Buttons) != 1 {
			t.Fatalf("the old draft is back as %+v", v)
		}
		must(t, b.sim.EditMenuOnSite(official, "网站菜单"))
		if v = view(); v.Live.Origin != "site" || !v.Drifted || v.Live.Names[0] != "网站菜单" {
			t.Fatalf("a menu made in WeChat's console is %+v", v.Live)
		}
		_, err = b.bot.PublishMenu(t.Context(), b.community, 1, 3, v.Live.Digest)
		must(t, err)
		must(t, b.sim.AddConditionalMenu(official))
		must(t, b.bot.SaveMenu(t.Context(), b.community, 1, 3, nil, ""))
		_, err = b.bot.PublishMenu(t.Context(), b.community, 1, 4, view().Live.Digest)
		refusedWith("menu_has_conditional", err)
	})
}

// TestPublishMenuFails: what WeChat refuses or loses is told, and publishing again mends it.
func TestPublishMenuFails(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		menu := []models.MenuButton{click("活动", "events")}
		must(t, b.bot.SaveMenu(t.Context(), b.community, 1, 0, menu, ""))
		for _, tc := range []struct {
			fault wechatsim.Fault
			code  string
		}{
			{wechatsim.Fault{Errcode: 40018}, "menu_refused"}, {wechatsim.Fault{Errcode: 45009}, "wechat_quota"},
			{wechatsim.Fault{Errcode: 48001}, "wechat_denied"}, {wechatsim.Fault{Disconnect: true, Execute: true}, "wechat_busy"},
		} {
			b.sim.Fail("/cgi-bin/menu/create", tc.fault)
			_, err := b.bot.PublishMenu(t.Context(), b.community, 1, 1, "none")
			if models.CodeOf(err) != tc.code {
				t.Errorf("%+v: %v, want %s", tc.fault, err, tc.code)
			}
			clock.Advance(24 * time.Hour)
		}
		v, err := b.bot.PublishMenu(t.Context(), b.community, 1, 1, "none") // WeChat has it already
		must(t, err)
		if v.Drifted || v.Published.Seq != 5 {
			t.Errorf("it is published as %+v", v.Published)
		}
	})
}
