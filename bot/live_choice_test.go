package bot_test

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"siyu/bot"
	"siyu/models"
)

// liveOptions are the numbers the choice is tested with.
func liveOptions() bot.EntryOptions {
	return bot.EntryOptions{JoinLimit: 200, ShowUntil: 30 * time.Minute, FullAt: 90}
}

const liveNow = models.Millis(1_800_000_000_000)

// drawPool draws a pool in which everything that can be wrong with a group is.
func drawPool(t *rapid.T) (models.LiveCode, []bot.Room) {
	l := models.LiveCode{Rule: rapid.SampledFrom([]models.LiveRule{models.LiveInOrder, models.LiveLeast, models.LiveByCity, models.LiveByTag}).Draw(t, "rule"),
		Margin: rapid.IntRange(0, 10).Draw(t, "margin")}
	names := []string{"", "温哥华", "列治文"}
	rooms := make([]bot.Room, rapid.IntRange(0, 6).Draw(t, "rooms"))
	for i := range rooms {
		at := func(what string) string { return fmt.Sprintf("%s of %d", what, i) }
		r := bot.Room{LiveRoom: models.LiveRoom{GroupID: models.GroupID(i + 1), Place: rapid.IntRange(0, 3).Draw(t, at("place")),
			City: rapid.SampledFrom(names).Draw(t, at("city")), Tag: rapid.SampledFrom(names).Draw(t, at("tag")),
			Paused: rapid.IntRange(0, 5).Draw(t, at("paused")) == 0}}
		r.Group = models.Group{ID: r.GroupID, Capacity: rapid.SampledFrom([]int{0, 10, 40, 200, 500}).Draw(t, at("capacity"))}
		r.Group.InviteURL = rapid.SampledFrom([]string{"", "https://weixin.qq.com/g/x", "https://weixin.qq.com/g/x", "https://weixin.qq.com/g/x"}).Draw(t, at("url"))
		r.URL = r.Group.InviteURL
		if rapid.Bool().Draw(t, at("ends")) {
			r.Group.InviteExpiresAt = liveNow + models.Millis(rapid.IntRange(-3600_000, 3*3600_000).Draw(t, at("end")))
		}
		r.Heads, r.Held = rapid.IntRange(0, 210).Draw(t, at("heads")), rapid.IntRange(0, 20).Draw(t, at("held"))
		rooms[i] = r
	}
	return l, rooms
}

// dead says in plain words why a group must not be shown; empty if it may.
func dead(l models.LiveCode, r bot.Room) string {
	places := 200
	if r.Group.Capacity > 0 && r.Group.Capacity < places {
		places = r.Group.Capacity
	}
	switch {
	case r.Paused:
		return "paused"
	case r.URL == "":
		return "without a way in"
	case r.Group.InviteExpiresAt != 0 && r.Group.InviteExpiresAt <= liveNow+30*60_000:
		return "ended or about to"
	case r.Heads+r.Held+1 > places-l.Margin:
		return "full"
	}
	return ""
}

// TestChooseNeverDead: whatever the pool, nobody is shown a group that is dead or full, and somebody is told that there is
// none only if every group she could have is.
func TestChooseNeverDead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l, rooms := drawPool(t)
		who := bot.Seeker{Had: models.GroupID(rapid.IntRange(0, 7).Draw(t, "had")),
			Pick: rapid.SampledFrom([]string{"", "温哥华", "列治文", "素里"}).Draw(t, "pick")}
		got, ok := bot.Choose(l, rooms, who, liveNow, liveOptions())
		open := map[models.GroupID]bot.Room{}
		for _, r := range rooms {
			if dead(l, r) == "" {
				open[r.GroupID] = r
			}
		}
		if ok {
			if _, lives := open[got.GroupID]; !lives {
				t.Fatalf("shown is group %d, which is %s", got.GroupID, dead(l, got))
			}
		}
		bySet := l.Rule == models.LiveByCity || l.Rule == models.LiveByTag
		had, still := open[who.Had]
		switch {
		case !bySet || who.Pick == "":
			if ok != (len(open) > 0) {
				t.Fatalf("found %v among %d open groups", ok, len(open))
			}
			if still && got.GroupID != had.GroupID {
				t.Fatalf("she was shown %d and now %d, which is no better", had.GroupID, got.GroupID)
			}
		default:
			key := func(r bot.Room) string {
				if l.Rule == models.LiveByCity {
					return r.City
				}
				return r.Tag
			}
			known := false
			for _, r := range rooms {
				known = known || key(r) == who.Pick
			}
			if ok && known && key(got) != who.Pick && key(got) != "" {
				t.Fatalf("who wants %q is shown one for %q", who.Pick, key(got))
			}
			for _, r := range open {
				if !ok && (key(r) == who.Pick || key(r) == "") {
					t.Fatalf("nothing is shown, but %d is open", r.GroupID)
				}
			}
		}
		paused := l
		paused.Paused = true
		if _, ok := bot.Choose(paused, rooms, who, liveNow, liveOptions()); ok {
			t.Fatal("a paused live code shows a group")
		}
	})
}

// TestChooseOrder: in order fills one group before the next, least full spreads.
func TestChooseOrder(t *testing.T) {
	t.Parallel()
	room := func(id, place, heads int) bot.Room {
		return bot.Room{LiveRoom: models.LiveRoom{GroupID: models.GroupID(id), Place: place}, URL: "x",
			Group: models.Group{Capacity: 200, InviteURL: "x"}, Heads: heads}
	}
	rooms := []bot.Room{room(1, 2, 10), room(2, 1, 150), room(3, 1, 198), room(4, 3, 5)}
	rolls := room(5, 0, 200)
	rolls.Rolls = true
	for _, c := range []struct {
		rule  models.LiveRule
		rooms []bot.Room
		want  models.GroupID
	}{
		{models.LiveInOrder, rooms, 2}, {models.LiveLeast, rooms, 4},
		{models.LiveInOrder, append([]bot.Room{rolls}, rooms...), 2}, // one that opens the next by itself comes last
		{models.LiveInOrder, []bot.Room{rolls, rooms[2]}, 5},
	} {
		got, ok := bot.Choose(models.LiveCode{Rule: c.rule, Margin: 5}, c.rooms, bot.Seeker{}, liveNow, liveOptions())
		if !ok || got.GroupID != c.want {
			t.Errorf("%s shows %d, %v; want %d", c.rule, got.GroupID, ok, c.want)
		}
	}
}
