package wechatsim_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestPhoneCodeWorksOnce: a code of the phone number button is one app's, single use, and good for five minutes.
func TestPhoneCodeWorksOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei := w.NewPerson("Mei")
	mei.SetPhone("1", "6045550123")
	ask := func(code string) answer {
		t.Helper()
		return w.post(t, "/wxa/business/getuserphonenumber", w.token(t, mpID), map[string]any{"code": code})
	}
	code := mei.PhoneCode(mpID)
	a := ask(code)
	raw, err := json.Marshal(a["phone_info"])
	must(t, err)
	for _, want := range []string{`"phoneNumber":"+16045550123"`, `"purePhoneNumber":"6045550123"`, `"countryCode":"1"`, `"appid":"` + mpID + `"`} {
		if a.code() != 0 || !strings.Contains(string(raw), want) {
			t.Errorf("%d %s has no %s", a.code(), raw, want)
		}
	}
	wantCode(t, ask(code), 40029)
	wantCode(t, ask(mei.Login(mpID)), 40029)
	wantCode(t, ask(mei.PhoneCode("wx-another")), 40013)
	late := mei.PhoneCode(mpID)
	w.clock.Add(5 * time.Minute)
	wantCode(t, ask(late), 40029)
}

// TestRiskRank: the platform tells the rank of somebody who was just here, to whom names her address.
func TestRiskRank(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "")
	mei, lan := w.NewPerson("Mei"), w.NewPerson("Lan")
	exchange(t, w, mei.Login(mpID))
	mei.SetRisk(3)
	ask := func(openID, ip string) answer {
		t.Helper()
		return w.post(t, "/wxa/getuserriskrank", w.token(t, mpID), map[string]any{"appid": mpID, "openid": openID, "scene": 1, "client_ip": ip})
	}
	if a := ask(mei.OpenID(mpID), "203.0.113.7"); a.code() != 0 || a["risk_rank"] != 3.0 {
		t.Errorf("rank %v", a)
	}
	wantCode(t, ask(mei.OpenID(mpID), ""), 47001)
	wantCode(t, ask(lan.OpenID(mpID), "203.0.113.7"), 61010)
	wantCode(t, ask(mei.OpenID(oaID), "203.0.113.7"), 43104)
	w.clock.Add(2*time.Hour + time.Second)
	wantCode(t, ask(mei.OpenID(mpID), "203.0.113.7"), 61010)
}
