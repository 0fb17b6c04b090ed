package bot

import (
	"context"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

// SyncTag is the job that brings WeChat's copy of a tag in step with ours, which is the truth. With Compare it first reads
// whom WeChat has under it.
type SyncTag struct {
	Community models.CommunityID `json:"community"`
	Tag       models.TagID       `json:"tag"`
	Compare   bool               `json:"compare"`
}

// Kind names the job.
func (SyncTag) Kind() string { return "tag.sync" }

// tagLease is how long one worker has a tag for itself; it is prolonged with every batch.
const tagLease = 2 * time.Minute

// tagWork is one worker at one tag. Every tag it touches at WeChat was made by us: its id is stored with ours. Tags that
// others made, and WeChat's own 0, 1 and 2, are never changed.
type tagWork struct {
	b       *Bot
	channel models.Channel
	tag     models.Tag
	held    models.Millis // the lease
	readAt  models.Millis // when the tag was read: what is said of it later needs another worker
}

// syncTag leases a tag, brings it in step and gives it back.
func (b *Bot) syncTag(ctx context.Context, a SyncTag) error {
	sc := b.store.Read(ctx).In(a.Community)
	t, err := sc.Tag(a.Tag)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	c, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	w := &tagWork{b: b, channel: c, tag: t}
	if t.BusyUntil > sc.Now {
		return jobs.Snooze(t.BusyUntil, "another worker is at this tag")
	}
	if err := w.lease(ctx); err != nil {
		return err
	}
	again := b.store.Read(ctx).In(a.Community) // another worker may have been at it until now
	w.readAt = again.Now
	if w.tag, err = again.Tag(a.Tag); err != nil {
		if models.IsKind(err, models.NotFound) {
			return nil
		}
		return err
	}
	err = w.work(ctx, a.Compare)
	if back := w.giveBack(ctx, err); back != nil {
		return back
	}
	switch weixin.Classify(err) {
	case weixin.Gone, weixin.Invalid: // asking again will not help: the tag says why, and the nightly comparison tries again
		return nil
	case weixin.None, weixin.Temporary, weixin.Quota, weixin.Denied:
	}
	return weixin.Redacted(err)
}

// lease takes the tag, or keeps it; somebody else who has it meanwhile is waited for.
func (w *tagWork) lease(ctx context.Context) error {
	return w.b.store.Tx(ctx, func(tx *models.Tx) error {
		until := tx.Now.Add(tagLease)
		ok, err := tx.In(w.tag.CommunityID).LeaseTag(w.tag.ID, w.held, until)
		if err == nil && !ok {
			return jobs.Snooze(until, "another worker is at this tag")
		}
		w.held = until
		return err
	})
}

// giveBack ends the lease and books how the tag stands.
func (w *tagWork) giveBack(ctx context.Context, failed error) error {
	code := ""
	if failed != nil {
		code = models.CodeOf(refused(failed, w.b.store.Clock().Now()))
	}
	return w.b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(w.tag.CommunityID)
		known, err := sc.Tag(w.tag.ID)
		if models.IsKind(err, models.NotFound) { // deleted for good
			return nil
		}
		if err != nil || known.BusyUntil != w.held {
			return err
		}
		f := w.tag.Facts()
		f.Error, f.BusyUntil = code, 0
		if failed == nil {
			f.SyncedAt = w.readAt
		}
		if f.People, err = sc.CountTagged(w.tag.ID); err != nil {
			return err
		}
		return sc.SetTag(w.tag.ID, f)
	})
}

func (w *tagWork) work(ctx context.Context, compare bool) error {
	if w.tag.State == models.TagDeleting {
		return w.remove(ctx)
	}
	if err := w.ensure(ctx, compare); err != nil {
		return err
	}
	if compare {
		if err := w.compare(ctx); err != nil {
			return err
		}
	}
	for _, give := range []bool{false, true} { // taking first makes room for others of her twenty
		if err := w.tell(ctx, give); err != nil {
			return err
		}
	}
	return nil
}

type remoteTag struct {
	ID    int64  `json:"id"`
	Name  string `json:"name"`
	Count int    `json:"count"`
}

func (w *tagWork) list(ctx context.Context) ([]remoteTag, error) {
	var answer struct {
		Tags []remoteTag `json:"tags"`
	}
	return answer.Tags, w.b.hub.GetJSON(ctx, accountID(w.channel), "/cgi-bin/tags/get", nil, &answer)
}

