package bot_test

import (
	"bytes"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"

	"siyu/bot"
	"siyu/internal/jobs"
	"siyu/internal/testkit"
	"siyu/internal/wechatsim"
	"siyu/models"
)

// ordinary adds an ordinary group with a way in that was made now.
func (b *bench) ordinary(t *testing.T, name string, capacity int) models.Group {
	t.Helper()
	g := models.Group{Name: name, Kind: models.OrdinaryGroup, Zone: "America/Vancouver", Capacity: capacity}
	must(t, b.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(b.community).InsertGroup(&g) }))
	url, none := "http://weixin.qq.com/g/AQYAA"+fmt.Sprint(int64(g.ID)), 0
	g, err := b.bot.SetGroupWay(t.Context(), b.community, g.ID, bot.GroupWay{URL: &url, Headcount: &none}, 0)
	must(t, err)
	return g
}

// live makes a live code of groups, in their order, and an entry that leads to it.
func (b *bench) live(t *testing.T, margin int, groups ...models.Group) (models.LiveCode, models.Entry) {
	t.Helper()
	l, err := b.bot.AddLiveCode(t.Context(), b.community, models.LiveCode{Name: "活码", Rule: models.LiveInOrder, Margin: margin}, 0)
	must(t, err)
	for i, g := range groups {
		must(t, b.bot.AddLiveRoom(t.Context(), b.community, models.LiveRoom{LiveID: l.ID, GroupID: g.ID, Place: i}, 0))
	}
	e, err := b.bot.AddEntry(t.Context(), b.community, bot.NewEntry{Video: b.video, Live: l.ID})
	must(t, err)
	return l, e
}

func (b *bench) invite(t *testing.T, e models.Entry, visitor string) bot.Invitation {
	t.Helper()
	i, err := b.bot.Invite(t.Context(), e.Code, bot.Visitor{ID: visitor})
	must(t, err)
	return i
}

// TestLiveRush: a rush of people at one moment is spread over the pool; no group is shown to more than it holds, everybody
// sees hers again, and who comes too late is told so.
func TestLiveRush(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		l, e := b.live(t, 2, b.ordinary(t, "甲", 10), b.ordinary(t, "乙", 12))
		const rush, places = 30, 8 + 10
		var mu sync.Mutex
		var wg sync.WaitGroup
		shown, full := map[string]string{}, 0
		for i := range rush {
			wg.Go(func() {
				v, err := b.bot.Invite(t.Context(), e.Code, bot.Visitor{ID: fmt.Sprint(i)})
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err != nil:
					t.Error(err)
				case v.State == bot.InviteOpen:
					shown[fmt.Sprint(i)] = v.Group
				case v.State == bot.InviteFull && v.JoinURL == "":
					full++
				default:
					t.Errorf("the page shows %+v", v)
				}
			})
		}
		wg.Wait()
		heads := map[string]int{}
		for _, g := range shown {
			heads[g]++
		}
		if heads["甲"] != 8 || heads["乙"] != 10 || full != rush-places {
			t.Errorf("shown %v, full %d", heads, full)
		}
		for who, g := range shown {
			if again := b.invite(t, e, who); again.Group != g {
				t.Errorf("%s saw %s and then %s", who, g, again.Group)
			}
		}
		b.settle(t, time.Second)
		board, err := b.bot.LiveBoard(t.Context(), b.community, l.ID, 0, 1)
		must(t, err)
		if v := board[0]; v.Open != 0 || v.Rooms[0].State != bot.RoomFull || v.Rooms[0].Held != 8 {
			t.Errorf("the board shows %+v", v)
		}
		if kinds := b.warnings(t); kinds[bot.WarnEmpty] != 1 || kinds[bot.WarnFull] != 2 {
			t.Errorf("warned of %v", kinds)
		}
		// A recount shows that only three of eight came: five places are free again, and each is given once.
		clock.Advance(time.Hour)
		three := 3
		_, err = b.bot.SetGroupWay(t.Context(), b.community, board[0].Rooms[0].GroupID, bot.GroupWay{Headcount: &three}, 0)
		must(t, err)
		clock.Advance(time.Minute)
		free := 0
		for i := range 10 {
			if v := b.invite(t, e, fmt.Sprintf("late %d", i)); v.State == bot.InviteOpen && v.Group == "甲" {
				free++
			}
		}
		if free != 5 {
			t.Errorf("%d places were given after the recount, want 5", free)
		}
	})
}

