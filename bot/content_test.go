package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"siyu/bot"
	"siyu/internal/testkit"
	"siyu/models"
	"siyu/throttle"
)

// TestContentCalendar: a group's calendar has what was posted and what is to come, sponsored or not, on the group's own days,
// and says which days ahead are free.
func TestContentCalendar(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		g := b.byHandIn(t, "上海群", "Asia/Shanghai") // where it is Tuesday 5 May, three in the morning
		d := weekly()
		d.Title = "周末去哪儿，孩子们；第1期\n带图"
		d.Title = strings.ReplaceAll(d.Title, "\n", " ")
		d.Audience = models.PieceAudience{Kind: models.AudienceChosen, Groups: []models.GroupID{g.ID}}
		v := b.piece(t, d)
		first := b.runs(t, v.ID, g.ID)[0]
		clock.Set(first.DueAt.Time())
		b.drain(t)
		tasks, err := b.bot.Tasks(t.Context(), b.community)
		must(t, err)
		_, err = b.bot.ConfirmTask(t.Context(), b.community, tasks[0].ID, bot.Word{By: 1})
		must(t, err)
		sponsored := b.reserve(t, g.ID)
		organic := models.OrganicPost{Idem: "hand", GroupID: g.ID, Kind: models.OrganicMass, Posts: 1, At: models.MillisOf(clock.Now())}
		must(t, b.bot.BookOrganic(t.Context(), b.community, organic))
		organic.Idem, organic.Kind, organic.Posts = "talk", models.OrganicChat, 40
		must(t, b.bot.BookOrganic(t.Context(), b.community, organic))
		must(t, b.bot.BookExternal(t.Context(), b.community, throttle.External{Group: g.ID, At: models.MillisOf(clock.Now()), Key: "by hand"}))

		span := bot.ContentSpan{To: models.MillisOf(clock.Now()).Add(28 * 24 * time.Hour)}
		all, err := b.bot.Contents(t.Context(), b.community, models.GroupFilter{Only: []models.GroupID{g.ID}}, span)
		must(t, err)
		c := all[0]
		days := map[string][]string{}
		for _, i := range c.Items {
			days[i.Day] = append(days[i.Day], i.Kind+" "+i.State)
		}
		if got := days["2026-05-07"]; !slices.Contains(got, "value posted") || !slices.Contains(got, "organic posted") ||
			!slices.Contains(got, "chat posted") || !slices.Contains(got, "sponsored late") || !slices.Contains(got, "sponsored "+string(b.placement(t, sponsored.ID).State)) {
			t.Errorf("on the first day there is %v", got)
		}
		// Mondays and Thursdays; runs are made until 21 May, what comes later is read off the schedule.
		for _, day := range []string{"2026-05-11", "2026-05-14", "2026-05-18", "2026-05-21", "2026-05-25", "2026-05-28", "2026-06-01"} {
			if !slices.Equal(days[day], []string{"value planned"}) {
				t.Errorf("on %s there is %v", day, days[day])
			}
		}
		if c.Value != 2 || c.Sponsored != 1 {
			t.Errorf("%d posts of value and %d sponsored ones", c.Value, c.Sponsored)
		}
		if len(c.FreeDays) != 0 {
			t.Errorf("the free days are %v", c.FreeDays)
		}
		v, err = b.bot.ReadPiece(t.Context(), b.community, v.ID)
		must(t, err)
		_, err = b.bot.EndPiece(t.Context(), b.community, 1, v.ID, v.Ver)
		must(t, err)
		span.To = models.MillisOf(clock.Now()).Add(7 * 24 * time.Hour)
		all, err = b.bot.Contents(t.Context(), b.community, models.GroupFilter{}, span)
		must(t, err)
		i := slices.IndexFunc(all, func(c bot.GroupContent) bool { return c.Group.ID == g.ID })
		if want := []string{"2026-05-10", "2026-05-11", "2026-05-12", "2026-05-13", "2026-05-14"}; !slices.Equal(all[i].FreeDays, want) {
			t.Errorf("without more pieces the free days are %v, want %v", all[i].FreeDays, want)
		}
		checkICS(t, c)
	})
}

// TestICSNames: a post has one name in every calendar file, also before its run is made, so that no calendar shows it twice.
func TestICSNames(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	g := b.byHandIn(t, "上海群", "Asia/Shanghai")
	d := weekly()
	d.Audience = models.PieceAudience{Kind: models.AudienceChosen, Groups: []models.GroupID{g.ID}}
	b.piece(t, d)
	uids := func() []string {
		all, err := b.bot.Contents(t.Context(), b.community, models.GroupFilter{Only: []models.GroupID{g.ID}},
			bot.ContentSpan{From: models.MillisOf(clock.Now()), To: models.MillisOf(clock.Now()).Add(40 * 24 * time.Hour)})
		must(t, err)
		var names []string
		for line := range strings.SplitSeq(string(all[0].ICS(bot.ContentWords{}, 0)), "\r\n") {
			if uid, ok := strings.CutPrefix(line, "UID:"); ok {
				names = append(names, uid)
			}
		}
		return names
	}
	before := uids()
	clock.Advance(20 * 24 * time.Hour)
	b.drain(t)
	made := 0
	for _, uid := range uids() {
		if slices.Contains(before, uid) {
			made++
		}
	}
	if len(before) < 10 || made < 5 {
		t.Errorf("of %d posts %d have the same name three weeks later", len(before), made)
	}
}

// checkICS reads a calendar file as a calendar would.
func checkICS(t *testing.T, c bot.GroupContent) {
	t.Helper()
	words := bot.ContentWords{Calendar: "群内容", Kinds: map[string]string{bot.ContentValue: "干货", bot.ContentSponsored: "赞助"},
		States: map[string]string{"planned": "已计划"}}
	file := string(c.ICS(words, models.MillisOf(time.Date(2026, 5, 7, 12, 0, 0, 0, time.UTC))))
	for line := range strings.SplitSeq(strings.TrimSuffix(file, "\r\n"), "\r\n") {
		if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n") {
			t.Errorf("the line %q has %d bytes", line, len(line))
		}
	}
	whole := strings.ReplaceAll(file, "\r\n ", "")
	events, uids := 0, map[string]bool{}
	for line := range strings.SplitSeq(whole, "\r\n") {
		if line == "BEGIN:VEVENT" {
			events++
		}
		if uid, ok := strings.CutPrefix(line, "UID:"); ok {
			if uids[uid] {
				t.Errorf("%s is in it twice", uid)
			}
			uids[uid] = true
		}
	}
	if want := len(c.Items) - 2; events != want || len(uids) != want { // not the talk, nor what was made by hand
		t.Errorf("%d events with %d names, want %d", events, len(uids), want)
	}
	for _, piece := range []string{"SUMMARY:[干货] 周末去哪儿，孩子们；第1期 带图 (已计划)\r\n", "DTSTART:20260511T110000Z\r\n", "DTEND:20260511T150000Z\r\n",
		"X-WR-TIMEZONE:Asia/Shanghai\r\n", "STATUS:TENTATIVE\r\n", "STATUS:CONFIRMED\r\n"} {
		if !strings.Contains(whole, piece) {
			t.Errorf("the file has no %q", piece)
		}
	}
}
