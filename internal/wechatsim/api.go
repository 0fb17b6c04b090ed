package wechatsim

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// call is one request to the platform's API.
type call struct {
	r     *http.Request
	query url.Values
	body  []byte
	acc   *account // of the token; nil for endpoints without one
	// caller is whose call it seems to be, token or not; nil when nobody knows.
	caller *account
	now    time.Time
}

// endpoint is one path of the API.
type endpoint struct {
	method string
	kinds  []kind // whose token is accepted; none: no token needed
	media  bool   // body is a file, not JSON
	free   bool   // serve locks mu by itself
	serve  func(*Sim, *call) (any, error)
}

// picture is an answer that is not JSON.
type picture []byte

const (
	maxJSON  = 1 << 20
	maxMedia = 20 << 20
)

// endpoints is the whole API.
func endpoints() map[string]endpoint {
	all := chatEndpoints()
	maps.Copy(all, deskEndpoints())
	maps.Copy(all, greetEndpoints())
	return all
}

// chatEndpoints are the APIs of tokens, people and groups, OA and Mini Program
// first, WeCom after.
func chatEndpoints() map[string]endpoint {
	get, post := http.MethodGet, http.MethodPost
	apps, oa, mp, qy := []kind{official, mini}, []kind{official}, []kind{mini}, []kind{wecom}
	const ext = "/cgi-bin/externalcontact/"
	return map[string]endpoint{
		"/cgi-bin/token":                   {method: get, serve: (*Sim).apiToken},
		"/cgi-bin/stable_token":            {method: post, serve: (*Sim).apiStableToken},
		"/cgi-bin/user/info":               {method: get, kinds: oa, serve: (*Sim).apiUserInfo},
		"/cgi-bin/message/custom/send":     {method: post, kinds: apps, serve: (*Sim).apiCustomSend},
		"/cgi-bin/message/custom/typing":   {method: post, kinds: apps, serve: (*Sim).apiTyping},
		"/cgi-bin/qrcode/create":           {method: post, kinds: oa, serve: (*Sim).apiQRCreate},
		"/cgi-bin/showqrcode":              {method: get, serve: (*Sim).apiShowQR},
		"/cgi-bin/openapi/quota/get":       {method: post, kinds: apps, serve: (*Sim).apiQuota},
		"/cgi-bin/openapi/rid/get":         {method: post, kinds: apps, serve: (*Sim).apiExplain},
		"/cgi-bin/clear_quota":             {method: post, kinds: apps, serve: (*Sim).apiClearQuota},
		"/cgi-bin/clear_quota/v2":          {method: post, serve: (*Sim).apiClearQuotaBySecret},
		"/cgi-bin/getcallbackip":           {method: get, kinds: []kind{official, mini, wecom}, serve: (*Sim).apiCallbackIP},
		"/cgi-bin/get_api_domain_ip":       {method: get, kinds: []kind{official, mini, wecom}, serve: (*Sim).apiDomainIP},
		"/cgi-bin/callback/check":          {method: post, kinds: apps, serve: (*Sim).apiCallbackCheck},
		"/sns/jscode2session":              {method: get, serve: (*Sim).apiCode2Session},
		"/cgi-bin/message/subscribe/send":  {method: post, kinds: mp, free: true, serve: (*Sim).apiSubscribeSend},
		"/wxa/getwxacodeunlimit":           {method: post, kinds: mp, serve: (*Sim).apiWxaCode},
		"/wxaapi/newtmpl/gettemplate":      {method: get, kinds: mp, serve: (*Sim).apiTemplates},
		"/wxa/msg_sec_check":               {method: post, kinds: mp, serve: (*Sim).apiTextCheck},
		"/wxa/media_check_async":           {method: post, kinds: mp, serve: (*Sim).apiMediaCheck},
		"/wxa/getuserriskrank":             {method: post, kinds: mp, serve: (*Sim).apiRiskRank},
		"/wxa/business/getuserphonenumber": {method: post, kinds: mp, serve: (*Sim).apiPhoneNumber},
		"/wxa/generate_urllink":            {method: post, kinds: mp, serve: (*Sim).apiURLLink},

		ext + "groupchat/statistic":              {method: post, kinds: qy, serve: (*Sim).apiStatistic},
		ext + "groupchat/statistic_group_by_day": {method: post, kinds: qy, serve: (*Sim).apiStatisticByDay},

		"/cgi-bin/media/upload":           {method: post, kinds: []kind{official, mini, wecom}, media: true, serve: (*Sim).apiMediaUpload},
		"/cgi-bin/gettoken":               {method: get, serve: (*Sim).apiGetToken},
		"/cgi-bin/agent/get":              {method: get, kinds: qy, serve: (*Sim).apiAgent},
		ext + "get":                       {method: get, kinds: qy, serve: (*Sim).apiContact},
		ext + "get_follow_user_list":      {method: get, kinds: qy, serve: (*Sim).apiFollowUsers},
		ext + "opengid_to_chatid":         {method: post, kinds: qy, serve: (*Sim).apiOpenGID},
		ext + "groupchat/list":            {method: post, kinds: qy, serve: (*Sim).apiGroupList},
		ext + "groupchat/get":             {method: post, kinds: qy, serve: (*Sim).apiGroup},
		ext + "groupchat/transfer":        {method: post, kinds: qy, serve: (*Sim).apiTransfer},
		ext + "groupchat/add_join_way":    {method: post, kinds: qy, serve: (*Sim).apiAddJoinWay},
		ext + "groupchat/get_join_way":    {method: post, kinds: qy, serve: (*Sim).apiJoinWay},
		ext + "groupchat/update_join_way": {method: post, kinds: qy, serve: (*Sim).apiUpdateJoinWay},
		ext + "groupchat/del_join_way":    {method: post, kinds: qy, serve: (*Sim).apiDelJoinWay},
		ext + "add_msg_template":          {method: post, kinds: qy, serve: (*Sim).apiAddTask},
		ext + "get_groupmsg_list_v2":      {method: post, kinds: qy, serve: (*Sim).apiTaskList},
		ext + "get_groupmsg_task":         {method: post, kinds: qy, serve: (*Sim).apiTaskSenders},
		ext + "get_groupmsg_send_result": {
			method: post, kinds: qy, serve: (*Sim).apiTaskResult,
		},
		ext + "remind_groupmsg_send": {method: post, kinds: qy, serve: (*Sim).apiTaskRemind},
		ext + "cancel_groupmsg_send": {method: post, kinds: qy, serve: (*Sim).apiTaskCancel},
	}
}

