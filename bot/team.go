package bot

import (
	"cmp"
	"context"
	"strings"
	"time"

	"siyu/models"
)

// invitationFor is how long an invitation can be used.
const invitationFor = 24 * time.Hour

// awayMost is how long somebody can say that she is away: longer is leaving.
const awayMost = 366 * 24 * time.Hour

func noColleague() error {
	return models.Errorf(models.NotFound, "colleague_not_found", "no such colleague")
}

// InviteColleague makes a link by which a colleague makes herself an account. The code is returned once.
func (b *Bot) InviteColleague(ctx context.Context, by models.Account, name string, scope models.AccountScope) (models.Invitation, string, error) {
	i := models.Invitation{Name: name, Scope: scope, CreatedBy: by.ID}
	var code string
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		var err error
		if code, err = sc.AddInvitation(&i, invitationFor); err != nil {
			return err
		}
		return sc.AddAudit(by.ID, "team.invite", "invitation:"+i.ID.String(), string(scope))
	})
	return i, code, err
}

// TakeInvitationBack takes an invitation back.
func (b *Bot) TakeInvitationBack(ctx context.Context, by models.Account, id models.InvitationID) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		ok, err := sc.EndInvitation(id, 0)
		if err != nil {
			return err
		}
		if !ok {
			return models.Errorf(models.NotFound, "invitation_over", "no such invitation, or it has ended")
		}
		return sc.AddAudit(by.ID, "team.uninvite", "invitation:"+id.String(), "")
	})
}

// Invited is what an invitation invites to.
func (b *Bot) Invited(ctx context.Context, code string) (models.Invitation, models.Community, error) {
	tx := b.store.Read(ctx)
	i, err := tx.InvitationByCode(code)
	if err != nil {
		return i, models.Community{}, err
	}
	c, err := tx.ReadCommunity(i.CommunityID)
	return i, c, err
}

// Join makes the account that an invitation is for. The invitation is used up by it; of two who try at once one succeeds.
func (b *Bot) Join(ctx context.Context, code string, a models.Account) (models.Account, error) {
	made := a
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		i, err := tx.InvitationByCode(code)
		if err != nil {
			return err
		}
		sc := tx.In(i.CommunityID)
		made = a
		made.Role, made.Scope = models.Organiser, i.Scope
		made.Name = cmp.Or(made.Name, strings.TrimSpace(i.Name), made.Login) // the team's list has a name for everybody
		if err := sc.InsertAccount(&made); err != nil {
			return err
		}
		ok, err := sc.EndInvitation(i.ID, made.ID)
		if err != nil {
			return err
		}
		if !ok {
			return models.Errorf(models.NotFound, "invitation_over", "the invitation was used meanwhile")
		}
		return sc.AddAudit(made.ID, "team.join", "account:"+made.ID.String(), string(i.Scope))
	})
	return made, err
}

// ColleagueChange is what is changed of a colleague; nil leaves it as it is.
type ColleagueChange struct {
	Name      *string
	Scope     *models.AccountScope
	AwayUntil *models.Millis
	Active    *bool
}

// ChangeColleague changes a colleague's account. The last owner who can sign in stays one. Whoever is deactivated is signed
// out everywhere, is told nothing any more, and her tasks pass on.
func (b *Bot) ChangeColleague(ctx context.Context, by models.Account, id models.AccountID, change ColleagueChange) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(by.CommunityID)
		team, err := sc.LockTeam()
		if err != nil {
			return err
		}
		was, now, owners := models.Account{}, models.Account{}, 0
		for _, a := range team {
			if a.ID == id {
				was = a
				a = change.apply(a, sc.Now)
				now = a
			}
			if a.Owns() && a.Active() {
				owners++
			}
		}
		switch {
		case was.ID == 0:
			return noColleague()
		case was.Owns() && was.Active() && owners == 0:
			return models.Errorf(models.Conflict, "last_owner", "somebody must own the community")
		case now.AwayUntil > sc.Now.Add(awayMost):
			return models.Errorf(models.Invalid, "away_too_long", "away for more than a year").With("field", "away_until")
		}
		if err := sc.SetAccountTeam(now); err != nil {
			return err
		}
		if was.Active() && !now.Active() {
			if err := farewell(sc, now); err != nil {
				return err
			}
		}
		if was.Owns() && was.Active() && (!now.Owns() || !now.Active()) { // only owners may ask others in
			if err := endInvitationsOf(sc, id); err != nil {
				return err
			}
		}
		if err := b.passOnOf(sc, id); err != nil {
			return err
		}
		return auditColleague(sc, by.ID, was, now)
	})
	b.jobs.Wake()
	return err
}

func (c ColleagueChange) apply(a models.Account, now models.Millis) models.Account {
	if c.Name != nil {
		a.Name = *c.Name
	}
	if c.Scope != nil {
		a.Scope = *c.Scope
	}
	if c.AwayUntil != nil {
		a.AwayUntil = *c.AwayUntil
	}
	if c.Active != nil && *c.Active {
		a.LeftAt = 0
	}
	if c.Active != nil && !*c.Active && a.LeftAt == 0 {
		a.LeftAt = now
	}
	return a
}

// farewell takes from somebody who has left what opens something: her sessions and her WeChat.
func farewell(sc *models.Scope, a models.Account) error {
	if _, err := sc.DeleteSessionsOf(a.ID); err != nil {
		return err
	}
	return sc.UnbindOperator(a.ID)
}

// endInvitationsOf ends the invitations that somebody gave out who is no owner any more: else one of them would make her one
// again.
func endInvitationsOf(sc *models.Scope, id models.AccountID) error {
	open, err := sc.OpenInvitations()
	if err != nil {
		return err
	}
	for _, i := range open {
		if i.CreatedBy != id {
			continue
		}
		if _, err := sc.EndInvitation(i.ID, 0); err != nil {
			return err
		}
	}
	return nil
}

// passOnOf passes on the tasks of all groups an account has to do with.
func (b *Bot) passOnOf(sc *models.Scope, id models.AccountID) error {
	groups, err := sc.GroupsKept(id)
	if err != nil {
		return err
	}
	_, err = b.passOn(sc, groups)
	return err
}

// auditColleague writes down what changed, one line for each change.
func auditColleague(sc *models.Scope, by models.AccountID, was, now models.Account) error {
	for _, part := range []struct {
		changed        bool
		action, detail string
	}{
		{was.Name != now.Name, "team.rename", ""},
		{was.Scope != now.Scope, "team.scope", string(was.Scope) + " -> " + string(now.Scope)},
		{was.AwayUntil != now.AwayUntil, "team.away", awayText(now.AwayUntil)},
		{was.Active() && !now.Active(), "team.deactivate", ""},
		{!was.Active() && now.Active(), "team.reactivate", ""},
	} {
		if !part.changed {
			continue
		}
		if err := sc.AddAudit(by, part.action, "account:"+now.ID.String(), part.detail); err != nil {
			return err
		}
	}
	return nil
}

func awayText(until models.Millis) string {
	if until == 0 {
		return "back"
	}
	return "until " + until.Time().Format(time.RFC3339)
}
