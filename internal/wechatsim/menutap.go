package wechatsim

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// Place is a point on the map that somebody sends.
type Place struct {
	Latitude, Longitude float64
	Scale               int64
	Label, Poi          string
}

// ClickMenu taps a menu button of type click.
func (p *Person) ClickMenu(ctx context.Context, appID, key string) (Reply, error) {
	return p.tap(ctx, appID, "CLICK", Field{"EventKey", key})
}

// ViewMenu taps a menu button that opens a page; menuID is told as MenuId.
func (p *Person) ViewMenu(ctx context.Context, appID, url, menuID string) (Reply, error) {
	return p.tap(ctx, appID, "VIEW", Field{"EventKey", url}, Field{"MenuId", menuID})
}

// ScanFromMenu taps scancode_push, or scancode_waitmsg when the account is to
// answer before the result is shown, and scans something.
func (p *Person) ScanFromMenu(ctx context.Context, appID, key, result string, wait bool) (Reply, error) {
	event := "scancode_push"
	if wait {
		event = "scancode_waitmsg"
	}
	return p.tap(ctx, appID, event, Field{"EventKey", key},
		Field{"ScanCodeInfo", Fields{{"ScanType", "qrcode"}, {"ScanResult", result}}})
}

// SendPlaceFromMenu taps location_select and chooses a place.
func (p *Person) SendPlaceFromMenu(ctx context.Context, appID, key string, at Place) (Reply, error) {
	x, y := formatDegrees(at.Latitude), formatDegrees(at.Longitude)
	return p.tap(ctx, appID, "location_select", Field{"EventKey", key}, Field{"SendLocationInfo", Fields{
		{"Location_X", x}, {"Location_Y", y}, {"Scale", formatDegrees(float64(at.Scale))},
		{"Label", at.Label}, {"Poiname", at.Poi},
	}})
}

// ReportLocation tells an Official Account where its follower is, as WeChat
// does when the account's page is opened.
func (p *Person) ReportLocation(ctx context.Context, appID string, latitude, longitude, precision float64) (Reply, error) {
	return p.tap(ctx, appID, "LOCATION",
		Field{"Latitude", latitude}, Field{"Longitude", longitude}, Field{"Precision", precision})
}

// Button is a button of a published menu as a follower sees it.
type Button struct {
	Name  string `json:"name"`
	Type  string `json:"type"`            // click, view, miniprogram, …
	Value string `json:"value,omitempty"` // key, address or page
	Under string `json:"under,omitempty"` // name of the button that opens the list it is in
}

// Menu is what an Official Account's followers can tap, in the order of the menu.
func (s *Sim) Menu(appID string) ([]Button, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	acc, err := s.account(appID, official)
	if err != nil {
		return nil, err
	}
	list := []Button{}
	for _, top := range s.desk(acc).menu {
		if len(top.Sub) == 0 {
			list = append(list, top.seen(""))
		}
		for _, sub := range top.Sub {
			list = append(list, sub.seen(top.Name))
		}
	}
	return list, nil
}

func (b menuButton) seen(under string) Button {
	value := b.Key
	switch b.Type {
	case "view":
		value = b.URL
	case "miniprogram":
		value = b.PagePath
	}
	return Button{Name: b.Name, Type: b.Type, Value: value, Under: under}
}

// TapMenu taps the button of the published menu that has this name. A button
// that shows an article pushes nothing; one that is not in the menu cannot be tapped.
func (p *Person) TapMenu(ctx context.Context, appID, name string) (Reply, error) {
	buttons, err := p.sim.Menu(appID)
	if err != nil {
		return Reply{}, err
	}
	i := slices.IndexFunc(buttons, func(b Button) bool { return b.Name == name })
	if i < 0 {
		return Reply{}, fmt.Errorf("tap %q: %w", name, ErrNoButton)
	}
	p.sim.mu.Lock()
	menuID := strconv.FormatInt(p.sim.desk(p.sim.accounts[appID]).menuID, 10)
	p.sim.mu.Unlock()
	key := Field{"EventKey", buttons[i].Value}
	switch kind := buttons[i].Type; kind {
	case "click":
		return p.tap(ctx, appID, "CLICK", key)
	case "view":
		return p.tap(ctx, appID, "VIEW", key, Field{"MenuId", menuID})
	case "miniprogram":
		return p.tap(ctx, appID, "view_miniprogram", key, Field{"MenuId", menuID})
	case "media_id", "article_id", "article_view_limited", "view_limited":
		return Reply{}, nil
	default: // scancode_…, pic_…, location_select
		return p.tap(ctx, appID, kind, key)
	}
}

// tap is an event that only a follower can cause.
func (p *Person) tap(ctx context.Context, appID, event string, fields ...Field) (Reply, error) {
	return p.do(ctx, appID, []kind{official}, func(acc *account, c *chat) (body, error) {
		if !c.following {
			return nil, ErrNotFollowing
		}
		spec := catalogue(appID, p.OpenID(appID))[event]
		spec.apply(p.sim, c)
		return append(p.event(acc, event), merge(spec.fields, fields)...), nil
	})
}

func formatDegrees(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
