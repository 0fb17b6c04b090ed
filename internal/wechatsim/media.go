package wechatsim

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"slices"
	"strconv"
	"time"
)

const (
	mediaLife = 3 * 24 * time.Hour
	minMedia  = 5        // bytes
	maxImage  = 10 << 20 // bytes
)

// mediaFile is an uploaded file; its content is of no use to anyone here.
type mediaFile struct {
	acc     *account
	expires time.Time
}

func (s *Sim) apiMediaUpload(c *call) (any, error) {
	what := c.query.Get("type")
	if !slices.Contains([]string{"image", "voice", "video", "thumb", "file"}, what) {
		return nil, apiError{Code: 40004}
	}
	size, err := uploaded(c)
	if err != nil || size == 0 {
		return nil, apiError{Code: 44001, Msg: "empty media data"}
	}
	if size < minMedia || (what == "image" && size > maxImage) {
		return nil, apiError{Code: 45001, Msg: "media size out of limit"}
	}
	id := s.mint("3", base64url, 63, "media", c.acc.id, strconv.FormatInt(s.next("media"), 10))
	s.media[id] = &mediaFile{acc: c.acc, expires: c.now.Add(mediaLife)}
	done := struct {
		status
		Type    string `json:"type"`
		MediaID string `json:"media_id"`
		Created any    `json:"created_at"` // a string in WeCom, a number in apps
	}{ok(), what, id, c.now.Unix()}
	if c.acc.kind == wecom {
		done.Created = strconv.FormatInt(c.now.Unix(), 10)
	}
	return done, nil
}

// uploaded is the size of the first file in a multipart body.
func uploaded(c *call) (int64, error) {
	_, params, err := mime.ParseMediaType(c.r.Header.Get("Content-Type"))
	if err != nil {
		return 0, err
	}
	parts := multipart.NewReader(bytes.NewReader(c.body), params["boundary"])
	for {
		part, err := parts.NextPart()
		if err != nil {
			return 0, err
		}
		if part.FileName() != "" {
			return io.Copy(io.Discard, part)
		}
	}
}

func (s *Sim) checkMedia(c *call, id string) error {
	m := s.media[id]
	if m == nil || m.acc != c.acc || !c.now.Before(m.expires) {
		return apiError{Code: 40007}
	}
	return nil
}
