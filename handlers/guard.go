package handlers

import (
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

// Keys of what the guards leave for the handlers.
const (
	keyAccount = "siyu.account"
	keySession = "siyu.session"
)

// consoleCookie holds the token of a console session.
const consoleCookie = "siyu_session"

// limitBody bounds what our own API reads.
func limitBody(c *gin.Context) {
	c.Request.Body = http.MaxBytesReader(c.Writer, c.Request.Body, maxBody)
}

// sameOrigin refuses requests that another site makes a browser send: the console is signed in by cookie.
func (s *server) sameOrigin(c *gin.Context) {
	if err := http.NewCrossOriginProtection().Check(c.Request); err != nil {
		s.fail(c, models.Errorf(models.Denied, "cross_origin", "a request from another site"))
	}
}

// The guards of the console. organiser is who owns everything in her community; team is everybody of her team, also who only
// keeps some groups.
func (s *server) anyone(c *gin.Context)           { s.signedIn(c) }
func (s *server) team(c *gin.Context)             { s.signedIn(c, models.Organiser) }
func (s *server) brand(c *gin.Context)            { s.signedIn(c, models.BrandUser) }
func (s *server) teamOrBrand(c *gin.Context)      { s.signedIn(c, models.Organiser, models.BrandUser) }
func (s *server) organiser(c *gin.Context)        { s.owning(c, models.Organiser) }
func (s *server) organiserOrBrand(c *gin.Context) { s.owning(c, models.Organiser, models.BrandUser) }

// owning lets in an account with one of the roles; an organiser only if she owns everything.
func (s *server) owning(c *gin.Context, roles ...models.Role) {
	s.signedIn(c, roles...)
	if c.IsAborted() {
		return
	}
	if a := account(c); a.Role == models.Organiser && !a.Owns() {
		s.fail(c, scopeDenied())
	}
}

func scopeDenied() error {
	return models.Errorf(models.Denied, "scope_denied", "this account keeps some groups only")
}

// hers lets a keeper in only if the path's group is one of hers; a group of others is to her like one that does not exist.
func (s *server) hers(c *gin.Context) {
	id, err := idParam[models.Group](c)
	if err != nil {
		s.fail(c, err)
		return
	}
	mine, err := s.mine(c)
	if err != nil {
		s.fail(c, err)
		return
	}
	if !mine.has(id) {
		s.fail(c, models.Errorf(models.NotFound, "group_not_found", "no such group"))
	}
}

// groupSet are the groups that somebody may see; nil is all of them.
type groupSet map[models.GroupID]bool

func (g groupSet) has(id models.GroupID) bool { return g == nil || g[id] }

// ids lists the groups, nil for all of them.
func (g groupSet) ids() []models.GroupID {
	if g == nil {
		return nil
	}
	all := make([]models.GroupID, 0, len(g))
	for id := range g {
		all = append(all, id)
	}
	slices.Sort(all)
	return all
}

// mine are the groups the signed-in account may see.
func (s *server) mine(c *gin.Context) (groupSet, error) {
	a := account(c)
	if a.Owns() {
		return nil, nil
	}
	kept, err := s.Store.Read(c.Request.Context()).In(a.CommunityID).GroupsKept(a.ID)
	if err != nil {
		return nil, err
	}
	set := make(groupSet, len(kept))
	for _, g := range kept {
		set[g.ID] = true
	}
	return set, nil
}

// signedIn lets in an account with one of the roles, any role if none is named.
func (s *server) signedIn(c *gin.Context, roles ...models.Role) {
	token, err := c.Cookie(consoleCookie)
	if err != nil {
		s.fail(c, models.Errorf(models.Denied, "signed_out", "no session"))
		return
	}
	s.admit(c, models.ConsoleSession, token, roles...)
}

// staff lets in a signed-in member of staff.
func (s *server) staff(c *gin.Context) { s.admit(c, models.StaffSession, bearer(c), models.Staff) }

func (s *server) admit(c *gin.Context, kind models.SessionKind, token string, roles ...models.Role) {
	tx := s.Store.Read(c.Request.Context())
	session, err := tx.SessionByToken(kind, token)
	if err != nil {
		s.fail(c, err)
		return
	}
	account, err := tx.In(session.CommunityID).Account(session.AccountID)
	if err != nil {
		s.fail(c, err)
		return
	}
	if !account.Active() { // she was deactivated between two requests
		s.fail(c, models.Errorf(models.Denied, "signed_out", "the account is not in use any more"))
		return
	}
	if len(roles) > 0 && !slices.Contains(roles, account.Role) {
		s.fail(c, models.Errorf(models.Denied, "role_denied", "this role may not do this"))
		return
	}
	c.Set(keyAccount, account)
}

// member lets in a member signed in through the Mini Program.
func (s *server) member(c *gin.Context) {
	session, err := s.Store.MemberSession(c.Request.Context(), bearer(c))
	if err != nil {
		s.fail(c, err)
		return
	}
	s.Mini.Seen(c.Request.Context(), session)
	c.Set(keySession, session)
}

func bearer(c *gin.Context) string {
	token, _ := strings.CutPrefix(c.GetHeader("Authorization"), "Bearer ")
	return token
}

func account(c *gin.Context) models.Account { return c.MustGet(keyAccount).(models.Account) }

// memberSession is the Mini Program session that the guard let in.
func memberSession(c *gin.Context) models.Session { return c.MustGet(keySession).(models.Session) }