// greetEndpoints are the APIs of welcomes and of cards that change after they were posted.
func greetEndpoints() map[string]endpoint {
	get, post := http.MethodGet, http.MethodPost
	mp, qy := []kind{mini}, []kind{wecom}
	const welcome, message = "/cgi-bin/externalcontact/group_welcome_template/", "/cgi-bin/message/wxopen/"
	return map[string]endpoint{
		"/cgi-bin/externalcontact/send_welcome_msg": {method: post, kinds: qy, serve: (*Sim).apiWelcome},
		welcome + "add":               {method: post, kinds: qy, serve: (*Sim).apiAddWelcome},
		welcome + "edit":              {method: post, kinds: qy, serve: (*Sim).apiEditWelcome},
		welcome + "get":               {method: post, kinds: qy, serve: (*Sim).apiGetWelcome},
		welcome + "del":               {method: post, kinds: qy, serve: (*Sim).apiDelWelcome},
		message + "activityid/create": {method: get, kinds: mp, serve: (*Sim).apiCreateActivity},
		message + "updatablemsg/send": {method: post, kinds: mp, serve: (*Sim).apiUpdatableSend},
		message + "chattoolmsg/send":  {method: post, kinds: mp, serve: (*Sim).apiChatToolSend},
	}
}

func (s *Sim) mux() http.Handler {
	mux := http.NewServeMux()
	for path, ep := range endpoints() {
		mux.HandleFunc(path, func(w http.ResponseWriter, r *http.Request) { s.serveAPI(w, r, path, ep) })
	}
	s.control(mux)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			s.serveIndex(w, r)
			return
		}
		respond(w, apiError{Code: 40066}.answer(""))
	})
	return mux
}

