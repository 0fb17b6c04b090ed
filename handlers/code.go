package handlers

import (
	"time"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

type codeView struct {
	Now     models.Millis `json:"now"`
	Code    string        `json:"code"`
	State   string        `json:"state"`
	ValidTo models.Millis `json:"valid_to"`
	Frames  []frameView   `json:"frames"`
}

type frameView struct {
	From models.Millis `json:"from"`
	To   models.Millis `json:"to"`
	Text string        `json:"text"`
}

// voucherCode is what a member shows at the till: the code to type, and the pictures of the next minutes.
func (s *server) voucherCode(c *gin.Context) (any, error) {
	id, err := idParam[models.Voucher](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Minutes int `form:"minutes" binding:"min=0,max=60"`
	}
	if err := c.ShouldBindQuery(&in); err != nil {
		return nil, badInput(err)
	}
	code, err := s.Mini.Code(c.Request.Context(), memberSession(c), id, time.Duration(in.Minutes)*time.Minute)
	if err != nil {
		return nil, err
	}
	c.Header("Cache-Control", "no-store")
	view := codeView{Now: code.Now, Code: code.Code, State: string(code.Standing), ValidTo: code.ValidTo, Frames: make([]frameView, len(code.Frames))}
	for i, f := range code.Frames {
		view.Frames[i] = frameView(f)
	}
	return view, nil
}
