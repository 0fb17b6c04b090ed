package app_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
)

// TestOfferLife: a brand writes an offer step by step, the organiser chooses where it goes, it is changed while it runs, and ends;
// nobody sees or touches what is not hers.
func TestOfferLife(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		const path = "/api/console/v1/offers"
		w.staffed(t)
		w.joins(t, "keeper", "keeper")
		w.kept["hers"], w.kept["other"] = w.seeded.Groups[2].ID.String(), w.seeded.Groups[0].ID.String()
		english := map[string]string{"Accept-Language": "en"}
		w.sendCard(t)
		words := []map[string]any{{"locale": "en", "title": "Rolls, two for one", "body": "On weekdays", "card_title": "Rolls", "picture_id": w.kept["picture"]}}
		w.run(t, []call{
			{name: "a keeper gets a group", method: "PUT", path: "/api/console/v1/groups/${hers}/keeper", as: "organiser", body: `{"keeper_id":"${keeper}"}`},
			{name: "what must not be said", path: path + "/lint", as: "brand", header: english, body: `{"title":"最好的蛋糕","body":"转发到朋友圈即可领取"}`,
				has: []string{`"rule":"absolute"`, `"rule":"share_gated"`, `"from":0,"to":2`, "Advertising Law", "must not depend on forwarding"}},
			{name: "whom it may be for", path: path + "/audiences", as: "brand", has: []string{`"groups":[{`, `"tags":[`, "${other}"}},
			{name: "only a title", path: path + "/drafts", as: "brand", body: `{"title":"肉桂卷"}`, status: 201, keep: "offer=id", has: []string{`"stage":"draft"`, `"rev":1`}},
			{name: "a click", path: path + "/drafts", as: "brand", header: map[string]string{"Idempotency-Key": "click-0001"}, body: `{"title":"可颂"}`, status: 201, keep: "click=id"},
			{name: "and another", path: path + "/drafts", as: "brand", header: map[string]string{"Idempotency-Key": "click-0001"}, body: `{"title":"可颂"}`, status: 201, has: []string{`"id":"${click}"`}},
			{name: "another brand's", path: path + "/drafts", as: "brand2", header: map[string]string{"Idempotency-Key": "click-0001"}, body: `{"title":"可颂"}`, status: 201, not: []string{"${click}"}},
			{name: "a key that is none", path: path, as: "brand", header: map[string]string{"Idempotency-Key": "short"}, body: w.offer(), status: 400, has: []string{"key_missing"}},
			{name: "handed in", path: path, as: "brand", header: map[string]string{"Idempotency-Key": "click-0002"}, body: w.offer(), status: 201, keep: "handed=id"},
			{name: "once", path: path, as: "brand", header: map[string]string{"Idempotency-Key": "click-0002"}, body: w.offer(), status: 201, has: []string{`"id":"${handed}"`}},
			{name: "withdrawn", path: path + "/${handed}/withdraw", as: "brand", body: `{"reason":"x"}`},
			{name: "thrown away", method: "DELETE", path: path + "/${click}", as: "brand", status: 204},
			{name: "and made anew", path: path + "/drafts", as: "brand", header: map[string]string{"Idempotency-Key": "click-0001"}, body: `{"title":"可颂"}`, status: 201, not: []string{"${click}"}, keep: "click=id"},
			{name: "thrown away too", method: "DELETE", path: path + "/${click}", as: "brand", status: 204},
			{name: "not for the organiser yet", path: path + "/${offer}", as: "organiser", status: 404},
			{name: "nor in her list", path: path, as: "organiser", not: []string{`"${offer}"`}},
			{name: "nor for another brand", path: path + "/${offer}", as: "brand2", status: 404},
			{name: "nor to write", method: "PUT", path: path + "/${offer}", as: "brand2", body: w.offer(), status: 404},
			{name: "too little", method: "POST", path: path + "/${offer}/submit", as: "brand", status: 400, has: []string{`"field":"body"`}},
			{name: "a shop that is none", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("shop_ids", []string{"12345"}), status: 400, has: []string{"shop_not_found"}},
			{name: "forbidden words are kept", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("body", "集赞送蛋糕", "rev", 1),
				has: []string{`"rev":2`, `"rule":"like_gated"`}},
			{name: "and not handed in", method: "POST", path: path + "/${offer}/submit", as: "brand", header: english, status: 400, has: []string{"offer_conduct", `"field":"body"`}},
			{name: "an old revision", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("rev", 1), status: 409, has: []string{"offer_changed"}},
			{name: "all of it", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("rev", 2, "words", words, "days_after_claim", 7, "min_spend_fen", 2000,
				"blackout", []map[string]any{{"days": []int{5, 6}, "from": 1320, "to": 120}}), has: []string{`"days_after_claim":7`, `"card_title":"Rolls"`}},
			{name: "as it reads in English", path: path + "/${offer}/preview?lang=en", as: "brand",
				has: []string{`"locale":"en"`, "On weekdays", `"card_title":"【广告】Rolls"`, `"value":"CAD 4.50"`, `"picture_id":"${picture}"`}},
			{name: "and in French", path: path + "/${offer}/preview?lang=fr", as: "brand", status: 400},
			{name: "a copy", method: "POST", path: path + "/${offer}/copy", as: "brand", status: 201, keep: "copy=id", has: []string{`"stage":"draft"`, "On weekdays"}},
			{name: "is thrown away", method: "DELETE", path: path + "/${copy}", as: "brand", status: 204},
			{name: "and gone", path: path + "/${copy}", as: "brand", status: 404},
			{name: "handed in", method: "POST", path: path + "/${offer}/submit", as: "brand", body: `{"rev":3}`, has: []string{`"stage":"submitted"`}},
			{name: "no draft any more", method: "DELETE", path: path + "/${offer}", as: "brand", status: 409, has: []string{"offer_no_draft"}},
			{name: "a keeper does not approve it", path: path + "/${offer}/groups", as: "keeper", body: `{"approve":[{"group_id":"${hers}"}]}`, status: 403, has: []string{"scope_denied"}},
			{name: "she refuses it in her group", path: path + "/${offer}/groups", as: "keeper", body: `{"refuse":[{"group_id":"${hers}","note":"家长反感"}]}`, has: []string{`"stage":"submitted"`}},
			{name: "and in no other", path: path + "/${offer}/groups", as: "keeper", body: `{"refuse":[{"group_id":"${other}"}]}`, status: 404, has: []string{"group_not_found"}},
			{name: "what she has not read", path: path + "/${offer}/groups", as: "organiser", body: `{"rev":3,"approve":[{"group_id":"${other}"}]}`, status: 409, has: []string{"offer_changed"}},
			{name: "not over her head", path: path + "/${offer}/groups", as: "organiser", body: `{"approve":[{"group_id":"${hers}"}]}`, status: 409, has: []string{"group_vetoed"}},
			{name: "in one group", path: path + "/${offer}/groups", as: "organiser", body: `{"rev":4,"approve":[{"group_id":"${other}","note":"周五"}]}`, has: []string{`"stage":"live"`, `"state":"approved"`}},
			{name: "what was decided", path: path + "/${offer}/groups?limit=200", as: "organiser", has: []string{`"choice":"approved","note":"周五"`, `"choice":"refused","note":"家长反感"`, `"choice":"open"`}},
			{name: "as the keeper sees it", path: path + "/${offer}/groups", as: "keeper", has: []string{"${hers}"}, not: []string{"${other}"}},
			{name: "a page", path: path + "/${offer}/groups?limit=1", as: "organiser", keep: "next=next"},
			{name: "the next one", path: path + "/${offer}/groups?limit=1&after=${next}", as: "organiser", has: []string{`"groups":[{`}},
			{name: "more stock", method: "PUT", path: path + "/${offer}/stock", as: "brand", body: `{"stock":12,"was":10}`, has: []string{`"stock":12`}},
			{name: "from what it is no more", method: "PUT", path: path + "/${offer}/stock", as: "brand", body: `{"stock":20,"was":10}`, status: 409, has: []string{"offer_changed"}},
			{name: "another word", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("title", "肉桂卷买二送一", "stock", 12), keep: "change=change.id",
				has: []string{`"title":"肉桂卷买一送一"`, `"number":`}},
			{name: "as it would read", path: path + "/${offer}/preview?change=true", as: "organiser", has: []string{"买二送一"}},
			{name: "another begin", method: "PUT", path: path + "/${offer}", as: "brand", body: w.offer("starts_at", w.now().Add(day)), status: 409, has: []string{"offer_fixed", `"field":"starts_at"`}},
			{name: "no reason", path: path + "/${offer}/change/decline", as: "organiser", body: `{"change_id":"${change}"}`, status: 400, has: []string{"reason_missing"}},
			{name: "not the brand's to decide", path: path + "/${offer}/change/approve", as: "brand", body: `{"change_id":"${change}"}`, status: 403},
			{name: "approved", path: path + "/${offer}/change/approve", as: "organiser", body: `{"change_id":"${change}"}`, has: []string{`"title":"肉桂卷买二送一"`, `"terms_id":"${change}"`}, not: []string{`"change":{`}},
			{name: "both are kept", path: path + "/${offer}/terms", as: "brand", has: []string{`"current":"${change}"`, "买一送一", "买二送一"}},
			{name: "not to another brand", path: path + "/${offer}/terms", as: "brand2", status: 404},
			{name: "a sheet without an entry", path: path + "/${offer}/poster.svg?lang=en", as: "brand", has: []string{"肉桂卷买二送一", "Worth CAD 4.50"}, not: []string{"Scan with"}},
			{name: "an entry that is none", path: path + "/${offer}/poster.svg?entry=nope", as: "brand", status: 404, has: []string{"entry_not_found"}},
			{name: "no reason", path: path + "/${offer}/withdraw", as: "brand", body: `{}`, status: 400, has: []string{`"field":"reason"`}},
			{name: "not another brand's", path: path + "/${offer}/withdraw", as: "brand2", body: `{"reason":"x"}`, status: 404},
			{name: "it ends", path: path + "/${offer}/withdraw", as: "brand", body: `{"reason":"断货"}`, has: []string{`"stage":"withdrawn"`, `"withdraw_reason":"断货"`}},
			{name: "twice is once", path: path + "/${offer}/withdraw", as: "organiser", body: `{"reason":"again"}`, has: []string{"断货"}},
			{name: "listed", path: path + "?state=withdrawn", as: "organiser", has: []string{"${offer}"}},
			{name: "no stock any more", method: "PUT", path: path + "/${offer}/stock", as: "brand", body: `{"stock":99}`, status: 409, has: []string{"offer_closed"}},
		})
	})
}

// sendCard uploads a picture for a card as a brand and reads it back.
func (w *world) sendCard(t *testing.T) {
	t.Helper()
	var body bytes.Buffer
	must(t, png.Encode(&body, image.NewGray(image.Rect(0, 0, 52, 41))))
	a := w.send(t, http.MethodPost, "/api/console/v1/offers/pictures", w.guest(t, "brand"), body.String(), map[string]string{"Content-Type": "image/png"})
	if a.status != http.StatusCreated {
		t.Fatalf("the picture: %d %s", a.status, a.body)
	}
	w.kept["picture"] = pick(t, a.body, "id")
	back := w.send(t, http.MethodGet, "/api/console/v1/offers/pictures/"+w.kept["picture"], w.guest(t, "organiser"), "", nil)
	if !bytes.Equal(back.body, body.Bytes()) || !strings.HasPrefix(back.header.Get("Content-Type"), "image/png") {
		t.Errorf("the picture comes back as %d bytes of %s", len(back.body), back.header.Get("Content-Type"))
	}
}
