package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
	"siyu/offers"
)

// spotView is somebody's place in a waiting list.
type spotView struct {
	State models.WaiterState `json:"state"`
	Ahead int                `json:"ahead"`
	Until models.Millis      `json:"until"`
}

func viewSpot(spot offers.Spot) spotView { return spotView(spot) }

// joinWaiting puts her at the end of the list, once.
func (s *server) joinWaiting(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	session := memberSession(c)
	spot, err := s.Offers.Wait(c.Request.Context(), session.CommunityID, session.MemberID, id)
	return viewSpot(spot), err
}

func (s *server) readWaiting(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	session := memberSession(c)
	spot, err := s.Offers.WaitingSpot(c.Request.Context(), session.CommunityID, session.MemberID, id)
	return viewSpot(spot), err
}

func (s *server) leaveWaiting(c *gin.Context) (any, error) {
	id, err := idParam[models.Offer](c)
	if err != nil {
		return nil, err
	}
	session := memberSession(c)
	return nothing{}, s.Offers.Leave(c.Request.Context(), session.CommunityID, session.MemberID, id)
}
