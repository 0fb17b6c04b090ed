package wechatsim

import (
	"encoding/json"
	"net/url"
)

// menuButton is one item of a menu as menu/create takes it.
type menuButton struct {
	Type      string       `json:"type,omitempty"`
	Name      string       `json:"name"`
	Key       string       `json:"key,omitempty"`
	URL       string       `json:"url,omitempty"`
	AppID     string       `json:"appid,omitempty"`
	PagePath  string       `json:"pagepath,omitempty"`
	MediaID   string       `json:"media_id,omitempty"`
	ArticleID string       `json:"article_id,omitempty"`
	Value     string       `json:"value,omitempty"` // of an item made in WeChat's own console
	Sub       []menuButton `json:"sub_button"`
}

// The platform's limits of a menu, in bytes where it counts bytes.
const (
	menuTop      = 3
	menuSub      = 5
	menuTopName  = 16
	menuSubName  = 60
	menuKeyBytes = 128
	menuURLBytes = 1024
)

func (s *Sim) apiMenuCreate(c *call) (any, error) {
	var in struct {
		Button []menuButton `json:"button"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if len(in.Button) == 0 || len(in.Button) > menuTop {
		return nil, apiError{Code: 40016, Msg: "invalid button size"}
	}
	for i := range in.Button {
		if err := checkButton(&in.Button[i], menuTopName, false); err != nil {
			return nil, err
		}
	}
	d := s.desk(c.acc)
	d.menu, d.site = in.Button, nil
	d.menuID = 400000000 + s.next("menu")
	return ok(), nil
}

func checkButton(b *menuButton, nameBytes int, sub bool) error {
	if b.Name == "" || len(b.Name) > nameBytes {
		return apiError{Code: 40018, Msg: "invalid button name size"}
	}
	if len(b.Sub) > 0 {
		if sub || len(b.Sub) > menuSub {
			return apiError{Code: 40023, Msg: "invalid sub button size"}
		}
		b.Type = ""
		for i := range b.Sub {
			if err := checkButton(&b.Sub[i], menuSubName, true); err != nil {
				return err
			}
		}
		return nil
	}
	b.Sub = []menuButton{}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if b.Key == "" || len(b.Key) > menuKeyBytes {
			return apiError{Code: 40019, Msg: "invalid button key size"}
		}
	case "view":
		return checkURL(b.URL)
	case "miniprogram":
		if b.AppID == "" || b.PagePath == "" {
			return apiError{Code: 45064, Msg: "no permission to use weapp in menu"}
		}
		return checkURL(b.URL)
	case "media_id", "view_limited":
		if b.MediaID == "" {
			return apiError{Code: 40007}
		}
	case "article_id", "article_view_limited":
		if b.ArticleID == "" {
			return apiError{Code: 53600, Msg: "article id invalid"}
		}
	default:
		return apiError{Code: 40017, Msg: "invalid button type"}
	}
	return nil
}

func checkURL(text string) error {
	if text == "" || len(text) > menuURLBytes {
		return apiError{Code: 40020, Msg: "invalid button url size"}
	}
	if u, err := url.Parse(text); err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return apiError{Code: 40055, Msg: "invalid button url domain"}
	}
	return nil
}

func (s *Sim) apiMenuGet(c *call) (any, error) {
	d := s.desk(c.acc)
	if d.menu == nil {
		return nil, apiError{Code: 46003, Msg: "menu no exist"}
	}
	type menuBody struct {
		Button []menuButton `json:"button"`
		MenuID int64        `json:"menuid"`
	}
	answer := struct {
		Menu        menuBody   `json:"menu"`
		Conditional []menuBody `json:"conditionalmenu,omitempty"`
	}{Menu: menuBody{d.menu, d.menuID}}
	for i := range d.conditions {
		answer.Conditional = append(answer.Conditional, menuBody{d.menu, d.menuID + int64(i) + 1})
	}
	return answer, nil
}

func (s *Sim) apiMenuDelete(c *call) (any, error) {
	d := s.desk(c.acc)
	d.menu, d.site, d.conditions = nil, nil, 0
	return ok(), nil
}

// apiSelfMenu tells what is in force whoever made it. Its shape is another one: sub-buttons are in a list of their own.
func (s *Sim) apiSelfMenu(c *call) (any, error) {
	d := s.desk(c.acc)
	shown := d.site
	if shown == nil {
		shown = d.menu
	}
	type item struct {
		Type  string `json:"type,omitempty"`
		Name  string `json:"name"`
		Key   string `json:"key,omitempty"`
		URL   string `json:"url,omitempty"`
		Value string `json:"value,omitempty"`
		Sub   *struct {
			List []any `json:"list"`
		} `json:"sub_button,omitempty"`
	}
	var list func([]menuButton) []any
	list = func(all []menuButton) []any {
		out := []any{}
		for _, b := range all {
			it := item{Type: b.Type, Name: b.Name, Key: b.Key, URL: b.URL, Value: b.Value}
			if len(b.Sub) > 0 {
				it.Sub = &struct {
					List []any `json:"list"`
				}{list(b.Sub)}
			}
			out = append(out, it)
		}
		return out
	}
	open := 0
	if shown != nil {
		open = 1
	}
	return map[string]any{"is_menu_open": open, "selfmenu_info": map[string]any{"button": list(shown)}}, nil
}

// EditMenu changes an account's menu behind the program's back, with another program's call of the API: the JSON is that
// of menu/create.
func (s *Sim) EditMenu(appID, buttons string) error {
	var all []menuButton
	if err := json.Unmarshal([]byte(buttons), &all); err != nil {
		return err
	}
	for i := range all {
		if err := checkButton(&all[i], menuTopName, false); err != nil {
			return err
		}
	}
	return s.onDesk(appID, func(d *desk) error { d.menu, d.site = all, nil; return nil })
}

// EditMenuOnSite makes a menu in WeChat's own console: a button per name that says a text. The API's menu is gone then.
func (s *Sim) EditMenuOnSite(appID string, names ...string) error {
	return s.onDesk(appID, func(d *desk) error {
		d.menu, d.site = nil, []menuButton{}
		for _, n := range names {
			d.site = append(d.site, menuButton{Type: "text", Name: n, Value: "hello"})
		}
		return nil
	})
}

// AddConditionalMenu gives an account a menu for some of its followers, as another program may.
func (s *Sim) AddConditionalMenu(appID string) error {
	return s.onDesk(appID, func(d *desk) error { d.conditions++; return nil })
}
