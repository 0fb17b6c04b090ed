package month_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
	"siyu/models"
)

// small is a month of two groups in which everything is booked as it happened: a customer group with a post the platform
// tells of, an ordinary one with a post the owner told of, one that a member opened, one that nobody told of, and a lie.
func small() (truth, book) {
	at := start()
	ms := func(d time.Duration) models.Millis { return models.MillisOf(at.Add(d)) }
	const room, hand = models.GroupID(11), models.GroupID(12)
	b := book{now: ms(3 * day), tasks: map[models.PlacementID]models.Task{}, envelopes: map[string]models.Envelope{},
		present: map[models.GroupID][]models.GroupMember{}, groups: map[models.GroupID]models.Group{room: {ID: room}, hand: {ID: hand}}}
	tr := truth{byCard: true, facts: map[key]*fact{}, groups: []place{
		{n: 0, sim: "g1", id: room, kind: models.WeComGroup, owner: "owner", present: []wechatsim.Presence{
			{Person: "p1", ExternalID: "wm1", Joined: at}, {Person: "p2", ExternalID: "wm2", Joined: at}}},
		{n: 1, sim: "g2", id: hand, kind: models.OrdinaryGroup, names: map[string]string{"p1": "og1"}}}}
	b.present[room] = []models.GroupMember{{UserKey: "owner", Staff: true}, {UserKey: "wm1", MemberID: 1, JoinedAt: ms(0)},
		{UserKey: "wm2", MemberID: 2, JoinedAt: ms(0)}}
	b.present[hand] = []models.GroupMember{{UserKey: "og1", MemberID: 1}}
	for i, one := range []struct {
		group    models.GroupID
		code     string
		proof    models.Proof // empty: not booked
		appeared bool
		fact     fact
	}{
		{room, "PLATFORM", models.ProofPlatform, true, fact{}},
		{hand, "OWNER", models.ProofOwner, true, fact{said: []models.Millis{ms(2 * time.Hour)}}},
		{hand, "CARD", models.ProofCard, true, fact{opened: []models.Millis{ms(2 * time.Hour)}, openers: []string{"p1"}, tried: 1}},
		{hand, "UNSEEN", "", true, fact{}},
		{hand, "LIE", models.ProofOwner, false, fact{said: []models.Millis{ms(2 * time.Hour)}, lied: true}},
		{room, "NEVER", "", false, fact{}},
	} {
		n := int(one.group - room)
		p := models.Placement{ID: models.PlacementID(100 + i), Code: one.code, GroupID: one.group, OfferID: models.OfferID(200 + i),
			State: models.PlacementReleased, S: ms(0), E: ms(10 * time.Hour)}
		t := models.Task{PlacementID: p.ID, GroupID: p.GroupID, State: models.TaskCancelled, Proof: one.proof, DueAt: p.E}
		if one.proof != "" {
			p.State, p.SentAt, t.State = models.PlacementConfirmed, ms(time.Hour), models.TaskDone
		}
		if one.appeared {
			post := wechatsim.Post{At: at.Add(time.Hour), By: "owner", AppID: miniApp, Page: "pages/offer/index?p=" + one.code}
			if one.proof == models.ProofPlatform {
				post.MsgID = "msg"
			}
			tr.appeared = append(tr.appeared, wechatsim.Appearance{Group: tr.groups[n].sim, Post: post})
		}
		f := one.fact
		tr.facts[key{n, one.code}] = &f
		b.placements, b.tasks[p.ID] = append(b.placements, p), t
	}
	return tr, b
}

