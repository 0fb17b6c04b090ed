package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// verifyPush answers WeChat's check of the webhook's address.
func (s *server) verifyPush(kind models.ChannelKind) handler {
	return func(c *gin.Context) (any, error) {
		a, err := s.Bot.Verify(c.Request.Context(), kind, c.Param("appid"), c.Request.URL.RawQuery)
		return document{a.ContentType, a.Body}, err
	}
}

// receivePush takes a push in. The bot limits the body and answers only what it has stored.
func (s *server) receivePush(kind models.ChannelKind) handler {
	return func(c *gin.Context) (any, error) {
		a, err := s.Bot.Receive(c.Request.Context(), kind, c.Param("appid"), c.Request.URL.RawQuery, c.Request.Body)
		return document{a.ContentType, a.Body}, err
	}
}
