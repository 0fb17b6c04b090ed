package app_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"testing"
	"time"

	"siyu/models"
)

// cardPicture uploads a picture of some width for a card, as a brand, and returns its id and its bytes.
func (w *world) cardPicture(t *testing.T, width int) (models.PictureID, []byte) {
	t.Helper()
	var body bytes.Buffer
	must(t, png.Encode(&body, image.NewGray(image.Rect(0, 0, width, 40))))
	a := w.send(t, http.MethodPost, "/api/console/v1/offers/pictures", w.guest(t, "brand"), body.String(), map[string]string{"Content-Type": "image/png"})
	if a.status != http.StatusCreated {
		t.Fatalf("the picture: %d %s", a.status, a.body)
	}
	var id models.PictureID
	must(t, id.UnmarshalText([]byte(pick(t, a.body, "id"))))
	return id, body.Bytes()
}

// dropCheck forgets that a picture was looked at.
func (w *world) dropCheck(t *testing.T, id models.PictureID) {
	t.Helper()
	must(t, w.store.Tx(t.Context(), func(tx *models.Tx) error { return tx.In(w.seeded.Community).DropCheck("picture:" + id.String()) }))
}

// TestOfferPictures: members see an offer's picture only when WeChat, which downloads it from us while it looks, has passed it; its brand
// reads why one was refused, and such an offer is approved only when the organiser has passed the picture herself.
func TestOfferPictures(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.notified(t)
		w.bound(t, "member")
		const path, wall = "/api/console/v1/offers", "/api/mini/v1/offers"
		english := map[string]string{"Accept-Language": "en"}
		hand := func(id models.PictureID) {
			t.Helper()
			w.kept["picture"] = id.String()
			w.call(t, call{name: "hand in", path: path, as: "brand", status: 201, keep: "offer=id", body: w.offer("words", []map[string]any{{"picture_id": id}}),
				has: []string{`"picture_id":"${picture}"`, `"state":"unchecked","text":""`}})
			w.settle(t, time.Second)
		}
		asked := func(id models.PictureID) string {
			t.Helper()
			c, err := w.store.Read(t.Context()).In(w.seeded.Community).CheckOf("picture:" + id.String())
			must(t, err)
			return c.Content
		}
		good, bytesOf := w.cardPicture(t, 50)
		hand(good)
		got := w.send(t, http.MethodGet, asked(good), guest{}, "", nil)
		if got.status != http.StatusOK || !bytes.Equal(got.body, bytesOf) || got.header.Get("Content-Type") != "image/png" {
			t.Errorf("WeChat gets %d, %d bytes of %s", got.status, len(got.body), got.header.Get("Content-Type"))
		}
		w.run(t, []call{
			{name: "another hash", path: "/pictures/" + good.String() + "/00", status: 404},
			{name: "being looked at", path: path + "/${offer}", as: "brand", has: []string{`"state":"checking","text":""`}},
			{name: "approved meanwhile", method: "POST", path: path + "/${offer}/approve", as: "organiser", has: []string{`"state":"checking","text":""`}},
			{name: "a plain card until then", path: wall, as: "member", has: []string{`"id":"${offer}"`, `"picture":false`}, not: []string{`"picture":true`}},
			{name: "and no picture", path: wall + "/${offer}/picture", as: "member", status: 404, has: []string{"picture_not_found"}},
		})
		w.late(t)
		w.run(t, []call{
			{name: "passed", path: path + "/${offer}", as: "brand", has: []string{`"state":"passed","text":""`}},
			{name: "shown", path: wall, as: "member", has: []string{`"picture":true`}},
			{name: "as it is", path: wall + "/${offer}/picture", as: "member"},
			{name: "nobody else downloads it any more", path: asked(good), status: 404, has: []string{"picture_not_found"}},
		})
		bad, _ := w.cardPicture(t, 60)
		w.sim.Moderate(bad.String(), "risky", 20002)
		hand(bad)
		w.late(t)
		w.run(t, []call{
			{name: "its brand reads why", path: path + "/${offer}", as: "brand", header: english, has: []string{`"state":"refused","text":"pornography"`}},
			{name: "not approved", method: "POST", path: path + "/${offer}/approve", as: "organiser", status: 409, has: []string{"offer_picture_refused"}},
			{name: "find it", path: checks + "?state=refused", as: "organiser", has: []string{`"object":"picture:${picture}"`, `"kind":"image"`}, keep: "check=checks.0.id"},
			{name: "she has looked at it", method: "POST", path: checks + "/${check}/pass", as: "organiser"},
			{name: "approved", method: "POST", path: path + "/${offer}/approve", as: "organiser", has: []string{`"state":"passed","text":""`}},
		})
		w.dropCheck(t, bad)
		w.settle(t, 61*time.Minute) // as if it had been shown before pictures were looked at
		w.late(t)
		w.call(t, call{name: "looked at by itself", path: path + "/${offer}", as: "brand", has: []string{`"state":"refused"`}})
		w.settle(t, 3*time.Hour) // nobody is active any more: a person looks
		left, _ := w.cardPicture(t, 70)
		hand(left)
		w.run(t, []call{
			{name: "left to a person", path: path + "/${offer}", as: "brand", header: english, has: []string{`"state":"needs_review","text":"Its author was not`}},
			{name: "who approves it with the offer", method: "POST", path: path + "/${offer}/approve", as: "organiser", has: []string{`"state":"passed","text":""`}},
		})
	})
}
