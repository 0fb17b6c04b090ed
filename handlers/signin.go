package handlers

import (
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

// How long a sign-in lasts.
const (
	consoleTTL = 14 * 24 * time.Hour
	staffTTL   = 24 * time.Hour
)

type signInInput struct {
	Login    string `json:"login" binding:"required,max=120"`
	Password string `json:"password" binding:"required,max=200"`
}

type sessionView struct {
	Now       models.Millis `json:"now"`
	Account   accountView   `json:"account"`
	Community communityView `json:"community"`
}

type accountView struct {
	ID   models.AccountID `json:"id"`
	Name string           `json:"name"`
	Role models.Role      `json:"role"`
	Lang string           `json:"lang"`

	Scope     models.AccountScope `json:"scope"`
	AwayUntil models.Millis       `json:"away_until"`
}

type communityView struct {
	ID   models.CommunityID `json:"id"`
	Name string             `json:"name"`
	Zone string             `json:"zone"`
	// Offset is how many minutes its clocks are ahead of UTC now, as this machine's zone data has it: a browser has data of its own.
	Offset int `json:"offset"`
}

// check finds the account that the input signs in, slowly if there were many tries.
func (s *server) check(c *gin.Context) (models.Account, error) {
	var in signInInput
	if err := bindJSON(c, &in); err != nil {
		return models.Account{}, err
	}
	if err := s.guess.open(c.ClientIP()); err != nil {
		return models.Account{}, err
	}
	in.Login = strings.TrimSpace(in.Login) // MySQL finds "name" by "name " too; the limit must not count it apart
	done, err := s.guess.turn(c.Request.Context())
	if err != nil {
		return models.Account{}, err
	}
	defer done()
	who := c.ClientIP() + " " + in.Login
	if err := s.guess.allow(who); err != nil {
		return models.Account{}, err
	}
	a, err := s.Store.Read(c.Request.Context()).AccountByLogin(in.Login)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return a, err
	}
	if !a.CheckPassword(in.Password) || !a.Active() {
		s.guess.wrong(c.ClientIP())
		return a, models.Errorf(models.Denied, "sign_in_wrong", "wrong name or password")
	}
	s.guess.forget(who)
	return a, nil
}

func (s *server) newSession(c *gin.Context, a models.Account, kind models.SessionKind, ttl time.Duration) (string, models.Session, error) {
	session := models.Session{Kind: kind, AccountID: a.ID}
	var token string
	err := s.Store.Tx(c.Request.Context(), func(tx *models.Tx) error {
		var err error
		token, err = tx.In(a.CommunityID).InsertSession(&session, nil, ttl)
		return err
	})
	return token, session, err
}

func (s *server) signIn(c *gin.Context) (any, error) {
	a, err := s.check(c)
	if err != nil {
		return nil, err
	}
	token, _, err := s.newSession(c, a, models.ConsoleSession, consoleTTL)
	if err != nil {
		return nil, err
	}
	s.setCookie(c, token, int(consoleTTL/time.Second))
	return s.viewSession(c, a)
}

func (s *server) session(c *gin.Context) (any, error) { return s.viewSession(c, account(c)) }

func (s *server) signOut(c *gin.Context) (any, error) {
	token, err := c.Cookie(consoleCookie)
	if err == nil {
		err = s.Store.Tx(c.Request.Context(), func(tx *models.Tx) error { return tx.DeleteSession(token) })
		if err != nil {
			return nil, err
		}
	}
	s.setCookie(c, "", -1)
	return nothing{}, nil
}

func (s *server) setLanguage(c *gin.Context) (any, error) {
	var in struct {
		Lang string `json:"lang" binding:"required,oneof=zh-Hans en"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	err := s.Store.Tx(c.Request.Context(), func(tx *models.Tx) error {
		return tx.In(a.CommunityID).SetAccountLang(a.ID, in.Lang)
	})
	if err != nil {
		return nil, err
	}
	a.Lang = in.Lang
	return s.viewSession(c, a)
}

func (s *server) staffSignIn(c *gin.Context) (any, error) {
	a, err := s.check(c)
	if err != nil {
		return nil, err
	}
	if a.Role != models.Staff {
		return nil, models.Errorf(models.Denied, "role_denied", "not a member of staff")
	}
	token, session, err := s.newSession(c, a, models.StaffSession, staffTTL)
	if err != nil {
		return nil, err
	}
	return gin.H{"token": token, "expires_at": session.ExpiresAt}, nil
}

func (s *server) viewSession(c *gin.Context, a models.Account) (any, error) {
	tx := s.Store.Read(c.Request.Context())
	community, err := tx.ReadCommunity(a.CommunityID)
	if err != nil {
		return nil, err
	}
	_, ahead := tx.Now.Time().In(zoneOf(community.Zone)).Zone()
	return sessionView{
		Now:       tx.Now,
		Account:   accountView{ID: a.ID, Name: a.Name, Role: a.Role, Lang: a.Lang, Scope: a.Scope, AwayUntil: a.AwayUntil},
		Community: communityView{ID: community.ID, Name: community.Name, Zone: community.Zone, Offset: ahead / 60},
	}, nil
}

func (s *server) setCookie(c *gin.Context, token string, seconds int) {
	http.SetCookie(c.Writer, &http.Cookie{Name: consoleCookie, Value: token, Path: "/", MaxAge: seconds,
		HttpOnly: true, Secure: s.secure, SameSite: http.SameSiteLaxMode})
}
