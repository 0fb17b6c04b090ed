package wechatsim

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// phoneCodeLife is how long the code of the phone number button is good.
const phoneCodeLife = 5 * time.Minute

// phoneCode is what the phone number button gave to a page.
type phoneCode struct {
	person  *Person
	appID   string
	expires time.Time
	used    bool
}

// phoneNumber is the number bound to somebody's WeChat.
type phoneNumber struct{ country, number string }

// SetPhone binds a number to the person's WeChat: the country's code, such as
// 86, and the number without it.
func (p *Person) SetPhone(country, number string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	p.phone = phoneNumber{country, number}
}

// Phone is the number bound to the person's WeChat, which is made up unless it
// was set.
func (p *Person) Phone() (country, number string) {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	n := p.number()
	return n.country, n.number
}

// number is the person's number; mu is held.
func (p *Person) number() phoneNumber {
	if p.phone.number == "" {
		n, _ := strconv.Atoi(strings.TrimPrefix(p.id, "p")) // ids are ours
		p.phone = phoneNumber{"86", fmt.Sprintf("138%08d", n)}
	}
	return p.phone
}

// PhoneCode is a tap on the phone number button of a Mini Program that the
// person agreed to: a code that its server can exchange once within five
// minutes. It is not the code of Login.
func (p *Person) PhoneCode(mpAppID string) string {
	s := p.sim
	s.mu.Lock()
	defer s.mu.Unlock()
	n := strconv.FormatInt(s.next("phone "+p.id), 10)
	code := s.mint("", "0123456789abcdef", 64, "phone", mpAppID, p.id, n)
	p.chat(mpAppID).activeAt = s.now()
	s.phoneCodes[code] = &phoneCode{person: p, appID: mpAppID, expires: s.now().Add(phoneCodeLife)}
	return code
}

type watermark struct {
	Timestamp int64  `json:"timestamp"`
	AppID     string `json:"appid"`
}

type phoneInfo struct {
	PhoneNumber     string    `json:"phoneNumber"`
	PurePhoneNumber string    `json:"purePhoneNumber"`
	CountryCode     string    `json:"countryCode"`
	Watermark       watermark `json:"watermark"`
}

// apiPhoneNumber is getuserphonenumber. A code of another app is 40013, one
// that is unknown, used or too old 40029.
func (s *Sim) apiPhoneNumber(c *call) (any, error) {
	var in struct {
		Code string `json:"code"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	code := s.phoneCodes[in.Code]
	if code != nil && code.appID != c.acc.id {
		return nil, apiError{Code: 40013}
	}
	if code == nil || code.used || !c.now.Before(code.expires) {
		return nil, apiError{Code: 40029}
	}
	code.used = true
	n := code.person.number()
	full := n.number
	if n.country != "86" {
		full = "+" + n.country + n.number
	}
	return struct {
		status
		PhoneInfo phoneInfo `json:"phone_info"`
	}{ok(), phoneInfo{full, n.number, n.country, watermark{c.now.Unix(), c.acc.id}}}, nil
}
