package miniprogram

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"siyu/models"
)

// The code that tells the console who an account is in the Mini Program: 50 bits, so that nobody hits one by chance
// while it lives.
const (
	operatorCodeLength = 10
	operatorCodeLife   = 10 * time.Minute
)

// OperatorView is an account's own WeChat as the console shows it.
type OperatorView struct {
	Bound   bool
	BoundAt models.Millis
	SeenAt  models.Millis // last use of the Mini Program
	Active  bool          // recently enough for the platform's content checks
}

// OperatorCode makes the code an account shows to the Mini Program.
func (s *Service) OperatorCode(ctx context.Context, community models.CommunityID, account models.AccountID) (code string, until models.Millis, err error) {
	code = rand.Text()[:operatorCodeLength]
	err = s.store.Tx(ctx, func(tx *models.Tx) error {
		o, err := tx.In(community).OfferOperatorCode(account, code, operatorCodeLife)
		until = o.CodeUntil
		return err
	})
	return code, until, err
}

// BindOperator takes the code in the Mini Program: whoever is signed in there is that account from now on.
func (s *Service) BindOperator(ctx context.Context, session models.Session, code string) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(session.CommunityID)
		openID, err := openIDOf(sc, session)
		if err != nil {
			return err
		}
		o, err := sc.BindOperator(strings.ToUpper(strings.TrimSpace(code)), session.AppID, openID, session.MemberID)
		if err != nil {
			return err
		}
		return sc.AddAudit(o.AccountID, "operator.bind", "account:"+o.AccountID.String(), "")
	})
}

// UnbindOperator forgets who the account is.
func (s *Service) UnbindOperator(ctx context.Context, community models.CommunityID, account models.AccountID) error {
	return s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := sc.UnbindOperator(account); err != nil {
			return err
		}
		return sc.AddAudit(account, "operator.unbind", "account:"+account.String(), "")
	})
}

// Operator shows an account's own WeChat.
func (s *Service) Operator(ctx context.Context, community models.CommunityID, account models.AccountID) (OperatorView, error) {
	sc := s.store.Read(ctx).In(community)
	o, err := sc.Operator(account)
	if models.IsKind(err, models.NotFound) || (err == nil && o.BoundAt == 0) {
		return OperatorView{}, nil
	}
	if err != nil {
		return OperatorView{}, fmt.Errorf("show an operator: %w", err)
	}
	r, err := sc.Reader(o.AppID, o.OpenID)
	if err != nil && !models.IsKind(err, models.NotFound) {
		return OperatorView{}, fmt.Errorf("show an operator: %w", err)
	}
	return OperatorView{Bound: true, BoundAt: o.BoundAt, SeenAt: r.SeenAt, Active: active(r, sc.Now)}, nil
}

// Trial is what an organiser wants to see on her own phone.
type Trial struct {
	Key  string // the same key is the same notice
	Page string
	Data map[string]string
}

// TestNotice sends a template to the organiser's own WeChat, with the values the organiser gives.
func (s *Service) TestNotice(ctx context.Context, community models.CommunityID, id models.TemplateID, by models.AccountID,
	in Trial,
) (models.Notice, error) {
	var n models.Notice
	err := s.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		t, err := sc.Template(id)
		if err != nil {
			return err
		}
		o, err := sc.Operator(by)
		if models.IsKind(err, models.NotFound) || (err == nil && o.BoundAt == 0) {
			return models.Errorf(models.Conflict, "operator_missing", "say first who you are in the Mini Program")
		}
		if err != nil {
			return err
		}
		if t.State == models.TemplatePaused {
			return models.Errorf(models.Conflict, "template_paused", "the template is paused: %s", t.Reason)
		}
		n, err = s.Notify(sc, Notice{Member: o.MemberID, Template: t.TemplateID, Key: "test:" + by.String() + ":" + in.Key,
			Page: in.Page, Data: in.Data, Urgent: true})
		if err != nil {
			return err
		}
		return sc.AddAudit(by, "template.test", "template:"+id.String(), "")
	})
	if err == nil {
		s.jobs.Wake()
	}
	return n, err
}

// Notices lists what became of a template's notices, newest first.
func (s *Service) Notices(ctx context.Context, community models.CommunityID, id models.TemplateID, before models.NoticeID, limit int) ([]models.Notice, error) {
	sc := s.store.Read(ctx).In(community)
	t, err := sc.Template(id)
	if err != nil {
		return nil, err
	}
	return sc.Notices(t.AppID, t.TemplateID, before, limit)
}
