package handlers

import (
	"github.com/gin-gonic/gin"

	"siyu/models"
)

// readMember shows an organiser a member: what she did, her points, her groups and her household.
func (s *server) readMember(c *gin.Context) (any, error) {
	id, err := idParam[models.Member](c)
	if err != nil {
		return nil, err
	}
	m, err := s.Mini.MemberCard(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	levels := s.viewLevels(requestLanguage(c), m.Levels)
	return gin.H{"id": m.Member, "known_since": m.Since, "first_at": m.FirstAt, "last_at": m.LastAt, "claims": m.Claims, "redeems": m.Redeems,
		"groups": append([]models.GroupID{}, m.Groups...), "brought": m.Brought, "balance": m.Balance, "earned": m.Earned,
		"level": m.Level + 1, "level_name": levels[m.Level].Name,
		"household": gin.H{"id": m.Household, "by_hand": m.HouseholdByHand, "members": append([]models.MemberID{}, m.Housemates...)}}, nil
}

// memberPoints lists why a member's points changed.
func (s *server) memberPoints(c *gin.Context) (any, error) {
	id, err := idParam[models.Member](c)
	if err != nil {
		return nil, err
	}
	return s.pointsOf(c, account(c).CommunityID, id, requestLanguage(c))
}
