package bot

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"siyu/models"
)

// life is one person's comings and goings, as they really were.
type life struct {
	joined, left models.Millis // ticks apart; left zero: she is in the group
	removed      bool
}

// tick is the test's unit of time: longer than what the clocks may differ by.
const tick = models.Millis(10 * 60 * 1000)

// TestStayEnded: whatever order the news of leaves come in, however late, twice or never, and whenever the group is read in
// between, a stay whose end was told says rightly how it ended; and no news of an earlier stay touches a later one.
func TestStayEnded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		lives, now := drawLives(t)
		type news struct {
			leaving
			arrives models.Millis
		}
		var told []news
		delivered := map[models.Millis]bool{}
		for _, l := range lives {
			if l.left == 0 || rapid.IntRange(0, 9).Draw(t, "lost") == 0 {
				continue
			}
			delivered[l.joined] = true
			for range rapid.IntRange(1, 2).Draw(t, "copies") {
				late := tick * models.Millis(rapid.IntRange(0, 40).Draw(t, "late"))
				told = append(told, news{leaving{at: l.left, removed: l.removed, keys: []string{"a"}}, l.left + late})
			}
		}
		var stays []models.GroupMember
		seen := map[models.Millis]models.Millis{} // since when a stay is known
		for at := models.Millis(0); at <= now+60*tick; at += tick {
			for _, n := range told {
				if n.arrives != at {
					continue
				}
				if s, ok := stayEnded(stays, n.leaving); ok {
					i := slices.IndexFunc(stays, func(x models.GroupMember) bool { return x.ID == s.ID })
					stays[i].ToldAt, stays[i].Removed = n.at, n.removed
				}
			}
			if at == now+60*tick || rapid.IntRange(0, 5).Draw(t, "read") == 0 {
				stays = readAt(stays, lives, at, seen)
			}
		}
		for _, s := range stays {
			i := slices.IndexFunc(lives, func(l life) bool { return l.joined == s.JoinedAt })
			known := slices.ContainsFunc(told, func(n news) bool { return n.at == lives[i].left && n.arrives >= seen[s.JoinedAt] })
			if lives[i].left != 0 && delivered[s.JoinedAt] && known && (s.Removed != lives[i].removed || s.ToldAt != lives[i].left) {
				t.Fatalf("the stay from %d is %+v, truly %+v; told %+v", s.JoinedAt, s, lives[i], told)
			}
			if s.LeftAt != 0 && s.ToldAt > s.LeftAt.Add(clockSlack) {
				t.Fatalf("the stay that ended at %d is explained by what happened at %d", s.LeftAt, s.ToldAt)
			}
			if lives[i].left == 0 && (s.ToldAt != 0 || s.Removed) {
				t.Fatalf("she is in the group, and her stay is %+v", s)
			}
		}
	})
}

func drawLives(t *rapid.T) ([]life, models.Millis) {
	var all []life
	at := models.Millis(0)
	for range rapid.IntRange(1, 4).Draw(t, "stays") {
		at += tick * models.Millis(rapid.IntRange(1, 15).Draw(t, "away"))
		l := life{joined: at, removed: rapid.Bool().Draw(t, "removed")}
		at += tick * models.Millis(rapid.IntRange(0, 15).Draw(t, "stay"))
		l.left = at
		all = append(all, l)
	}
	if rapid.Bool().Draw(t, "in") {
		last := &all[len(all)-1]
		last.left, last.removed = 0, false
	}
	return all, at
}

// readAt is a reading of the group at a time, booked as compare has it.
func readAt(stays []models.GroupMember, lives []life, at models.Millis, seen map[models.Millis]models.Millis) []models.GroupMember {
	var in models.Millis
	for _, l := range lives {
		if l.joined <= at && (l.left == 0 || l.left > at) {
			in = l.joined
		}
	}
	for i, s := range stays {
		if s.LeftAt != 0 || s.JoinedAt == in {
			continue
		}
		stays[i].LeftAt = at
		if in != 0 {
			stays[i].LeftAt = in
		}
	}
	if _, known := seen[in]; in == 0 || known {
		return stays
	}
	seen[in] = at
	return append(stays, models.GroupMember{ID: models.ID[models.GroupMember](len(stays) + 1), UserKey: "a", JoinedAt: in})
}

