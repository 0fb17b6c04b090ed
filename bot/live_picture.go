package bot

import (
	"bytes"
	"image"
	_ "image/jpeg" // what phones save
	_ "image/png"
	"net/url"
	"regexp"
	"strings"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"

	"siyu/models"
)

// mostPixels bounds the picture that is read: a phone's screenshot has 5 million, and a small file may claim any size.
const mostPixels = 24_000_000

// invitePath is the way in of an ordinary WeChat group.
var invitePath = regexp.MustCompile(`^/g/[A-Za-z0-9_-]{8,200}$`)

// InviteLink checks that a link is the way into an ordinary WeChat group, and returns it the way it is stored. Nothing else
// is ever shown on a page.
func InviteLink(text string) (string, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || (u.Scheme != "https" && u.Scheme != "http") || u.Host != "weixin.qq.com" || u.User != nil ||
		u.RawQuery != "" || u.Fragment != "" || !invitePath.MatchString(u.Path) {
		return "", models.Errorf(models.Invalid, "invite_not_group", "this is not the QR code of a WeChat group").With("field", "url")
	}
	return "https://weixin.qq.com" + u.Path, nil
}

// ReadInvite finds the way into an ordinary group in a picture of its QR code.
func ReadInvite(picture []byte) (string, error) {
	unreadable := models.Errorf(models.Invalid, "picture_unreadable", "no QR code is found in the picture").With("field", "picture")
	size, _, err := image.DecodeConfig(bytes.NewReader(picture))
	if err != nil || size.Width <= 0 || size.Height <= 0 || size.Width > mostPixels/size.Height {
		return "", unreadable
	}
	img, _, err := image.Decode(bytes.NewReader(picture))
	if err != nil {
		return "", unreadable
	}
	source := gozxing.NewLuminanceSourceFromImage(img)
	hints := map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true}
	for _, binarizer := range []gozxing.Binarizer{gozxing.NewHybridBinarizer(source), gozxing.NewGlobalHistgramBinarizer(source)} {
		bitmap, err := gozxing.NewBinaryBitmap(binarizer)
		if err != nil {
			continue
		}
		if found, err := qrcode.NewQRCodeReader().Decode(bitmap, hints); err == nil {
			return InviteLink(found.GetText())
		}
	}
	return "", unreadable
}
