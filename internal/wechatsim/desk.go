package wechatsim

import (
	"net/http"
	"time"
)

// desk is what an Official Account has beside its chats: its menu, tags, drafts, pictures and mass messages.
type desk struct {
	guarded bool // "API send protection": an administrator must confirm a message to everyone

	menu       []menuButton // nil: none was made by API
	menuID     int64
	conditions int          // conditional menus
	site       []menuButton // what somebody made in WeChat's own console

	tags    []*userTag
	masses  []*mass
	drafts  []*newsDraft
	publish []*publication
	files   map[string]*materialFile
	months  map[*Person]map[string]int // messages a person has had in a month
}

// firstTag is the id that the first tag an account makes gets; 0, 1 and 2 are the platform's own.
const firstTag = 100

// desk is made when first needed; mu is held.
func (s *Sim) desk(acc *account) *desk {
	if s.desks == nil {
		s.desks = map[*account]*desk{}
	}
	d := s.desks[acc]
	if d == nil {
		d = &desk{files: map[string]*materialFile{}, months: map[*Person]map[string]int{}}
		for id, name := range []string{"未分组", "黑名单", "星标组"} {
			d.tags = append(d.tags, &userTag{id: int64(id), name: name, people: map[*Person]bool{}})
		}
		s.desks[acc] = d
	}
	return d
}

// onDesk changes an Official Account's desk.
func (s *Sim) onDesk(appID string, change func(*desk) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(appID, official)
	if err != nil {
		return err
	}
	return change(s.desk(acc))
}

// SetSubscription makes an Official Account a subscription account (订阅号), or a service account again: one mass message a
// day instead of four a month for each follower, and no parameter QR.
func (s *Sim) SetSubscription(appID string, subscription bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(appID, official)
	if err != nil {
		return err
	}
	acc.subscription = subscription
	return nil
}

// SetSendProtection makes an administrator confirm every mass message to everyone, within 30 minutes.
func (s *Sim) SetSendProtection(appID string, on bool) error {
	return s.onDesk(appID, func(d *desk) error { d.guarded = on; return nil })
}

// deskEndpoints are the APIs of menus, tags, drafts, pictures and mass messages.
func deskEndpoints() map[string]endpoint {
	get, post, oa := http.MethodGet, http.MethodPost, []kind{official}
	in := func(method string, serve func(*Sim, *call) (any, error)) endpoint {
		return endpoint{method: method, kinds: oa, serve: serve}
	}
	return map[string]endpoint{
		"/cgi-bin/menu/create":               in(post, (*Sim).apiMenuCreate),
		"/cgi-bin/menu/get":                  in(get, (*Sim).apiMenuGet),
		"/cgi-bin/menu/delete":               in(get, (*Sim).apiMenuDelete),
		"/cgi-bin/get_current_selfmenu_info": in(get, (*Sim).apiSelfMenu),

		"/cgi-bin/tags/create":                 in(post, (*Sim).apiTagCreate),
		"/cgi-bin/tags/get":                    in(get, (*Sim).apiTagList),
		"/cgi-bin/tags/update":                 in(post, (*Sim).apiTagUpdate),
		"/cgi-bin/tags/delete":                 in(post, (*Sim).apiTagDelete),
		"/cgi-bin/tags/members/batchtagging":   in(post, (*Sim).apiTagPeople),
		"/cgi-bin/tags/members/batchuntagging": in(post, (*Sim).apiUntagPeople),
		"/cgi-bin/tags/getidlist":              in(post, (*Sim).apiTagsOf),
		"/cgi-bin/user/tag/get":                in(post, (*Sim).apiTagged), // the documentation says GET with a body, the SDKs post

		"/cgi-bin/message/mass/send":    in(post, (*Sim).apiMassSend),
		"/cgi-bin/message/mass/sendall": in(post, (*Sim).apiMassSendAll),
		"/cgi-bin/message/mass/preview": in(post, (*Sim).apiMassPreview),
		"/cgi-bin/message/mass/get":     in(post, (*Sim).apiMassGet),
		"/cgi-bin/message/mass/delete":  in(post, (*Sim).apiMassDelete),

		"/cgi-bin/draft/add":          in(post, (*Sim).apiDraftAdd),
		"/cgi-bin/draft/update":       in(post, (*Sim).apiDraftUpdate),
		"/cgi-bin/draft/get":          in(post, (*Sim).apiDraftGet),
		"/cgi-bin/draft/batchget":     in(post, (*Sim).apiDraftList),
		"/cgi-bin/draft/delete":       in(post, (*Sim).apiDraftDelete),
		"/cgi-bin/freepublish/submit": in(post, (*Sim).apiPublish),
		"/cgi-bin/freepublish/get":    in(post, (*Sim).apiPublication),

		"/cgi-bin/material/add_material": {method: post, kinds: oa, media: true, serve: (*Sim).apiAddMaterial},
		"/cgi-bin/media/uploadimg":       {method: post, kinds: oa, media: true, serve: (*Sim).apiUploadImage},
	}
}

// controlDesk adds what an account's people do in WeChat's own console.
func (s *Sim) controlDesk(on route) {
	on("POST /_sim/mass/{id}/finish", func(r *http.Request, in params) (any, error) {
		return nil, s.FinishMass(r.Context(), r.PathValue("id"), in.Errcode)
	})
	on("POST /_sim/articles/{id}/finish", func(r *http.Request, in params) (any, error) {
		return nil, s.FinishPublication(r.Context(), r.PathValue("id"), in.Errcode)
	})
	on("GET /_sim/accounts/{id}/mass", func(r *http.Request, _ params) (any, error) { return s.Masses(r.PathValue("id")) })
}

// month is the calendar month of China, in which followers' messages are counted.
func month(now time.Time) string { return now.In(china()).Format("2006-01") }

// administrator is the openid of the account's administrator, in whose name the platform tells how jobs ended.
func (s *Sim) administrator(acc *account) string {
	return s.mint("o", base64url, 27, "openid", acc.id, "admin")
}
