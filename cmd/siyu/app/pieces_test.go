package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"
	"time"
)

const piecesPath = "/api/console/v1/pieces"

// TestPieces: an organiser writes a post for her groups, sees when it comes, has it scheduled, changed, posted at once, paused
// and removed, and reads what came of it in the calendars; somebody else's is not there.
func TestPieces(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *world) {
		w.staffed(t)
		w.joins(t, "keeper", "keeper")
		start := w.clock.Now().AddDate(0, 0, 1).Format(time.DateOnly)
		plan := fmt.Sprintf(`"audience":{"kind":"all"},"zone":"America/Vancouver","schedule":{"start":%q,"minute":1140,"repeat":"weekly","days":[1,4]}`, start)
		w.run(t, []call{
			{name: "nothing yet", path: piecesPath, as: "organiser", has: []string{`"pieces":[]`, `"next":""`}},
			{name: "not for a keeper", path: piecesPath, as: "keeper", status: 403, has: []string{"scope_denied"}},
			{name: "not for a brand", path: piecesPath, as: "brand", status: 403},
			{name: "when it would come", path: piecesPath + "/times", as: "organiser", body: "{" + plan + "}", has: []string{`"zone":"America/Vancouver"`, `T19:00"`}},
			{name: "no time", path: piecesPath + "/times", as: "organiser", body: `{"audience":{"kind":"all"}}`, status: 400, has: []string{"piece_unscheduled"}},
			{name: "a title is missing", path: piecesPath, as: "organiser", body: `{"text":"x"}`, status: 400, has: []string{`"field":"title"`}},
			{name: "a schedule that cannot be", path: piecesPath, as: "organiser", status: 400, has: []string{"schedule_wrong", "schedule.repeat"},
				body: `{"title":"x","text":"x","audience":{"kind":"all"},"schedule":{"start":"2026-05-04","minute":0,"repeat":"hourly"}}`},
			{name: "a draft that rewards sharing", path: piecesPath, as: "organiser", status: 201, keep: "bad=id", has: []string{"share_gated"},
				body: `{"title":"红包","text":"转发到朋友圈即可领取红包",` + plan + `}`},
			{name: "is not scheduled", path: piecesPath + "/${bad}/schedule", as: "organiser", body: `{"ver":1}`, status: 400, has: []string{"piece_conduct"}},
			{name: "nor posted", path: piecesPath + "/${bad}/post-now", as: "organiser", body: `{}`, status: 400, has: []string{"piece_conduct"},
				header: map[string]string{"Idempotency-Key": "bad-12345678"}},
			{name: "it is removed", method: "DELETE", path: piecesPath + "/${bad}", as: "organiser", status: 204},
			{name: "and gone", path: piecesPath + "/${bad}", as: "organiser", status: 404, has: []string{"piece_not_found"}},
		})
		w.sendPicture(t)
		w.run(t, []call{
			{name: "a draft", path: piecesPath, as: "organiser", status: 201, keep: "piece=id",
				body: `{"title":"周末去哪儿","text":"三个活动","picture_id":"${picture}","attachment":{"kind":"link","title":"图书馆","url":"https://www.vpl.ca/"},` + plan + `}`,
				has:  []string{`"state":"draft"`, `"image/png"`, `"ver":1`, `"lint":[]`}},
			{name: "scheduled", path: piecesPath + "/${piece}/schedule", as: "organiser", body: `{"ver":1}`, has: []string{`"state":"scheduled"`}, keep: "ver=ver"},
			{name: "twice", path: piecesPath + "/${piece}/schedule", as: "organiser", body: `{"ver":1}`, status: 409, has: []string{"piece_changed"}},
			{name: "its times", path: piecesPath + "/${piece}/runs?limit=2", as: "organiser", has: []string{`"state":"planned"`}, keep: "next=next"},
			{name: "the next page", path: piecesPath + "/${piece}/runs?limit=2&after=${next}", as: "organiser", has: []string{`"runs":[{`}},
			{name: "in the calendars", path: "/api/console/v1/content", as: "organiser", has: []string{`"title":"周末去哪儿"`, `"state":"planned"`}, keep: "group=groups.0.group_id"},
			{name: "of one group", path: "/api/console/v1/groups/${group}/content", as: "organiser", has: []string{`"value_per_sponsored":null`, `"planned"`}},
			{name: "as a file", path: "/api/console/v1/groups/${group}/content.ics", as: "organiser", has: []string{"BEGIN:VCALENDAR", "周末去哪儿"}},
			{name: "a year", path: "/api/console/v1/content?from=1&to=99999999999", as: "organiser", status: 400, has: []string{"span_wrong"}},
			{name: "a keeper's calendars", path: "/api/console/v1/content", as: "keeper", has: []string{`"groups":[]`}},
			{name: "changed", method: "PUT", path: piecesPath + "/${piece}", as: "organiser", keep: "ver=ver", has: []string{`"text":"四个活动"`, `"picture":null`},
				body: `{"ver":${ver},"title":"周末去哪儿","text":"四个活动",` + plan + `}`},
			{name: "at once, without a key", path: piecesPath + "/${piece}/post-now", as: "organiser", body: `{}`, status: 400, has: []string{"key_missing"}},
			{name: "at once", path: piecesPath + "/${piece}/post-now", as: "organiser", body: `{"groups":["${group}"]}`,
				header: map[string]string{"Idempotency-Key": "now-12345678"}, has: []string{`"group_id":"${group}"`}},
			{name: "again", path: piecesPath + "/${piece}/post-now", as: "organiser", body: `{"groups":["${group}"]}`,
				header: map[string]string{"Idempotency-Key": "now-12345678"}, has: []string{`"group_id":"${group}"`}},
			{name: "paused", path: piecesPath + "/${piece}/pause", as: "organiser", body: `{"ver":${ver}}`, keep: "ver=ver", has: []string{`"state":"paused"`, `"planned":0`}},
			{name: "resumed", path: piecesPath + "/${piece}/resume", as: "organiser", body: `{"ver":${ver}}`, keep: "ver=ver", has: []string{`"state":"scheduled"`}},
			{name: "ended", path: piecesPath + "/${piece}/end", as: "organiser", body: `{"ver":${ver}}`, has: []string{`"state":"ended"`}},
			{name: "listed", path: piecesPath + "?state=ended", as: "organiser", has: []string{`"id":"${piece}"`}},
			{name: "not as a draft", path: piecesPath + "?state=draft", as: "organiser", not: []string{"${piece}"}},
			{name: "not changed any more", method: "PUT", path: piecesPath + "/${piece}", as: "organiser", status: 409, has: []string{"piece_ended"},
				body: `{"ver":9,"title":"x","text":"x","audience":{"kind":"all"}}`},
		})
	})
}

// sendPicture keeps a picture and reads it back.
func (w *world) sendPicture(t *testing.T) {
	t.Helper()
	var body bytes.Buffer
	must(t, png.Encode(&body, image.NewGray(image.Rect(0, 0, 40, 30))))
	a := w.send(t, http.MethodPost, piecesPath+"/pictures", w.guest(t, "organiser"), body.String(), map[string]string{"Content-Type": "image/png"})
	if a.status != http.StatusCreated {
		t.Fatalf("the picture: %d %s", a.status, a.body)
	}
	w.kept["picture"] = pick(t, a.body, "id")
	back := w.send(t, http.MethodGet, pick(t, a.body, "url"), w.guest(t, "organiser"), "", nil)
	if !bytes.Equal(back.body, body.Bytes()) || back.header.Get("Content-Type") != "image/png" {
		t.Errorf("the picture comes back as %d bytes of %s", len(back.body), back.header.Get("Content-Type"))
	}
	large := w.send(t, http.MethodPost, piecesPath+"/pictures", w.guest(t, "organiser"), strings.Repeat("x", 2<<20+1), nil)
	if large.status != http.StatusRequestEntityTooLarge {
		t.Errorf("a picture of more than 2 MB: %d", large.status)
	}
}
