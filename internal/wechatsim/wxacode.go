package wechatsim

import (
	"bytes"
	"crypto/sha256"
	"image"
	"image/color"
	"image/jpeg"
	"strconv"
	"strings"
)

const sceneMarks = "!#$&'()*+,/:;=?@-._~"

func (s *Sim) apiWxaCode(c *call) (any, error) {
	var in struct {
		Scene string `json:"scene"`
		Page  string `json:"page"`
		Width int    `json:"width"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if len(in.Scene) < 1 || len(in.Scene) > 32 {
		return nil, apiError{Code: 40169, Msg: "invalid length for scene"}
	}
	if strings.ContainsFunc(in.Scene, badScene) {
		return nil, apiError{Code: 40129, Msg: "invalid scene"}
	}
	if strings.HasPrefix(in.Page, "/") || strings.Contains(in.Page, "?") {
		return nil, apiError{Code: 41030, Msg: "invalid page"}
	}
	if in.Width == 0 {
		in.Width = 430
	}
	if in.Width < 280 || in.Width > 1280 {
		return nil, apiError{Code: 40097, Msg: "invalid width"}
	}
	return drawCode("wxacode "+c.acc.id+" "+in.Page+"?scene="+in.Scene, in.Width), nil
}

func badScene(r rune) bool { return !strings.ContainsRune(base62+sceneMarks, r) }

// drawCode paints a picture that stands for a code: squares that follow from
// the content. A scanner cannot read it, but a program can: the content stands
// in the JPEG's comment.
func drawCode(content string, width int) picture {
	const cells = 16
	sum := sha256.Sum256([]byte(content))
	img := image.NewGray(image.Rect(0, 0, width, width))
	for y := range width {
		for x := range width {
			cell := (y*cells/width)*cells + x*cells/width
			shade := color.Gray{Y: 0xff}
			if sum[cell/8]>>(cell%8)&1 == 1 {
				shade.Y = 0
			}
			img.SetGray(x, y, shade)
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		return nil
	}
	size := len(content) + 2
	comment := append([]byte{0xff, 0xfe, byte(size >> 8), byte(size)}, content...)
	return append(append(picture{0xff, 0xd8}, comment...), out.Bytes()[2:]...)
}

func (s *Sim) apiURLLink(c *call) (any, error) {
	var in struct {
		Path           string `json:"path"`
		Query          string `json:"query"`
		ExpireType     int    `json:"expire_type"`
		ExpireTime     int64  `json:"expire_time"`
		ExpireInterval int    `json:"expire_interval"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if len(in.Query) > 1024 {
		return nil, apiError{Code: 40212, Msg: "invalid query"}
	}
	if strings.Contains(in.Path, "?") {
		return nil, apiError{Code: 40165, Msg: "invalid path"}
	}
	most := c.now.AddDate(0, 0, 30).Unix()
	if in.ExpireType == 1 && (in.ExpireInterval < 0 || in.ExpireInterval > 30) {
		return nil, apiError{Code: 85401, Msg: "expire_interval"}
	}
	if in.ExpireType == 0 && in.ExpireTime != 0 && (in.ExpireTime < c.now.Unix()+60 || in.ExpireTime > most) {
		return nil, apiError{Code: 85401, Msg: "expire_time"}
	}
	n := strconv.FormatInt(s.next("urllink"), 10)
	link := "https://wxaurl.cn/" + s.mint("", base62, 11, "urllink", n)
	s.links[link] = urlLink{c.acc.id, in.Path, in.Query, linkEnds(c.now, in.ExpireType, in.ExpireTime, in.ExpireInterval)}
	return struct {
		status
		Link string `json:"url_link"`
	}{ok(), link}, nil
}