// ensure makes the tag at WeChat if it is not there and gives it our name. A tag of that name that we have asked for before
// is ours: the answer was lost in a crash. One that we have not asked for is somebody else's and is left alone (45157).
func (w *tagWork) ensure(ctx context.Context, look bool) error {
	renamed := false
	if w.tag.RemoteID != 0 && !look && w.tag.UpdatedAt < w.tag.SyncedAt {
		return nil
	}
	if w.tag.RemoteID != 0 || w.tag.AskedAt != 0 {
		all, err := w.list(ctx)
		if err != nil {
			return err
		}
		found := int64(0)
		for _, t := range all {
			if t.ID == w.tag.RemoteID || (w.tag.RemoteID == 0 && t.Name == w.tag.Name && t.ID > 2) {
				found, renamed = t.ID, t.Name != w.tag.Name
			}
		}
		if found != w.tag.RemoteID {
			if err := w.remember(ctx, found, w.tag.AskedAt); err != nil {
				return err
			}
		}
	}
	body := map[string]any{"tag": map[string]any{"name": w.tag.Name}}
	if w.tag.RemoteID != 0 {
		if !renamed {
			return nil
		}
		body = map[string]any{"tag": map[string]any{"id": w.tag.RemoteID, "name": w.tag.Name}}
		return w.b.hub.PostJSON(ctx, accountID(w.channel), "/cgi-bin/tags/update", body, nil)
	}
	if err := w.remember(ctx, 0, models.MillisOf(w.b.store.Clock().Now())); err != nil {
		return err
	}
	var answer struct {
		Tag remoteTag `json:"tag"`
	}
	err := w.b.hub.PostJSON(ctx, accountID(w.channel), "/cgi-bin/tags/create", body, &answer)
	if err != nil {
		if _, said := weixin.Code(err); said && weixin.Classify(err) != weixin.Temporary { // it was not made: what has the name is not ours
			if forgotten := w.remember(ctx, 0, 0); forgotten != nil {
				return forgotten
			}
		}
		return err
	}
	return w.remember(ctx, answer.Tag.ID, w.tag.AskedAt)
}

// remember stores WeChat's id of the tag. When it changes, WeChat has nobody under the new one.
func (w *tagWork) remember(ctx context.Context, id int64, asked models.Millis) error {
	gone := w.tag.RemoteID != 0 && id != w.tag.RemoteID
	w.tag.RemoteID, w.tag.AskedAt = id, asked
	return w.b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(w.tag.CommunityID)
		f := w.tag.Facts()
		f.BusyUntil = w.held
		if err := sc.SetTag(w.tag.ID, f); err != nil || !gone {
			return err
		}
		shares, err := sc.MemberTags(w.tag.ID)
		if err != nil {
			return err
		}
		return sc.TagTold(shareIDs(shares), false, "")
	})
}

func shareIDs(shares []models.MemberTag) []models.ID[models.MemberTag] {
	ids := make([]models.ID[models.MemberTag], len(shares))
	for i, s := range shares {
		ids[i] = s.ID
	}
	return ids
}

// compare reads whom WeChat has under the tag, page by page, and books it. Whom we do not know is taken off at once: the
// tag is ours, and our book is its truth.
func (w *tagWork) compare(ctx context.Context) error {
	there := map[string]bool{}
	var order []string
	for next := ""; ; {
		if err := w.lease(ctx); err != nil {
			return err
		}
		var page struct {
			Data struct {
				OpenIDs []string `json:"openid"`
			} `json:"data"`
			Next string `json:"next_openid"`
		}
		err := w.b.hub.PostJSON(ctx, accountID(w.channel), "/cgi-bin/user/tag/get",
			map[string]any{"tagid": w.tag.RemoteID, "next_openid": next}, &page)
		if err != nil {
			return err
		}
		for _, id := range page.Data.OpenIDs {
			if !there[id] {
				there[id] = true
				order = append(order, id)
			}
		}
		if len(page.Data.OpenIDs) == 0 || page.Next == "" || page.Next == next {
			break
		}
		next = page.Next
	}
	strangers, err := w.bookThere(ctx, order)
	if err != nil {
		return err
	}
	for len(strangers) > 0 {
		n := min(len(strangers), DefaultTagLimits().Batch)
		if err := w.call(ctx, false, strangers[:n]); err != nil {
			return err
		}
		strangers = strangers[n:]
	}
	return nil
}

