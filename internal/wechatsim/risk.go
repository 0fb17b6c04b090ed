package wechatsim

import (
	"net"
	"strconv"
)

// SetRisk makes the platform think of a person as somebody of a risk rank: 0,
// which everybody has at first, to 4.
func (p *Person) SetRisk(rank int) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.risk = rank
}

// apiRiskRank is getuserriskrank: who somebody is for the platform's defence
// against cheats. It must have used the app in the last two hours.
func (s *Sim) apiRiskRank(c *call) (any, error) {
	var in struct {
		AppID    string `json:"appid"`
		OpenID   string `json:"openid"`
		Scene    *int   `json:"scene"`
		ClientIP string `json:"client_ip"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.acc.id {
		return nil, apiError{Code: 40013}
	}
	if in.Scene == nil || *in.Scene < 0 || *in.Scene > 2 || net.ParseIP(in.ClientIP) == nil {
		return nil, apiError{Code: 47001, Msg: "invalid scene or client_ip"}
	}
	p := s.who(c.acc, in.OpenID)
	if p == nil {
		return nil, apiError{Code: 43104}
	}
	if at := p.chat(c.acc.id).activeAt; at.IsZero() || c.now.Sub(at) > activeFor {
		return nil, apiError{Code: 61010, Msg: "user access record is expired"}
	}
	n, _ := strconv.ParseInt(s.mint("", "123456789", 9, "risk", strconv.FormatInt(s.next("risk"), 10)), 10, 64)
	return struct {
		status
		UnoinID  int64 `json:"unoin_id"` // as the platform spells it
		RiskRank int   `json:"risk_rank"`
	}{ok(), n, p.risk}, nil
}
