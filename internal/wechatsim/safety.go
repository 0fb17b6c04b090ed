package wechatsim

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// activeFor is how long after its last use of an app an openid may be named in
// a content check.
const activeFor = 2 * time.Hour

// maxCheckedText is the most characters one text check takes.
const maxCheckedText = 2500

// verdict is what the platform thinks of a word.
type verdict struct {
	word    string
	suggest string
	label   int
	errcode int
}

// Moderate makes every text, and every address of a picture, that contains a
// word come out as suggest (pass, review or risky) with a label; later words
// win. Without any, everything passes with label 100.
func (s *Sim) Moderate(word, suggest string, label int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdicts = append(s.verdicts, verdict{word: word, suggest: suggest, label: label})
}

// Unloadable makes pictures whose address contains a word fail with an errcode
// such as -1008.
func (s *Sim) Unloadable(word string, errcode int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.verdicts = append(s.verdicts, verdict{word: word, errcode: errcode})
}

// judge finds the verdict; mu is held.
func (s *Sim) judge(content string) verdict {
	found := verdict{suggest: "pass", label: 100}
	for _, v := range s.verdicts {
		if strings.Contains(content, v.word) {
			found = v
		}
	}
	return found
}

type checkRequest struct {
	Content   string `json:"content"`
	MediaURL  string `json:"media_url"`
	MediaType int    `json:"media_type"`
	Version   int    `json:"version"`
	Scene     int    `json:"scene"`
	OpenID    string `json:"openid"`
}

// askCheck checks what both kinds of check ask for: version 2, a scene, and
// somebody who has just been here; mu is held.
func (s *Sim) askCheck(c *call, in *checkRequest) (*Person, error) {
	if err := c.read(in); err != nil {
		return nil, err
	}
	if in.Version != 2 || in.Scene < 1 || in.Scene > 4 {
		return nil, apiError{Code: 40129, Msg: "invalid scene or version"}
	}
	p := s.who(c.acc, in.OpenID)
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	if at := p.chat(c.acc.id).activeAt; at.IsZero() || c.now.Sub(at) > activeFor {
		return nil, apiError{Code: 61010, Msg: "code is expired"}
	}
	return p, nil
}

type checkResult struct {
	Suggest string `json:"suggest"`
	Label   int    `json:"label"`
}

// apiTextCheck is msg_sec_check, version 2.
func (s *Sim) apiTextCheck(c *call) (any, error) {
	var in checkRequest
	if _, err := s.askCheck(c, &in); err != nil {
		return nil, err
	}
	if in.Content == "" || utf8.RuneCountInString(in.Content) > maxCheckedText {
		return nil, apiError{Code: 45002, Msg: "content size out of limit"}
	}
	v := s.judge(in.Content)
	return struct {
		status
		Result  checkResult `json:"result"`
		TraceID string      `json:"trace_id"`
	}{ok(), checkResult{v.suggest, v.label}, s.trace()}, nil
}

// apiMediaCheck is media_check_async: the verdict follows as wxa_media_check.
func (s *Sim) apiMediaCheck(c *call) (any, error) {
	var in checkRequest
	p, err := s.askCheck(c, &in)
	if err != nil {
		return nil, err
	}
	if in.MediaURL == "" || (in.MediaType != 1 && in.MediaType != 2) {
		return nil, apiError{Code: 40004}
	}
	trace, v := s.trace(), s.judge(in.MediaURL)
	b := p.event(c.acc, "wxa_media_check", field{"appid", c.acc.id}, field{"trace_id", trace}, field{"version", int64(2)})
	if v.errcode != 0 {
		b = append(b, field{"errcode", int64(v.errcode)}, field{"errmsg", "download failed"})
	} else {
		b = append(b,
			field{"detail", group{array: true, items: []body{{
				{"strategy", "content_model"}, {"errcode", int64(0)}, {"suggest", v.suggest}, {"label", int64(v.label)}, {"prob", int64(90)},
			}}}},
			field{"errcode", int64(0)}, field{"errmsg", "ok"},
			field{"result", body{{"suggest", v.suggest}, {"label", int64(v.label)}}})
	}
	s.pushLater(c.now.Add(s.opts.MediaCheckDelay), c.acc, p.OpenID(c.acc.id), b)
	return struct {
		status
		TraceID string `json:"trace_id"`
	}{ok(), trace}, nil
}

// trace makes the id of one check; mu is held.
func (s *Sim) trace() string {
	return s.mint("", "0123456789abcdef", 24, "trace", strconv.FormatInt(s.next("trace"), 10))
}