// serveAPI reads a call, lets go wrong what is to go wrong, and writes down how
// it ended.
func (s *Sim) serveAPI(w http.ResponseWriter, r *http.Request, path string, ep endpoint) {
	limit := int64(maxJSON)
	if ep.media {
		limit = maxMedia
	}
	content, tooLong := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	c := &call{r: r, query: r.URL.Query(), body: content, now: s.now()}
	s.mu.Lock()
	c.caller = s.caller(c)
	fault := s.takeFault(c.caller, path, c.now)
	s.mu.Unlock()
	entry := Call{At: c.now, Account: accountID(c.caller), Path: path, Fault: fault != nil}
	if fault != nil {
		s.opts.Logger.DebugContext(r.Context(), "fault", slog.String("path", path))
		if wait(r.Context(), fault.Delay) != nil || fault.stopsBefore() {
			entry.Lost = fault.Disconnect
			s.note(entry)
			fault.breakOff(w, nil)
			return
		}
		if fault.Errcode != 0 {
			entry.Errcode = fault.Errcode
			s.note(entry)
			respond(w, apiError{Code: fault.Errcode, Msg: fault.message()}.answer(path))
			return
		}
	}
	result, err := any(nil), error(apiError{Code: 45001})
	if tooLong == nil {
		result, err = s.run(c, path, ep)
	}
	if err != nil {
		refused, isRefused := errors.AsType[apiError](err)
		if !isRefused {
			refused = apiError{Code: -1}
		}
		entry.Errcode, result = refused.Code, refused.answer(path)
	}
	entry.Lost = fault != nil && fault.Disconnect
	s.note(entry)
	if fault != nil && (fault.Disconnect || fault.Answer != "") {
		fault.breakOff(w, result) // it took effect; only the answer is lost
		return
	}
	respond(w, result)
}

// run checks method, address, token and quota and then does the call.
func (s *Sim) run(c *call, path string, ep endpoint) (any, error) {
	if c.r.Method != ep.method {
		if ep.method == http.MethodPost {
			return nil, apiError{Code: 43002}
		}
		return nil, apiError{Code: 43001}
	}
	s.mu.Lock()
	free := false
	defer func() {
		if !free {
			s.mu.Unlock()
		}
	}()
	if err := c.welcome(); err != nil {
		return nil, err
	}
	if len(ep.kinds) > 0 {
		acc, err := s.authorize(c, path, ep.kinds)
		if err != nil {
			return nil, err
		}
		c.acc = acc
	}
	if err := s.meter(c, path); err != nil {
		return nil, err
	}
	if ep.free {
		free = true
		s.mu.Unlock()
	}
	return ep.serve(s, c)
}

// read decodes the JSON body.
func (c *call) read(into any) error {
	if len(bytes.TrimSpace(c.body)) == 0 {
		return apiError{Code: 44002}
	}
	if err := json.Unmarshal(c.body, into); err != nil {
		return apiError{Code: 47001}
	}
	return nil
}

func respond(w http.ResponseWriter, result any) {
	if img, ok := result.(picture); ok {
		w.Header().Set("Content-Type", "image/jpeg")
		_, _ = w.Write(img) // the caller is gone if this fails
		return
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	_, _ = w.Write(compact(result)) // the caller is gone if this fails
}

func isWeCom(path string) bool {
	return strings.HasPrefix(path, "/cgi-bin/externalcontact/") || path == "/cgi-bin/gettoken" || path == "/cgi-bin/agent/get"
}
