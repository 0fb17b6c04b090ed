package handlers

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/gin-gonic/gin"

	"siyu/models"
)

// shortestLogin is how many characters a sign-in name has at least, without the blanks around it.
const shortestLogin = 3

type codeInput struct {
	Code string `json:"code" binding:"required,max=64"`
}

// lookInvitation says what an invitation invites to.
func (s *server) lookInvitation(c *gin.Context) (any, error) {
	var in codeInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if err := s.guess.allow(c.ClientIP() + " invitation"); err != nil {
		return nil, err
	}
	i, community, err := s.Bot.Invited(c.Request.Context(), in.Code)
	if err != nil {
		return nil, err
	}
	s.guess.forget(c.ClientIP() + " invitation")
	return gin.H{"community": community.Name, "name": i.Name, "scope": i.Scope, "expires_at": i.ExpiresAt}, nil
}

// newcomerInput is what somebody says of herself who was invited.
type newcomerInput struct {
	codeInput
	Login    string `json:"login" binding:"required,min=3,max=60"`
	Name     string `json:"name" binding:"max=60"`
	Password string `json:"password" binding:"required,max=200"`
}

// newcomer reads it and hashes the password, slowly if there were many tries, once the invitation is found to be open. Who is
// let in calls done.
func (s *server) newcomer(c *gin.Context, open func(code string) error) (in newcomerInput, hash []byte, done func(), err error) {
	if err := bindJSON(c, &in); err != nil {
		return in, nil, nil, err
	}
	in.Login, in.Name = strings.TrimSpace(in.Login), strings.TrimSpace(in.Name)
	if utf8.RuneCountInString(in.Login) < shortestLogin || strings.ContainsFunc(in.Login, unicode.IsControl) {
		return in, nil, nil, models.Errorf(models.Invalid, "bad_field", "a sign-in name of blanks").With("field", "login").With("rule", "min").With("param", "3")
	}
	done, err = s.guess.turn(c.Request.Context()) // hashing a password takes as long as comparing one
	if err != nil {
		return in, nil, nil, err
	}
	if err = s.guess.allow(c.ClientIP() + " invitation"); err == nil {
		if err = open(in.Code); err == nil {
			hash, err = models.HashPassword(in.Password, 0)
		}
	}
	if err != nil {
		done()
	}
	return in, hash, done, err
}

// join makes the account of somebody who was invited, and signs her in.
func (s *server) join(c *gin.Context) (any, error) {
	in, hash, done, err := s.newcomer(c, func(code string) error {
		_, _, err := s.Bot.Invited(c.Request.Context(), code)
		return err
	})
	if err != nil {
		return nil, err
	}
	defer done()
	a, err := s.Bot.Join(c.Request.Context(), in.Code, models.Account{Login: in.Login, Name: in.Name, PasswordHash: hash,
		Lang: requestLanguage(c)})
	if err != nil {
		return nil, err
	}
	s.guess.forget(c.ClientIP() + " invitation")
	token, _, err := s.newSession(c, a, models.ConsoleSession, consoleTTL)
	if err != nil {
		return nil, err
	}
	s.setCookie(c, token, int(consoleTTL/time.Second))
	return s.viewSession(c, a)
}
