package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"siyu/miniprogram"
)

type askedView struct {
	TemplateID string `json:"template_id"`
	Title      string `json:"title"`
	Left       int    `json:"left"`
}

// askFor says which templates the Mini Program may ask for with the next tap.
func (s *server) askFor(c *gin.Context) (any, error) {
	all, err := s.Mini.AskFor(c.Request.Context(), memberSession(c))
	if err != nil {
		return nil, err
	}
	views := make([]askedView, len(all))
	for i, a := range all {
		views[i] = askedView(a)
	}
	return gin.H{"templates": views}, nil
}

// subscribed books what the dialog answered and says what to ask for next.
func (s *server) subscribed(c *gin.Context) (any, error) {
	var in struct {
		Request string            `json:"request" binding:"required,min=8,max=64"`
		AgeMS   int64             `json:"age_ms" binding:"min=0,max=86400000"`
		Results map[string]string `json:"results" binding:"required,min=1,max=5"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	err := s.Mini.Subscribed(c.Request.Context(), memberSession(c), miniprogram.SubscribedInput{Request: in.Request,
		Age: time.Duration(in.AgeMS) * time.Millisecond, Answers: in.Results})
	if err != nil {
		return nil, err
	}
	return s.askFor(c)
}
