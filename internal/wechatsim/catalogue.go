package wechatsim

import (
	"maps"
	"slices"
)

// eventSpec is one event of the platform: what it says when nobody says
// otherwise, and what it opens.
type eventSpec struct {
	kinds  []kind
	opens  Trigger // empty: no window
	fields Fields
	then   func(s *Sim, c *chat) // what else it changes
}

// apply does to a person's chat what the event means.
func (e eventSpec) apply(s *Sim, c *chat) {
	if e.opens != "" {
		c.open(e.opens, s.now())
	}
	if e.then != nil {
		e.then(s, c)
	}
}

// EventNames are the events of the catalogue that an account of this kind
// ("official" or "miniprogram") can push, sorted.
func EventNames(of string) []string {
	var names []string
	for name, spec := range catalogue("", "") {
		if slices.Contains(spec.kinds, kind(of)) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// catalogue is every event with its fields in the platform's order. Names and
// shapes are those of the official documentation; the values are made up.
func catalogue(appID, openID string) map[string]eventSpec {
	all := map[string]eventSpec{}
	maps.Copy(all, menuEvents())
	maps.Copy(all, followEvents())
	maps.Copy(all, resultEvents())
	maps.Copy(all, platformEvents(appID, openID))
	maps.Copy(all, miniEvents(appID))
	return all
}

func followEvents() map[string]eventSpec {
	oa := []kind{official}
	return map[string]eventSpec{
		"subscribe": {kinds: oa, fields: Fields{{"EventKey", ""}}, then: func(s *Sim, c *chat) {
			c.follow(s.now(), "ADD_SCENE_OTHERS")
		}},
		"unsubscribe": {kinds: oa, fields: Fields{{"EventKey", ""}}, then: func(_ *Sim, c *chat) {
			c.unfollow()
		}},
		"SCAN": {kinds: oa, opens: OnScan, fields: Fields{{"EventKey", "V1"}, {"Ticket", "gQ51a0"}}},
		"LOCATION": {kinds: oa, fields: Fields{
			{"Latitude", 49.2827}, {"Longitude", -123.1207}, {"Precision", 65.0},
		}},
	}
}

// menuEvents are taps on menu buttons. Only three of them open a window.
func menuEvents() map[string]eventSpec {
	oa := []kind{official}
	scan := Fields{{"EventKey", "key1"}, {"ScanCodeInfo", Fields{{"ScanType", "qrcode"}, {"ScanResult", "1"}}}}
	pictures := Fields{{"EventKey", "key1"}, {"SendPicsInfo", Fields{
		{"Count", 1},
		{"item", List{Wrapper: "PicList", Items: []Fields{{{"PicMd5Sum", "1b5f7c23b5bf75682a53e7b6d163e185"}}}}},
	}}}
	return map[string]eventSpec{
		"CLICK":              {kinds: oa, opens: OnClick, fields: Fields{{"EventKey", "key1"}}},
		"VIEW":               {kinds: oa, fields: Fields{{"EventKey", "https://example.com/"}, {"MenuId", "51000001"}}},
		"view_miniprogram":   {kinds: oa, fields: Fields{{"EventKey", "pages/index"}, {"MenuId", "51000001"}}},
		"scancode_push":      {kinds: oa, opens: OnClick, fields: scan},
		"scancode_waitmsg":   {kinds: oa, opens: OnClick, fields: scan},
		"pic_sysphoto":       {kinds: oa, fields: pictures},
		"pic_photo_or_album": {kinds: oa, fields: pictures},
		"pic_weixin":         {kinds: oa, fields: pictures},
		"location_select": {kinds: oa, fields: Fields{{"EventKey", "key1"}, {"SendLocationInfo", Fields{
			{"Location_X", "49.2827"}, {"Location_Y", "-123.1207"}, {"Scale", "15"}, {"Label", "Main St"}, {"Poiname", ""},
		}}}},
	}
}

// resultEvents tell how something that was sent has ended.
func resultEvents() map[string]eventSpec {
	oa, mp := []kind{official}, []kind{mini}
	return map[string]eventSpec{
		"TEMPLATESENDJOBFINISH": {kinds: oa, fields: Fields{{"MsgID", int64(200163836)}, {"Status", "success"}}},
		"MASSSENDJOBFINISH": {kinds: oa, fields: Fields{
			{"MsgID", int64(1000001625)}, {"Status", "send success"}, {"TotalCount", 100}, {"FilterCount", 80},
			{"SentCount", 75}, {"ErrorCount", 5},
			{"ArticleUrlResult", Fields{{"Count", 1}, {"item", List{Wrapper: "ResultList", Items: []Fields{
				{{"ArticleIdx", 1}, {"ArticleUrl", "https://mp.weixin.qq.com/s/51a0"}},
			}}}}},
		}},
		"PUBLISHJOBFINISH": {kinds: oa, fields: Fields{{"PublishEventInfo", Fields{
			{"publish_id", int64(2247503051)}, {"publish_status", 0}, {"article_id", "b5O2OUs25HBxRceL7hfReg-U9QGeq9zQ"},
			{"article_detail", Fields{{"count", 1}, {"item", List{Items: []Fields{
				{{"idx", 1}, {"article_url", "https://mp.weixin.qq.com/s/51a0"}},
			}}}}},
		}}}},
		"subscribe_msg_sent_event": {kinds: []kind{official, mini}, fields: Fields{{"List", List{
			Wrapper: "SubscribeMsgSentEvent", Items: []Fields{
				{{"TemplateId", "T1"}, {"MsgID", "1700827132819554304"}, {"ErrorCode", "0"}, {"ErrorStatus", "success"}},
			},
		}}}},
		"notify_service_msg_send_result": {kinds: mp, fields: Fields{
			{"notify_code", "51a0"}, {"notify_type", 1001}, {"card_status", 1}, {"fail_ret", -1004},
		}},
	}
}

// platformEvents come from the platform itself or from an account's console.
func platformEvents(appID, openID string) map[string]eventSpec {
	both, oa := []kind{official, mini}, []kind{official}
	person := Fields{{"OpenID", openID}, {"AppID", appID}, {"RevokeInfo", "301"}}
	return map[string]eventSpec{
		"user_info_modified":        {kinds: both, fields: person},
		"user_authorization_revoke": {kinds: both, fields: person},
		"debug_demo":                {kinds: both, fields: Fields{{"debug_str", "hello"}}},
		"kf_create_session":         {kinds: oa, fields: Fields{{"KfAccount", "test1@test"}}},
		"kf_close_session":          {kinds: oa, fields: Fields{{"KfAccount", "test1@test"}, {"CloseType", "KF"}}},
		"kf_switch_session": {kinds: oa, fields: Fields{
			{"FromKfAccount", "test1@test"}, {"ToKfAccount", "test2@test"},
		}},
	}
}

// miniEvents are a Mini Program's own.
func miniEvents(appID string) map[string]eventSpec {
	mp := []kind{mini}
	answer := func(wrapper, status string, more ...Field) Fields {
		item := append(Fields{{"TemplateId", "T1"}, {"SubscribeStatusString", status}}, more...)
		return Fields{{"List", List{Wrapper: wrapper, Items: []Fields{item}}}}
	}
	return map[string]eventSpec{
		"user_enter_tempsession":     {kinds: mp, opens: OnService, fields: Fields{{"SessionFrom", "sessionFrom"}}},
		"subscribe_msg_popup_event":  {kinds: mp, fields: answer("SubscribeMsgPopupEvent", "accept", Field{"PopupScene", "0"})},
		"subscribe_msg_change_event": {kinds: mp, fields: answer("SubscribeMsgChangeEvent", "reject")},
		"wxa_media_check": {kinds: mp, fields: Fields{
			{"appid", appID}, {"trace_id", "60ae120f-371d5872-7941a05b"}, {"version", 2},
			{"detail", List{Array: true, Items: []Fields{
				{{"strategy", "content_model"}, {"errcode", 0}, {"suggest", "pass"}, {"label", 100}, {"prob", 90}},
			}}},
			{"errcode", 0}, {"errmsg", "ok"}, {"result", Fields{{"suggest", "pass"}, {"label", 100}}},
		}},
		"weapp_audit_success": {kinds: mp, fields: Fields{{"SuccTime", int64(1772445600)}}},
		"weapp_audit_fail": {kinds: mp, fields: Fields{
			{"Reason", "1:account information does not meet the rules"}, {"FailTime", int64(1772445600)},
			{"ScreenShot", "xxx|yyy|zzz"},
		}},
		"weapp_audit_delay": {kinds: mp, fields: Fields{
			{"Reason", "needs more time to be reviewed"}, {"DelayTime", int64(1772445600)},
		}},
	}
}
