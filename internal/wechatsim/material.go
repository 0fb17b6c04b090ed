package wechatsim

import (
	"slices"
	"strconv"
)

// materialFile is a permanent file of an account.
type materialFile struct{ kind string }

// maxArticleImage is the platform's limit of a picture inside an article, in bytes.
const maxArticleImage = 1 << 20

func (s *Sim) apiAddMaterial(c *call) (any, error) {
	what := c.query.Get("type")
	if !slices.Contains([]string{"image", "voice", "video", "thumb"}, what) {
		return nil, apiError{Code: 40004}
	}
	size, err := uploaded(c)
	if err != nil || size == 0 {
		return nil, apiError{Code: 44001, Msg: "empty media data"}
	}
	if what == "image" && size > maxImage {
		return nil, apiError{Code: 45001, Msg: "media size out of limit"}
	}
	id := s.mint("M", base64url, 63, "material", c.acc.id, strconv.FormatInt(s.next("material"), 10))
	s.desk(c.acc).files[id] = &materialFile{kind: what}
	return map[string]any{"media_id": id, "url": "https://mmbiz.qpic.cn/" + id + "/0"}, nil
}

func (s *Sim) apiUploadImage(c *call) (any, error) {
	size, err := uploaded(c)
	if err != nil || size == 0 {
		return nil, apiError{Code: 44001, Msg: "empty media data"}
	}
	if size > maxArticleImage {
		return nil, apiError{Code: 40009, Msg: "invalid image size"}
	}
	return map[string]any{"url": "https://mmbiz.qpic.cn/" + s.mintHex("uploadimg", strconv.FormatInt(s.next("uploadimg"), 10)) + "/0"}, nil
}