// TestDifferencesAreSeen falsifies one thing at a time in a book that is right. Each must be found, and for what it is.
func TestDifferencesAreSeen(t *testing.T) {
	t.Parallel()
	tr, b := small()
	right := compare(tr, b)
	want := posts{Appeared: 4, Platform: 1, Owner: 1, Card: 1, Unseen: 1, SaidOnly: 1}
	if err := right.err(); err != nil || right.posts != want || right.members != (members{Groups: 1, Present: 2, Met: 1}) {
		t.Fatalf("a book that is right: %v, %+v, %+v", err, right.posts, right.members)
	}
	unbook := func(b *book, i int) {
		b.placements[i].State = models.PlacementReleased
		task := b.tasks[b.placements[i].ID]
		task.State, task.Proof = models.TaskCancelled, ""
		b.tasks[b.placements[i].ID] = task
	}
	for name, c := range map[string]struct {
		falsify func(*truth, *book)
		found   func(*comparison) int
	}{
		"what the platform told is not booked": {func(_ *truth, b *book) { unbook(b, 0) }, func(c *comparison) int { return c.posts.Missing }},
		"what the owner told is not booked":    {func(_ *truth, b *book) { unbook(b, 1) }, func(c *comparison) int { return c.posts.Missing }},
		"what a member opened is not booked":   {func(_ *truth, b *book) { unbook(b, 2) }, func(c *comparison) int { return c.posts.Missing }},
		"a post never appeared": {func(tr *truth, _ *book) { tr.appeared = tr.appeared[1:] },
			func(c *comparison) int { return c.posts.Phantom }},
		"a lie is booked on other grounds": {func(_ *truth, b *book) {
			task := b.tasks[b.placements[4].ID]
			task.Proof = models.ProofCard
			b.tasks[task.PlacementID] = task
		}, func(c *comparison) int { return c.posts.Phantom }},
		"a second row for one post": {func(_ *truth, b *book) {
			p := b.placements[0]
			p.ID, p.Code = 999, "SECOND"
			b.placements = append(b.placements, p)
		}, func(c *comparison) int { return c.posts.Phantom }},
		"a hand-made post nobody made": {func(_ *truth, b *book) {
			p := b.placements[0]
			p.ID, p.Code, p.Origin = 999, "SECOND", models.OriginExternal
			b.placements = append(b.placements, p)
		}, func(c *comparison) int { return c.posts.Phantom }},
		"a time before it appeared": {func(_ *truth, b *book) { b.placements[0].SentAt -= 2000 }, func(c *comparison) int { return c.posts.WrongTime }},
		"a time long after":         {func(_ *truth, b *book) { b.placements[1].SentAt += 3600_000 * 3 }, func(c *comparison) int { return c.posts.WrongTime }},
		"of unknown fate and given up": {func(_ *truth, b *book) {
			task := b.tasks[b.placements[5].ID]
			task.State = models.TaskCalling
			b.tasks[task.PlacementID] = task
		}, func(c *comparison) int { return c.posts.Missing }},
		"sent by two messages": {func(tr *truth, _ *book) {
			again := tr.appeared[0]
			again.MsgID = "another"
			tr.appeared = append(tr.appeared, again)
		}, func(c *comparison) int { return c.posts.Doubled }},
		"still with its owner when it is over": {func(tr *truth, b *book) {
			tr.open = []wechatsim.Task{{MsgID: "msg"}}
			b.sent = map[string]models.Envelope{"msg": {ID: 1, State: models.EnvelopeClosed, DueAt: b.now}}
		}, func(c *comparison) int { return c.posts.Left }},
		"of a message nobody knows": {func(tr *truth, _ *book) { tr.open = []wechatsim.Task{{MsgID: "msg"}} }, func(c *comparison) int { return c.posts.Left }},
		"a card of nobody":          {func(tr *truth, _ *book) { tr.appeared[0].Page += "X" }, func(c *comparison) int { return c.posts.Missing }},
		"a card elsewhere": {func(tr *truth, _ *book) {
			tr.appeared = append(tr.appeared, tr.appeared[0])
			tr.appeared[len(tr.appeared)-1].Group = "g2"
			tr.facts[key{1, "PLATFORM"}] = &fact{opened: []models.Millis{models.MillisOf(start().Add(2 * time.Hour))}, tried: 1}
		}, func(c *comparison) int { return c.posts.Missing }},
		"somebody is not in the book":   {func(_ *truth, b *book) { b.present[11] = b.present[11][:2] }, func(c *comparison) int { return c.members.Missing }},
		"somebody left":                 {func(tr *truth, _ *book) { tr.groups[0].present = tr.groups[0].present[1:] }, func(c *comparison) int { return c.members.Phantom }},
		"two are taken for one":         {func(_ *truth, b *book) { b.present[11][2].MemberID = 1 }, func(c *comparison) int { return c.members.Confused }},
		"she came back since":           {func(tr *truth, _ *book) { tr.groups[0].present[0].Joined = start().Add(day) }, func(c *comparison) int { return c.members.Confused }},
		"another owner":                 {func(tr *truth, _ *book) { tr.groups[0].owner = "other" }, func(c *comparison) int { return c.members.Phantom }},
		"an opener is not in the book":  {func(_ *truth, b *book) { b.present[12] = nil }, func(c *comparison) int { return c.members.Missing }},
		"one who opened nothing":        {func(tr *truth, _ *book) { tr.facts[key{1, "CARD"}].openers = nil }, func(c *comparison) int { return c.members.Phantom }},
		"a group taken for another one": {func(_ *truth, b *book) { g := b.groups[12]; id := "tGother"; g.OpenGID = &id; b.groups[12] = g }, func(c *comparison) int { return c.members.Misbound }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tr, b := small()
			c.falsify(&tr, &b)
			got := compare(tr, b)
			if got.err() == nil || c.found(got) == 0 {
				t.Errorf("not found for what it is: %+v %+v", got.posts, got.members)
			}
		})
	}
}