func (b *bench) warnings(t *testing.T) map[string]int {
	t.Helper()
	all, err := b.store.Read(t.Context()).In(b.community).OpenWarnings(0, 100)
	must(t, err)
	kinds := map[string]int{}
	for _, w := range all {
		kinds[w.Kind]++
	}
	return kinds
}

// TestLiveExpiry: two days and one day before its QR code ends a group is warned of, and before it ends it is not shown.
func TestLiveExpiry(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	_, e := b.live(t, 0, b.ordinary(t, "甲", 100))
	watch := func() map[string]int {
		must(t, s.Tx(t.Context(), func(tx *models.Tx) error {
			l, err := tx.In(b.community).LiveCodes(0, 1)
			if err != nil {
				return err
			}
			return enqueueCheck(tx, b.community, l[0].ID)
		}))
		b.settle(t, 10*time.Second)
		return b.warnings(t)
	}
	if got := watch(); got[bot.WarnExpiring] != 0 {
		t.Errorf("fresh: %v", got)
	}
	clock.Advance(5*24*time.Hour + time.Hour)
	if got := watch(); got[bot.WarnExpiring] != 1 {
		t.Errorf("47 hours before: %v", got)
	}
	if got := watch(); got[bot.WarnExpiring] != 1 {
		t.Errorf("asked again: %v", got)
	}
	clock.Advance(24 * time.Hour)
	if got := watch(); got[bot.WarnExpiring] != 2 {
		t.Errorf("23 hours before: %v", got)
	}
	clock.Advance(22 * time.Hour)
	if v := b.invite(t, e, "x"); v.State != bot.InviteOpen {
		t.Errorf("an hour before: %+v", v)
	}
	clock.Advance(31 * time.Minute)
	if v := b.invite(t, e, "x"); v.State != bot.InviteClosed || v.JoinURL != "" {
		t.Errorf("in the last half hour: %+v", v)
	}
	clock.Advance(time.Hour)
	if got := watch(); got[bot.WarnExpired] != 1 || got[bot.WarnEmpty] == 0 {
		t.Errorf("ended: %v", got)
	}
}

// TestLiveWeCom: every WeCom group of a pool has a way of its own for each entry, whose state is the entry's code; ways go
// when the group or the entry does.
func TestLiveWeCom(t *testing.T) {
	t.Parallel()
	s, clock := testkit.Store(t)
	b := newBench(t, s, clock)
	l, e := b.live(t, 0, b.group)
	if n := b.sim.JoinWays(wechatsim.DefaultCorpID); n != 1 {
		t.Fatalf("%d join ways", n)
	}
	ways, err := s.Read(t.Context()).In(b.community).JoinWays(e.ID)
	must(t, err)
	if v := b.invite(t, e, "x"); v.State != bot.InviteOpen || len(ways) != 1 || v.JoinURL != ways[0].URL {
		t.Errorf("the page shows %+v", v)
	}
	p := b.sim.NewPerson("小林")
	_, err = p.ScanJoinQR(t.Context(), ways[0].ConfigID)
	must(t, err)
	b.settle(t, time.Minute)
	view, err := b.bot.Entry(t.Context(), b.community, e.ID)
	must(t, err)
	if view.Joins != 1 {
		t.Errorf("the entry has %d joins", view.Joins)
	}
	must(t, b.bot.DropLiveRoom(t.Context(), b.community, l.ID, b.group.ID, 0))
	b.settle(t, time.Minute)
	if n := b.sim.JoinWays(wechatsim.DefaultCorpID); n != 0 {
		t.Errorf("%d join ways are left of a group that is not in the pool", n)
	}
	must(t, b.bot.AddLiveRoom(t.Context(), b.community, models.LiveRoom{LiveID: l.ID, GroupID: b.group.ID}, 0))
	b.sim.Fail("/cgi-bin/externalcontact/groupchat/add_join_way", wechatsim.Fault{Errcode: -1})
	b.settle(t, time.Minute)
	if v := b.invite(t, e, "x"); v.State != bot.InviteOpen {
		t.Errorf("after the group is back: %+v", v)
	}
	_, err = b.bot.RetireEntry(t.Context(), b.community, e.ID, 0)
	must(t, err)
	b.settle(t, time.Minute)
	if n := b.sim.JoinWays(wechatsim.DefaultCorpID); n != 0 {
		t.Errorf("%d join ways are left of a retired entry", n)
	}
	if v := b.invite(t, e, "x"); v.State != bot.InviteEnded || v.JoinURL != "" {
		t.Errorf("the page of a retired entry shows %+v", v)
	}
}

