package bot

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"encoding/hex"
	"strings"
	"time"

	"siyu/models"
)

// Caller is a browser that opens the page of an entry.
type Caller struct {
	Cookie string // that we gave it before
	IP     string
	Agent  string
	// Person says that somebody looks at it: it is no robot and no preview.
	Person bool
}

// Visitor is somebody a page is shown to.
type Visitor struct {
	ID     string // empty: nobody is counted and no place is kept
	Cookie string // to be given to her browser; empty: it has it
	Pick   string // the city or tag she chose
}

// visitorBytes give 96 bits: nobody guesses somebody else's, who would take her place.
const visitorBytes = 12

// Visit counts that somebody opens an entry's page, once per person, and tells who she is from now on. A browser without
// our cookie is known for a day by its address and name, of which nothing but a keyed hash is stored; a second person behind
// the same address is told from the first by the cookie that the first one's browser has shown. A page is never kept waiting
// for its count: what the store does not take in time is not counted.
func (b *Bot) Visit(ctx context.Context, code string, c Caller) Visitor {
	if !c.Person {
		return Visitor{}
	}
	ctx, cancel := context.WithTimeout(ctx, b.entries.VisitWithin)
	defer cancel()
	id, known := b.openCookie(c.Cookie)
	v := Visitor{ID: id}
	if !known {
		now := b.store.Clock().Now().UTC()
		id = hex.EncodeToString(b.store.Keys().MAC("entry.caller",
			[]byte(now.Format(time.DateOnly)+"\x00"+c.IP+"\x00"+c.Agent))[:visitorBytes])
		v = Visitor{ID: id, Cookie: b.sealCookie(id)}
	}
	e, err := b.store.Read(ctx).EntryByCode(code)
	if err == nil && e.RetiredAt == 0 {
		v, err = b.count(ctx, e, v, known)
	}
	if err != nil && !models.IsKind(err, models.NotFound) {
		b.log.WarnContext(ctx, "a visit is not counted", "error", err)
	}
	return v
}

// Seen notes that a browser has shown the cookie which the page of an entry gave it.
func (b *Bot) Seen(ctx context.Context, code, cookie string) {
	if _, ours := b.openCookie(cookie); ours {
		b.Visit(ctx, code, Caller{Cookie: cookie, Person: true})
	}
}

// count counts a visitor of an entry. It writes only what is not known yet.
func (b *Bot) count(ctx context.Context, e models.Entry, v Visitor, known bool) (Visitor, error) {
	key := func(id string) string { return visitorKey(b.store.Keys(), "entry.visit", e.ID.String(), id) }
	was, err := b.store.Read(ctx).In(e.CommunityID).Visit(e.ID, key(v.ID))
	switch {
	case err == nil && known && was.Kept:
		return v, nil
	case err == nil && known:
		return v, b.store.Tx(ctx, func(tx *models.Tx) error { return tx.In(e.CommunityID).KeepVisit(was.ID) })
	case err == nil && !was.Kept:
		return v, nil // the same browser again, which takes no cookies
	case err == nil: // somebody else behind the same address
		v.ID = newVisitorID()
		v.Cookie = b.sealCookie(v.ID)
	case !models.IsKind(err, models.NotFound):
		return v, err
	}
	return v, b.store.Tx(ctx, func(tx *models.Tx) error {
		_, err := tx.In(e.CommunityID).AddVisit(&models.EntryVisit{EntryID: e.ID, Visitor: key(v.ID), Kept: known})
		return err
	})
}

func newVisitorID() string {
	id := make([]byte, visitorBytes)
	_, _ = rand.Read(id) // never fails since Go 1.24
	return hex.EncodeToString(id)
}

const purposeVisitor = "entry.cookie"

// sealCookie signs a visitor's id.
func (b *Bot) sealCookie(id string) string {
	return id + "." + hex.EncodeToString(b.store.Keys().MAC(purposeVisitor, []byte(id))[:16])
}

// openCookie reads a cookie that sealCookie made; any other is nobody's.
func (b *Bot) openCookie(cookie string) (string, bool) {
	id, _, ok := strings.Cut(cookie, ".")
	if !ok || len(id) != 2*visitorBytes || !hmac.Equal([]byte(b.sealCookie(id)), []byte(cookie)) {
		return "", false
	}
	return id, true
}
