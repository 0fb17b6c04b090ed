package handlers

import "github.com/gin-gonic/gin"

func (s *server) operator(c *gin.Context) (any, error) {
	a := account(c)
	o, err := s.Mini.Operator(c.Request.Context(), a.CommunityID, a.ID)
	if err != nil {
		return nil, err
	}
	return gin.H{"bound": o.Bound, "bound_at": o.BoundAt, "seen_at": o.SeenAt, "active": o.Active}, nil
}

// operatorCode makes the code that the account's owner enters in the Mini Program.
func (s *server) operatorCode(c *gin.Context) (any, error) {
	a := account(c)
	code, until, err := s.Mini.OperatorCode(c.Request.Context(), a.CommunityID, a.ID)
	if err != nil {
		return nil, err
	}
	return created{gin.H{"code": code, "expires_at": until}}, nil
}

func (s *server) unbindOperator(c *gin.Context) (any, error) {
	a := account(c)
	return nothing{}, s.Mini.UnbindOperator(c.Request.Context(), a.CommunityID, a.ID)
}

func (s *server) bindOperator(c *gin.Context) (any, error) {
	var in struct {
		Code string `json:"code" binding:"required,max=32"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Mini.BindOperator(c.Request.Context(), memberSession(c), in.Code)
}