// TestReadInvite: a way in is read from a picture, and nothing but a way into a WeChat group is taken.
func TestReadInvite(t *testing.T) {
	t.Parallel()
	draw := func(text string) []byte {
		png, err := qrcode.Encode(text, qrcode.Medium, 400)
		must(t, err)
		return png
	}
	const way = "https://weixin.qq.com/g/AQYAAG1nr0-aB_9"
	if got, err := bot.ReadInvite(draw(way)); err != nil || got != way {
		t.Errorf("read %q, %v", got, err)
	}
	if got, err := bot.ReadInvite(draw("http://weixin.qq.com/g/AQYAAG1nr0-aB_9")); err != nil || got != way {
		t.Errorf("read %q, %v", got, err)
	}
	for text, code := range map[string]string{
		"https://evil.example/g/AQYAAG1nr0": "invite_not_group", "https://weixin.qq.com.evil.example/g/AQYAAG1nr0": "invite_not_group",
		"https://weixin.qq.com@evil.example/g/AQYAAG1nr0": "invite_not_group", "javascript:alert(1)": "invite_not_group",
		"https://weixin.qq.com/g/AQYAAG1nr0?to=https://evil.example": "invite_not_group", "https://u.wechat.com/AQYAAG1nr0": "invite_not_group",
		"https://weixin.qq.com/g/../r/AQYAAG1nr0": "invite_not_group", "hello": "invite_not_group",
	} {
		if _, err := bot.ReadInvite(draw(text)); models.CodeOf(err) != code {
			t.Errorf("%s: %v", text, err)
		}
	}
	for name, picture := range map[string][]byte{"nothing": nil, "no picture": []byte("hello"), "half": draw(way)[:200],
		"a huge one": bytes.Replace(draw(way), []byte{0, 0, 1, 0x90, 0, 0, 1, 0x90}, []byte{0, 0xff, 0xff, 0xff, 0, 0xff, 0xff, 0xff}, 1)} {
		if _, err := bot.ReadInvite(picture); models.CodeOf(err) != "picture_unreadable" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestEntryCodes: a permanent code is asked for once and used again; what breaks off loses none; a temporary code and the
// link are renewed before they end, and mean the same.
func TestEntryCodes(t *testing.T) {
	t.Parallel()
	testkit.Each(t, func(t *testing.T, s *models.Store, clock *models.ManualClock) {
		b := newBench(t, s, clock)
		b.wireEntries(t, bot.EntryOptions{Slots: 2})
		add := func(in bot.NewEntry) (models.Entry, error) {
			in.Video, in.Group = b.video, b.group.ID
			return b.bot.AddEntry(t.Context(), b.community, in)
		}
		for _, code := range []int{-1, 40053, 40053} { // three of two would be lost for ever
			b.sim.Fail("/cgi-bin/qrcode/create", wechatsim.Fault{Errcode: code})
			if _, err := add(bot.NewEntry{QR: bot.PermanentQR}); models.CodeOf(err) == "" {
				t.Fatalf("the refusal of %d reads %v", code, err)
			}
		}
		for range 3 {
			b.sim.Fail("/cgi-bin/externalcontact/groupchat/add_join_way", wechatsim.Fault{Disconnect: true, Execute: true})
			if _, err := add(bot.NewEntry{QR: bot.PermanentQR}); err == nil {
				t.Fatal("a lost answer was taken for one")
			}
		}
		first, err := add(bot.NewEntry{QR: bot.PermanentQR})
		must(t, err)
		_, err = add(bot.NewEntry{QR: bot.PermanentQR})
		must(t, err)
		if _, err := add(bot.NewEntry{QR: bot.PermanentQR}); models.CodeOf(err) != "slots_used_up" {
			t.Fatalf("a third one: %v", err)
		}
		_, err = b.bot.RetireEntry(t.Context(), b.community, first.ID, 0)
		must(t, err)
		clock.Advance(90 * 24 * time.Hour)
		third, err := add(bot.NewEntry{QR: bot.PermanentQR})
		must(t, err)
		if third.Ticket != first.Ticket || third.Code == first.Code {
			t.Errorf("the code that rested is not used again")
		}
		p := b.sim.NewPerson("小林")
		reply, err := p.ScanOfficialQR(t.Context(), wechatsim.DefaultOfficialAppID, first.Ticket)
		must(t, err)
		if !bytes.Contains([]byte(reply.Text), []byte(b.bot.EntryURL(third))) {
			t.Errorf("the old code now says %q", reply.Text)
		}
		temp, err := add(bot.NewEntry{QR: bot.TemporaryQR, Link: true})
		must(t, err)
		before := b.invite(t, temp, "x").Link
		if l, err := p.OpenURLLink(before); err != nil || l.CQ != "e="+temp.Code {
			t.Fatalf("the link opens %+v, %v", l, err)
		}
		for range 9 { // 36 days
			clock.Advance(4 * 24 * time.Hour)
			must(t, s.Tx(t.Context(), enqueueRenewal))
			b.settle(t, 10*time.Second)
		}
		after := b.invite(t, temp, "x").Link
		if l, err := p.OpenURLLink(after); err != nil || l.CQ != "e="+temp.Code || after == before {
			t.Errorf("the renewed link opens %+v, %v", l, err)
		}
		if _, err := p.OpenURLLink(before); !errors.Is(err, wechatsim.ErrDeadLink) {
			t.Errorf("the first link: %v", err)
		}
		e, err := b.bot.Entry(t.Context(), b.community, temp.ID)
		must(t, err)
		reply, err = p.ScanOfficialQR(t.Context(), wechatsim.DefaultOfficialAppID, e.Ticket)
		must(t, err)
		if e.Ticket == temp.Ticket || !bytes.Contains([]byte(reply.Text), []byte(b.bot.EntryURL(temp))) {
			t.Errorf("the renewed code says %q", reply.Text)
		}
	})
}

// enqueueCheck has a live code looked at now.
func enqueueCheck(tx *models.Tx, community models.CommunityID, live models.LiveID) error {
	return jobs.Enqueue(tx, bot.CheckLive{Community: community, Live: live}, tx.Now)
}

// enqueueRenewal has what ends renewed now, once.
func enqueueRenewal(tx *models.Tx) error { return jobs.Periodic(tx, bot.RenewLinks{}) }

// wireEntries is wire with other numbers for entries.
func (b *bench) wireEntries(t *testing.T, o bot.EntryOptions) {
	t.Helper()
	b.entries = o
	b.wire(t, b.api)
	must(t, b.bot.Connect(t.Context()))
}
