package wechatsim_test

import (
	"testing"
	"time"

	"siyu/internal/wechatsim"
)

// TestQuotaTools: what the platform tells about its limits, and what it forgets on request.
func TestQuotaTools(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "https://siyu.example")
	token := w.token(t, oaID)
	mei := w.NewPerson("Mei")
	const info, tool = "/cgi-bin/user/info", "/cgi-bin/openapi/quota/get"
	must(t, w.SetQuota(oaID, info, wechatsim.Quota{Day: 2, Minute: 90}))
	use := func() answer { return w.get(t, info, "access_token", token, "openid", mei.OpenID(oaID)) }
	wantCode(t, use(), 0)
	wantCode(t, use(), 0)
	wantCode(t, use(), 45009)
	said := w.post(t, tool, token, map[string]string{"cgi_path": info})
	wantCode(t, said, 0)
	quota, rate := said["quota"].(map[string]any), said["rate_limit"].(map[string]any)
	if quota["daily_limit"] != 2.0 || quota["used"] != 2.0 || quota["remain"] != 0.0 || rate["call_count"] != 90.0 || rate["refresh_second"] != 60.0 {
		t.Errorf("%v", said)
	}
	wantCode(t, w.post(t, tool, token, map[string]string{"cgi_path": "api.weixin.qq.com" + info}), 76003)
	wantCode(t, w.post(t, tool, token, map[string]string{"cgi_path": "/no/such"}), 76021)
	wantCode(t, w.post(t, tool, token, map[string]string{"cgi_path": "/wxa/getwxacodeunlimit"}), 76022)

	bySecret := map[string]string{"appid": oaID, "appsecret": wechatsim.DefaultOfficialSecret}
	wantCode(t, w.post(t, "/cgi-bin/clear_quota", token, map[string]string{"appid": mpID}), 40013)
	wantCode(t, w.post(t, "/cgi-bin/clear_quota/v2", "", map[string]string{"appid": oaID, "appsecret": "no"}), 40125)
	wantCode(t, w.post(t, "/cgi-bin/clear_quota", token, map[string]string{"appid": oaID}), 0)
	wantCode(t, use(), 0)
	for range 9 {
		wantCode(t, w.post(t, "/cgi-bin/clear_quota/v2", "", bySecret), 0)
	}
	wantCode(t, w.post(t, "/cgi-bin/clear_quota", token, map[string]string{"appid": oaID}), 48006)
	w.clock.Add(31 * 24 * time.Hour)
	wantCode(t, w.post(t, "/cgi-bin/clear_quota/v2", "", bySecret), 0)
}

func TestNetworkTools(t *testing.T) {
	t.Parallel()
	w := newWorld(t, wechatsim.Options{}, "https://siyu.example")
	token := w.token(t, oaID)
	check := func(action, operator string) answer {
		return w.post(t, "/cgi-bin/callback/check", token, map[string]string{"action": action, "check_operator": operator})
	}
	said := check("all", "DEFAULT")
	wantCode(t, said, 0)
	if dns := said["dns"].([]any)[0].(map[string]any); dns["ip"] != "siyu.example" {
		t.Errorf("%v", said)
	}
	if said = check("dns", "UNICOM"); said["ping"] != nil {
		t.Errorf("%v", said)
	}
	wantCode(t, check("look", "DEFAULT"), 40201)
	wantCode(t, check("all", "NOBODY"), 40202)
	must(t, w.SetCallback(oaID, ""))
	wantCode(t, check("all", "DEFAULT"), 40200)
	for _, id := range []string{oaID, corpID} {
		for _, path := range []string{"/cgi-bin/getcallbackip", "/cgi-bin/get_api_domain_ip"} {
			if said := w.get(t, path, "access_token", w.token(t, id)); said["ip_list"] == nil {
				t.Errorf("%s %v", path, said)
			}
		}
	}
	wantCode(t, w.post(t, "/cgi-bin/openapi/rid/get", token, map[string]string{"rid": "51a00000-00000000-00000000"}), 0)
	wantCode(t, w.post(t, "/cgi-bin/openapi/rid/get", token, map[string]string{"rid": "x"}), 76001)
}
