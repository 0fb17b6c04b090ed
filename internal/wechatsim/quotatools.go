package wechatsim

import (
	"net"
	"net/url"
	"slices"
	"strings"
)

// clearMax is how often an account's quotas can be cleared in a month, by API
// and in its console together.
const clearMax = 10

// rid ends every errmsg of an app; the simulator has one for all.
const rid = "51a00000-00000000-00000000"

// apiQuota tells how often a path may be called and was called today.
func (s *Sim) apiQuota(c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if !strings.HasPrefix(in.Path, "/") || strings.Contains(in.Path, "?") {
		return nil, apiError{Code: 76003, Msg: "invalid cgi_path"}
	}
	ep, known := endpoints()[in.Path]
	switch {
	case !known:
		return nil, apiError{Code: 76021, Msg: "cgi_path not found"}
	case len(ep.kinds) > 0 && !slices.Contains(ep.kinds, c.acc.kind):
		return nil, apiError{Code: 76022, Msg: "no permission to query this cgi"}
	}
	q := s.quotaOf(c.acc, in.Path)
	used := s.calls[quotaKey(c.acc.id, in.Path, c.now)]
	type quota struct {
		Limit  int64 `json:"daily_limit"`
		Used   int64 `json:"used"`
		Remain int64 `json:"remain"`
	}
	type rate struct {
		Calls   int64 `json:"call_count"`
		Seconds int64 `json:"refresh_second"`
	}
	answer := struct {
		status
		Quota quota `json:"quota"`
		Rate  *rate `json:"rate_limit,omitempty"`
	}{status: ok(), Quota: quota{q.Day, used, max(0, q.Day-used)}}
	switch {
	case q.Minute > 0:
		answer.Rate = &rate{q.Minute, 60}
	case q.Second > 0:
		answer.Rate = &rate{q.Second, 1}
	}
	return answer, nil
}

func (s *Sim) apiClearQuota(c *call) (any, error) {
	var in struct {
		AppID string `json:"appid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.acc.id {
		return nil, apiError{Code: 40013}
	}
	return s.clearQuota(c, c.acc)
}

func (s *Sim) apiClearQuotaBySecret(c *call) (any, error) {
	var in struct {
		AppID  string `json:"appid"`
		Secret string `json:"appsecret"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	acc, err := s.credentials(in.AppID, in.Secret, "client_credential")
	if err != nil {
		return nil, err
	}
	return s.clearQuota(c, acc)
}

// clearQuota gives an account today's calls back, clearMax times a month.
func (s *Sim) clearQuota(c *call, acc *account) (any, error) {
	month := "cleared " + acc.id + " " + c.now.In(china()).Format("2006-01")
	if s.counters[month] >= clearMax {
		return nil, apiError{Code: 48006, Msg: "forbid to clear quota because of reaching the limit"}
	}
	s.counters[month]++
	s.clearCalls(acc.id)
	return ok(), nil
}

// apiExplain tells what became of a call by the rid of its errmsg.
func (s *Sim) apiExplain(c *call) (any, error) {
	var in struct {
		RID string `json:"rid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.RID != rid {
		return nil, apiError{Code: 76001, Msg: "rid not found"}
	}
	type request struct {
		At     int64  `json:"invoke_time"`
		Cost   int64  `json:"cost_in_ms"`
		URL    string `json:"request_url"`
		Body   string `json:"request_body"`
		Answer string `json:"response_body"`
		IP     string `json:"client_ip"`
	}
	return struct {
		status
		Request request `json:"request"`
	}{ok(), request{At: c.now.Unix(), IP: peer(c)}}, nil
}

func peer(c *call) string {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return host
}

// addresses are where the simulator's pushes come from and its API is.
type addresses struct {
	status
	IPs []string `json:"ip_list"`
}

func (s *Sim) apiCallbackIP(*call) (any, error) { return addresses{ok(), []string{"127.0.0.1"}}, nil }

func (s *Sim) apiDomainIP(*call) (any, error) { return addresses{ok(), []string{"127.0.0.1"}}, nil }

// apiCallbackCheck tries the network between the platform and the account's
// callback. Nothing is sent to it: a host that can be named is reached.
func (s *Sim) apiCallbackCheck(c *call) (any, error) {
	var in struct {
		Action   string `json:"action"`
		Operator string `json:"check_operator"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if !slices.Contains([]string{"dns", "ping", "all"}, in.Action) {
		return nil, apiError{Code: 40201, Msg: "invalid action"}
	}
	if !slices.Contains([]string{"CHINANET", "UNICOM", "CAP", "DEFAULT"}, in.Operator) {
		return nil, apiError{Code: 40202, Msg: "invalid check_operator"}
	}
	callback, err := url.Parse(c.acc.callback)
	if err != nil || callback.Host == "" {
		return nil, apiError{Code: 40200, Msg: "no callback url"}
	}
	type dns struct {
		IP       string `json:"ip"`
		Operator string `json:"real_operator"`
	}
	type ping struct {
		IP   string `json:"ip"`
		From string `json:"from_operator"`
		Loss string `json:"package_loss"`
		Time string `json:"time"`
	}
	answer := struct {
		status
		DNS  []dns  `json:"dns,omitempty"`
		Ping []ping `json:"ping,omitempty"`
	}{status: ok()}
	if in.Action != "ping" {
		answer.DNS = []dns{{callback.Hostname(), in.Operator}}
	}
	if in.Action != "dns" {
		answer.Ping = []ping{{callback.Hostname(), in.Operator, "0%", "1.000ms"}}
	}
	return answer, nil
}
