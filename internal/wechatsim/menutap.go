package wechatsim

import (
	"context"
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