// bookThere books whom WeChat has under the tag and returns those we do not know.
func (w *tagWork) bookThere(ctx context.Context, openIDs []string) (strangers []string, err error) {
	err = w.b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(w.tag.CommunityID)
		strangers = nil
		known, err := sc.MembersOf(w.channel.AppID, openIDs)
		if err != nil {
			return err
		}
		shares, err := sc.MemberTags(w.tag.ID)
		if err != nil {
			return err
		}
		has := map[models.MemberID]bool{}
		for _, id := range openIDs {
			if m := known[id]; m != 0 {
				has[m] = true
			} else {
				strangers = append(strangers, id)
			}
		}
		var lost, again []models.MemberTag // WeChat has not what we thought; what had a problem is tried again
		for _, s := range shares {
			switch {
			case !has[s.MemberID] && (s.Remote || s.Problem != ""):
				lost = append(lost, s)
			case has[s.MemberID] && (!s.Remote || s.Problem != ""):
				again = append(again, s)
			}
			delete(has, s.MemberID)
		}
		if err := sc.TagTold(shareIDs(lost), false, ""); err != nil {
			return err
		}
		if err := sc.TagTold(shareIDs(again), true, ""); err != nil {
			return err
		}
		for m := range has {
			if err := sc.TagSeen(w.tag.ID, m); err != nil {
				return err
			}
		}
		w.tag.CheckedAt = tx.Now
		return nil
	})
	return strangers, err
}

// tell gives or takes the tag, fifty people at a time, and books each batch.
func (w *tagWork) tell(ctx context.Context, give bool) error {
	after := models.ID[models.MemberTag](0)
	for {
		sc := w.b.store.Read(ctx).In(w.tag.CommunityID)
		some, err := sc.TagWork(w.tag.ID, give, after, DefaultTagLimits().Batch)
		if err != nil || len(some) == 0 {
			return err
		}
		after = some[len(some)-1].ID
		if err := w.lease(ctx); err != nil {
			return err
		}
		members := make([]models.MemberID, len(some))
		for i, s := range some {
			members[i] = s.MemberID
		}
		names, err := sc.OpenIDs(w.channel.AppID, members)
		if err != nil {
			return err
		}
		var reachable, nameless []models.MemberTag
		for _, s := range some {
			if names[s.MemberID] == "" {
				nameless = append(nameless, s)
			} else {
				reachable = append(reachable, s)
			}
		}
		if err := w.book(ctx, nameless, false, "gone"); err != nil {
			return err
		}
		if err := w.batch(ctx, give, reachable, names); err != nil {
			return err
		}
	}
}

// batch makes one call for some people. One of them can make WeChat refuse them all: then the call is halved until it is
// known who it is.
func (w *tagWork) batch(ctx context.Context, give bool, some []models.MemberTag, names map[models.MemberID]string) error {
	if len(some) == 0 {
		return nil
	}
	openIDs := make([]string, len(some))
	for i, s := range some {
		openIDs[i] = names[s.MemberID]
	}
	err := w.call(ctx, give, openIDs)
	if err == nil {
		return w.book(ctx, some, give, "")
	}
	var problem string
	switch code, _ := weixin.Code(err); code {
	case 45059:
		problem = "full"
	case 40003, 49003, 43004:
		problem = "gone"
	default:
		return err
	}
	if len(some) == 1 {
		return w.book(ctx, some, false, problem)
	}
	half := len(some) / 2
	if err := w.batch(ctx, give, some[:half], names); err != nil {
		return err
	}
	return w.batch(ctx, give, some[half:], names)
}

func (w *tagWork) call(ctx context.Context, give bool, openIDs []string) error {
	path := "/cgi-bin/tags/members/batchuntagging"
	if give {
		path = "/cgi-bin/tags/members/batchtagging"
	}
	return w.b.hub.PostJSON(ctx, accountID(w.channel), path, map[string]any{"tagid": w.tag.RemoteID, "openid_list": openIDs}, nil)
}

func (w *tagWork) book(ctx context.Context, some []models.MemberTag, remote bool, problem string) error {
	if len(some) == 0 {
		return nil
	}
	return w.b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(w.tag.CommunityID).TagTold(shareIDs(some), remote, problem)
	})
}

// remove deletes the tag at WeChat and then for good. One that is not there any more is fine.
func (w *tagWork) remove(ctx context.Context) error {
	if w.tag.RemoteID != 0 {
		err := w.b.hub.PostJSON(ctx, accountID(w.channel), "/cgi-bin/tags/delete", map[string]any{"tag": map[string]any{"id": w.tag.RemoteID}}, nil)
		const gone = 45159
		if code, _ := weixin.Code(err); err != nil && code != gone {
			return err
		}
	}
	return w.b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(w.tag.CommunityID).DeleteTag(w.tag.ID) })
}
