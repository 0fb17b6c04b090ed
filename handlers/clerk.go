package handlers

import (
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

type workplaceView struct {
	ID         models.ShopID `json:"id"`
	Name       string        `json:"name"`
	Address    string        `json:"address"`
	Zone       string        `json:"zone"`
	Manager    bool          `json:"manager"`
	DailyLimit int           `json:"daily_limit"`
	PausedAt   models.Millis `json:"paused_at"`
}

// staffSession says who is signed in at a till, and where she works.
func (s *server) staffSession(c *gin.Context) (any, error) {
	me := account(c)
	tx := s.Store.Read(c.Request.Context())
	community, err := tx.ReadCommunity(me.CommunityID)
	if err != nil {
		return nil, err
	}
	brand, err := tx.In(me.CommunityID).Brand(me.BrandID)
	if err != nil {
		return nil, err
	}
	places, err := s.Offers.Workplaces(c.Request.Context(), me)
	if err != nil {
		return nil, err
	}
	shops := make([]workplaceView, len(places))
	for i, p := range places {
		shops[i] = workplaceView{ID: p.ID, Name: p.Name, Address: p.Address, Zone: p.Zone, Manager: p.Manager, DailyLimit: p.DailyLimit, PausedAt: p.PausedAt}
	}
	_, ahead := tx.Now.Time().In(zoneOf(community.Zone)).Zone()
	rules := s.Offers.Rules()
	return gin.H{"now": tx.Now, "account": gin.H{"id": me.ID, "name": me.Name, "lang": me.Lang},
		"community": communityView{ID: community.ID, Name: community.Name, Zone: community.Zone, Offset: ahead / 60},
		"brand":     gin.H{"id": brand.ID, "name": brand.Name}, "shops": shops,
		"undo_seconds": int(rules.OwnUndo.Seconds()), "manager_undo_seconds": int(rules.ManagerUndo.Seconds()),
		"hold_seconds": int(rules.Hold.Seconds()), "most_vouchers": rules.Most}, nil
}

// staffSignOut ends the session of a till.
func (s *server) staffSignOut(c *gin.Context) (any, error) {
	token := bearer(c)
	return nothing{}, s.Store.Tx(c.Request.Context(), func(tx *models.Tx) error { return tx.DeleteSession(token) })
}

// lookShopInvitation says what a clerk's invitation invites to.
func (s *server) lookShopInvitation(c *gin.Context) (any, error) {
	var in codeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if err := s.guess.allow(c.ClientIP() + " invitation"); err != nil {
		return nil, err
	}
	i, err := s.Offers.InvitedTo(c.Request.Context(), in.Code)
	if err != nil {
		return nil, err
	}
	s.guess.forget(c.ClientIP() + " invitation")
	return gin.H{"shop_name": i.Shop.Name, "brand_name": i.Brand.Name, "community": i.Community.Name, "name": i.Name, "manager": i.Manager,
		"expires_at": i.ExpiresAt}, nil
}

// enlist makes the account of a clerk who was invited, and signs her in.
func (s *server) enlist(c *gin.Context) (any, error) {
	in, hash, done, err := s.newcomer(c, func(code string) error {
		_, err := s.Offers.InvitedTo(c.Request.Context(), code)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer done()
	a, err := s.Offers.Enlist(c.Request.Context(), in.Code, models.Account{Login: in.Login, Name: in.Name, PasswordHash: hash, Lang: requestLanguage(c)})
	if err != nil {
		return nil, err
	}
	s.guess.forget(c.ClientIP() + " invitation")
	token, session, err := s.newSession(c, a, models.StaffSession, staffTTL)
	if err != nil {
		return nil, err
	}
	return gin.H{"token": token, "expires_at": session.ExpiresAt}, nil
}

// invitationLink is where somebody goes who was invited. The code stands behind the #: browsers do not send that to servers, so no
// log on the way has it.
func (s *server) invitationLink(page, code string) string {
	return strings.TrimRight(s.PublicURL, "/") + page + "#" + code
}
