package weixin

import (
	"math"
	"strconv"
	"strings"
)

// fill reads what only some types have from the fields that set did not know. A part that is missing or is not what it
// should be stays empty: it never costs the message.
func (m *Message) fill(rest Node) {
	if len(rest.Parts) > 0 {
		m.fillAny(rest)
	}
	switch m.MsgType {
	case "image", "voice", "video", "shortvideo":
		m.Media = &Media{PicURL: rest.text("PicUrl"), Format: rest.text("Format"), Recognition: rest.text("Recognition"),
			ThumbMediaID: rest.text("ThumbMediaId")}
	case "location":
		m.Place = placeOf(rest)
	case "link":
		m.Link = &Link{Title: rest.text("Title"), Description: rest.text("Description"), URL: rest.text("Url")}
	case "miniprogrampage":
		m.Card = &Card{Title: rest.text("Title"), AppID: rest.text("AppId"), PagePath: rest.text("PagePath"),
			ThumbURL: rest.text("ThumbUrl"), ThumbMediaID: rest.text("ThumbMediaId")}
	case MsgTypeEvent:
		m.fillEvent(rest)
	}
}

// fillAny reads what may stand in pushes of more than one type.
func (m *Message) fillAny(rest Node) {
	m.MenuMsgID = rest.text("bizmsgmenuid")
	m.MenuID = rest.text("MenuId")
	m.SessionFrom = rest.text("SessionFrom")
	m.Debug = rest.text("debug_str")
	m.LastMemVer, m.CurMemVer = rest.text("LastMemVer"), rest.text("CurMemVer")
	m.Source, m.FailReason = rest.text("Source"), rest.text("FailReason")
	if data, index := rest.text("MsgDataId"), rest.text("Idx"); data != "" || index != "" {
		m.Article = &ArticleRef{DataID: data, Index: number(index)}
	}
	for _, p := range rest.Parts {
		switch p.Name {
		case "MemChangeList":
			m.addMembers(p)
		case "List":
			m.addSubscription(p)
		case "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent":
			for _, line := range p.All("List") {
				m.addSubscription(line)
			}
		}
	}
}

func (m *Message) fillEvent(rest Node) {
	switch m.Event {
	case "scancode_push", "scancode_waitmsg":
		info := rest.At("ScanCodeInfo")
		m.Scan = &ScanCode{Type: info.text("ScanType"), Result: info.text("ScanResult")}
	case "pic_sysphoto", "pic_photo_or_album", "pic_weixin":
		info := rest.At("SendPicsInfo")
		m.Pictures = &Pictures{Count: info.number("Count")}
		for _, p := range info.items("PicList") {
			m.Pictures.MD5 = append(m.Pictures.MD5, p.text("PicMd5Sum"))
		}
	case "location_select":
		m.Place = placeOf(rest.At("SendLocationInfo"))
	case "LOCATION":
		m.Place = &Place{Latitude: decimal(rest.text("Latitude")), Longitude: decimal(rest.text("Longitude")),
			Precision: decimal(rest.text("Precision"))}
	case "MASSSENDJOBFINISH":
		m.Mass = massOf(rest)
	case "PUBLISHJOBFINISH":
		m.Publish = publishOf(rest.At("PublishEventInfo"))
	case "wxa_media_check":
		m.Check = checkOf(rest)
	case "weapp_audit_success", "weapp_audit_fail", "weapp_audit_delay":
		m.Review = reviewOf(rest)
	case "wxa_punish_event":
		m.Punishment = &Punishment{ID: rest.text("punish_id"), Type: rest.number("event_type"), At: rest.number("punish_time"),
			Reason: rest.text("illegal_reason"), Rule: rest.text("rule_name"), Guide: rest.text("adjust_guide_url"),
			Detail: rest.text("detail")}
	case "notify_service_msg_send_result":
		m.Notice = &NoticeResult{OpenID: rest.text("openid"), Code: rest.text("notify_code"), Type: rest.number("notify_type"),
			CardStatus: rest.number("card_status"), Return: rest.number("fail_ret"), Message: rest.text("fail_msg")}
	case "user_info_modified", "user_authorization_revoke", "user_authorization_cancellation":
		m.Consent = &Consent{OpenID: rest.text("OpenID"), AppID: rest.text("AppID"),
			UnionID: rest.text("UnionID"), RevokeInfo: words(rest.text("RevokeInfo")), PluginID: rest.text("PluginID"), OpenPID: rest.text("OpenPID")}
	case "kf_create_session", "kf_close_session", "kf_switch_session":
		m.Desk = &Desk{Account: rest.text("KfAccount"), FromAccount: rest.text("FromKfAccount"),
			ToAccount: rest.text("ToKfAccount"), CloseType: rest.text("CloseType")}
	}
}

