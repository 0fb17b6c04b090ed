package bot

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"siyu/models"
)

// MenuLimits are the platform's limits of a menu. Names, keys and addresses are counted in bytes; what a phone shows of a
// name is counted in Han characters, and longer names end in dots there.
type MenuLimits struct {
	Top, Sub                   int
	TopNameBytes, SubNameBytes int
	TopNameHan, SubNameHan     int
	KeyBytes, URLBytes         int
}

// DefaultMenuLimits are those of the documentation of menu/create.
func DefaultMenuLimits() MenuLimits {
	return MenuLimits{Top: 3, Sub: 5, TopNameBytes: 16, SubNameBytes: 60, TopNameHan: 4, SubNameHan: 8, KeyBytes: 128, URLBytes: 1024}
}

// MenuWarning is something about a menu that WeChat takes and its readers may not like.
type MenuWarning struct {
	Path string // of the button: "0" or "0.1", counted from 0
	Code string // name_cut: phones show only its beginning
}

// CheckMenu holds a menu against the limits. The error is about the first button that breaks one; its field names it.
func CheckMenu(buttons []models.MenuButton, l MenuLimits) ([]MenuWarning, error) {
	if len(buttons) > l.Top {
		return nil, models.Errorf(models.Invalid, "menu_too_wide", "a menu has at most %d buttons", l.Top).
			With("field", "buttons").With("max", l.Top)
	}
	warnings := []MenuWarning{}
	for i, b := range buttons {
		path := strconv.Itoa(i)
		if len(b.SubButtons) > l.Sub {
			return nil, models.Errorf(models.Invalid, "menu_too_deep", "a button opens at most %d others", l.Sub).
				With("field", at(path, "sub_button")).With("max", l.Sub)
		}
		if err := l.check(b, path, l.TopNameBytes); err != nil {
			return nil, err
		}
		warnings = warn(warnings, b, path, l.TopNameHan)
		for j, s := range b.SubButtons {
			path := fmt.Sprintf("%d.%d", i, j)
			if len(s.SubButtons) > 0 {
				return nil, models.Errorf(models.Invalid, "menu_three_levels", "a menu has two levels").With("field", at(path, "sub_button"))
			}
			if err := l.check(s, path, l.SubNameBytes); err != nil {
				return nil, err
			}
			warnings = warn(warnings, s, path, l.SubNameHan)
		}
	}
	return warnings, nil
}

// at names a button's field as the client wrote it.
func at(path, field string) string { return "buttons." + path + "." + field }

func warn(all []MenuWarning, b models.MenuButton, path string, han int) []MenuWarning {
	if width(b.Name) > 2*han {
		return append(all, MenuWarning{Path: path, Code: "name_cut"})
	}
	return all
}

// width is how much room a name takes on a phone, in halves of a Han character.
func width(s string) int {
	n := 0
	for _, r := range s {
		if n++; r > 0x2E7F {
			n++
		}
	}
	return n
}

func (l MenuLimits) check(b models.MenuButton, path string, nameBytes int) error {
	if strings.TrimSpace(b.Name) == "" || len(b.Name) > nameBytes || !utf8.ValidString(b.Name) {
		return models.Errorf(models.Invalid, "menu_name", "a name has 1 to %d bytes", nameBytes).
			With("field", at(path, "name")).With("max", nameBytes)
	}
	for field, value := range map[string]string{"key": b.Key, "url": b.URL, "appid": b.AppID, "pagepath": b.PagePath,
		"media_id": b.MediaID, "article_id": b.ArticleID} {
		if len(value) > l.URLBytes || !utf8.ValidString(value) {
			return models.Errorf(models.Invalid, "bad_field", "longer than any address").With("field", at(path, field))
		}
	}
	if len(b.SubButtons) > 0 {
		if b.Type != "" || b.Key+b.URL+b.AppID+b.PagePath+b.MediaID+b.ArticleID != "" {
			return models.Errorf(models.Invalid, "menu_opens_only", "a button that opens others does nothing else").
				With("field", at(path, "type"))
		}
		return nil
	}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if b.Key == "" || len(b.Key) > l.KeyBytes {
			return models.Errorf(models.Invalid, "menu_key", "a key has 1 to %d bytes", l.KeyBytes).
				With("field", at(path, "key")).With("max", l.KeyBytes)
		}
	case "view":
		return l.checkURL(b.URL, path)
	case "miniprogram":
		if b.AppID == "" || b.PagePath == "" {
			return models.Errorf(models.Invalid, "menu_mini", "a Mini Program needs its appid and a page").With("field", at(path, "appid"))
		}
		return l.checkURL(b.URL, path)
	case "media_id", "view_limited":
		return needs(b.MediaID, path, "media_id")
	case "article_id", "article_view_limited":
		return needs(b.ArticleID, path, "article_id")
	default:
		return models.Errorf(models.Invalid, "menu_type", "unknown type of button").With("field", at(path, "type"))
	}
	return nil
}

func needs(value, path, field string) error {
	if value == "" {
		return models.Errorf(models.Invalid, "menu_lacks", "a button of this type needs %s", field).With("field", at(path, field))
	}
	return nil
}

// checkURL wants a whole http address. A Mini Program has one too, for clients that cannot open it.
func (l MenuLimits) checkURL(text, path string) error {
	u, err := url.Parse(text)
	if err != nil || len(text) > l.URLBytes || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return models.Errorf(models.Invalid, "menu_url", "an address begins with https:// and has at most %d bytes", l.URLBytes).
			With("field", at(path, "url")).With("max", l.URLBytes)
	}
	return nil
}

// MenuDigest names a menu's content: two menus have the same digest if and only if they are the same menu.
func MenuDigest(buttons []models.MenuButton) string {
	if len(buttons) == 0 {
		return menuNone
	}
	text, err := json.Marshal(buttons)
	if err != nil { // strings always marshal
		return ""
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// menuNone is the digest of no menu.
const menuNone = "none"

// MenuKeys lists the keys that a menu's buttons push back, in their order: reply rules answer them.
func MenuKeys(buttons []models.MenuButton) []string {
	keys := []string{}
	for _, b := range buttons {
		for _, one := range append([]models.MenuButton{b}, b.SubButtons...) {
			if one.Key != "" {
				keys = append(keys, one.Key)
			}
		}
	}
	return keys
}