// TestLaterNamed: a leave without a name that is told after the reading explains those who ended soonest after it, and
// nobody who joined later, was explained before or is of the corp.
func TestLaterNamed(t *testing.T) {
	t.Parallel()
	stay := func(id int64, joined, left models.Millis) models.GroupMember {
		return models.GroupMember{ID: models.ID[models.GroupMember](id), JoinedAt: joined, LeftAt: left}
	}
	min := models.Millis(60_000)
	named, staff, removed := stay(5, 1, 20*min), stay(6, 1, 20*min), stay(7, 1, 20*min)
	named.ToldAt, staff.Staff, removed.Removed = 9*min, true, true
	stays := []models.GroupMember{stay(1, 1, 30*min), stay(2, 1, 20*min), stay(3, 11*min, 20*min), stay(4, 1, 5*min), stay(8, 1, 0), named, staff, removed}
	l := leaving{at: 10 * min, removed: true}
	for most, want := range []string{"", "2", "2 1", "2 1"} {
		got := ""
		for _, s := range laterNamed(stays, l, most) {
			got = fmt.Sprint(got, " ", s.ID)
		}
		if got != "" {
			got = got[1:]
		}
		if got != want {
			t.Errorf("of %d it explains %q, want %q", most, got, want)
		}
	}
}

// TestCompare: after the difference is booked, who is in the group is who WeCom says, since when she says so or a later time
// we know; and the second reading of the same list finds no difference.
func TestCompare(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		key := rapid.SampledFrom([]string{"a", "b", "c", "d", "e"})
		at := rapid.Int64Range(1, 4)
		var present []models.GroupMember
		for i, k := range rapid.SliceOfNDistinct(key, 0, 5, rapid.ID[string]).Draw(t, "present") {
			present = append(present, models.GroupMember{ID: models.ID[models.GroupMember](i + 1), UserKey: k, JoinedAt: models.Millis(at.Draw(t, "since") * 1000)})
		}
		var list []chatMember
		for _, k := range rapid.SliceOfNDistinct(key, 0, 5, rapid.ID[string]).Draw(t, "list") {
			list = append(list, chatMember{UserID: k, JoinTime: at.Draw(t, "joined")})
		}
		want := map[string]models.Millis{}
		for _, m := range list {
			want[m.UserID] = m.joined()
		}
		for _, p := range present {
			if since, in := want[p.UserKey]; in {
				want[p.UserKey] = max(since, p.JoinedAt)
			}
		}
		d := compare(present, list)
		open := slices.Clone(present)
		end := func(id models.ID[models.GroupMember]) {
			n := len(open)
			if open = slices.DeleteFunc(open, func(m models.GroupMember) bool { return m.ID == id }); len(open) != n-1 {
				t.Fatalf("the stay %d ends twice, or never began", id)
			}
		}
		for _, m := range d.left {
			end(m.ID)
		}
		for _, c := range d.comeback {
			if end(c.was.ID); c.at <= c.was.JoinedAt {
				t.Fatalf("a stay ends at %d that began at %d", c.at, c.was.JoinedAt)
			}
		}
		for i, m := range d.joined {
			open = append(open, models.GroupMember{ID: models.ID[models.GroupMember](i + 10), UserKey: m.UserID, JoinedAt: m.joined()})
		}
		got := map[string]models.Millis{}
		for _, m := range open {
			got[m.UserKey] = m.JoinedAt
		}
		if len(got) != len(open) || fmt.Sprint(got) != fmt.Sprint(want) {
			t.Fatalf("in the group are %v, want %v", got, want)
		}
		if again := compare(open, list); !again.none() {
			t.Fatalf("read again it differs: %+v", again)
		}
	})
}