// addMembers takes one id or several; the shape of the list is not documented and is seen flat and with Item.
func (m *Message) addMembers(n Node) {
	m.MemChangeList = append(m.MemChangeList, words(n.Text)...)
	for _, item := range n.All("Item") {
		m.MemChangeList = append(m.MemChangeList, words(item.Text)...)
	}
}

// addSubscription takes one line; a List that is no line, as an empty one, adds none.
func (m *Message) addSubscription(n Node) {
	if len(n.Parts) == 0 {
		return
	}
	m.Subscriptions = append(m.Subscriptions, Subscription{
		TemplateID: n.last("TemplateId"), Status: n.last("SubscribeStatusString"), PopupScene: number(n.last("PopupScene")),
		MsgID: n.last("MsgID", "MsgId"), ErrorCode: number(n.last("ErrorCode")), ErrorStatus: n.last("ErrorStatus"),
	})
}

// placeOf reads a place as messages and location_select write it.
func placeOf(n Node) *Place {
	return &Place{Latitude: decimal(n.text("Location_X")), Longitude: decimal(n.text("Location_Y")),
		Scale: decimal(n.text("Scale")), Label: n.text("Label"), POI: n.text("Poiname")}
}

func massOf(n Node) *MassResult {
	r := &MassResult{Total: n.number("TotalCount"), Filtered: n.number("FilterCount"), Sent: n.number("SentCount"),
		Failed: n.number("ErrorCount"), State: n.number("CopyrightCheckResult", "CheckState")}
	for _, i := range n.At("ArticleUrlResult").items("ResultList") {
		r.Articles = append(r.Articles, ArticleURL{Index: i.number("ArticleIdx"), URL: i.text("ArticleUrl")})
	}
	for _, i := range n.At("CopyrightCheckResult").items("ResultList") {
		r.Copies = append(r.Copies, CopyrightCheck{Index: i.number("ArticleIdx"), UserDeclared: i.number("UserDeclareState"),
			AuditState: i.number("AuditState"), OriginalURL: i.text("OriginalArticleUrl"),
			OriginalType: i.number("OriginalArticleType"), CanReprint: i.number("CanReprint") != 0,
			ReplacesContent: i.number("NeedReplaceContent") != 0, ShowsSource: i.number("NeedShowReprintSource") != 0})
	}
	return r
}

func publishOf(n Node) *PublishResult {
	r := &PublishResult{ID: n.text("publish_id"), Status: n.number("publish_status"), ArticleID: n.text("article_id")}
	for _, i := range n.At("article_detail").All("item") {
		r.Articles = append(r.Articles, ArticleURL{Index: i.number("idx"), URL: i.text("article_url")})
	}
	for _, i := range n.All("fail_idx") {
		r.Failed = append(r.Failed, number(i.Text))
	}
	return r
}

func checkOf(n Node) *MediaCheck {
	c := &MediaCheck{AppID: n.text("appid"), TraceID: n.text("trace_id"), Version: n.number("version"),
		ErrCode: n.number("errcode"), ErrMsg: n.text("errmsg"), Suggest: Suggest(n.text("result", "suggest")),
		Label: n.number("result", "label")}
	for _, d := range n.All("detail") {
		c.Details = append(c.Details, CheckDetail{Strategy: d.text("strategy"), ErrCode: d.number("errcode"),
			Suggest: Suggest(d.text("suggest")), Label: d.number("label"), Prob: d.number("prob"), Keyword: d.text("keyword")})
	}
	return c
}

func reviewOf(n Node) *CodeReview {
	r := &CodeReview{Reason: n.text("Reason")}
	for _, name := range []string{"SuccTime", "FailTime", "DelayTime"} {
		if at := n.number(name); at != 0 {
			r.At = at
		}
	}
	r.ScreenShots = words(n.text("ScreenShot"))
	return r
}

// words splits a list that came as one text.
func words(s string) []string {
	return strings.FieldsFunc(s, func(c rune) bool { return strings.ContainsRune(",;| \t\r\n", c) })
}

// decimal reads a number of degrees or metres; what is none is 0.
func decimal(s string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(s), 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		return 0
	}
	return n
}
