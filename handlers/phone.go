package handlers

import "github.com/gin-gonic/gin"

// setPhone keeps the number that WeChat verified; the answer shows little of it.
func (s *server) setPhone(c *gin.Context) (any, error) {
	var in struct {
		Code string `json:"code" binding:"required,max=512"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	p, err := s.Mini.SetPhone(c.Request.Context(), memberSession(c), in.Code)
	if err != nil {
		return nil, err
	}
	return gin.H{"phone": p.Masked, "at": p.At}, nil
}

func (s *server) forgetPhone(c *gin.Context) (any, error) {
	return nothing{}, s.Mini.ForgetPhone(c.Request.Context(), memberSession(c))
}
