package handlers

import (
	"strings"

	"github.com/gin-gonic/gin"

	"siyu/bot"
	"siyu/models"
)

type colleagueView struct {
	ID          models.AccountID    `json:"id"`
	Name        string              `json:"name"`
	Login       string              `json:"login"`
	Scope       models.AccountScope `json:"scope"`
	Me          bool                `json:"me"`
	Active      bool                `json:"active"`
	AwayUntil   models.Millis       `json:"away_until"`
	LeftAt      models.Millis       `json:"left_at"`
	CreatedAt   models.Millis       `json:"created_at"`
	WeChatBound bool                `json:"wechat_bound"`
	Groups      int                 `json:"groups"`
	OpenTasks   int                 `json:"open_tasks"`
	WeCom       []string            `json:"wecom"`
}

type invitationView struct {
	ID        models.InvitationID `json:"id"`
	Name      string              `json:"name"`
	Scope     models.AccountScope `json:"scope"`
	ByName    string              `json:"by_name"`
	CreatedAt models.Millis       `json:"created_at"`
	ExpiresAt models.Millis       `json:"expires_at"`
}

type staffUserView struct {
	ID        models.StaffUserID `json:"id"`
	UserID    string             `json:"user_id"`
	Name      string             `json:"name"`
	AccountID models.AccountID   `json:"account_id"`
	LeftAt    models.Millis      `json:"left_at"`
	Groups    int                `json:"groups"`
}

type keptGroupView struct {
	ID        models.GroupID   `json:"id"`
	Name      string           `json:"name"`
	Kind      models.GroupKind `json:"kind"`
	Part      string           `json:"part"`
	OpenTasks int              `json:"open_tasks"`
}

func (s *server) listTeam(c *gin.Context) (any, error) {
	me := account(c)
	t, err := s.Bot.TeamBoard(c.Request.Context(), me.CommunityID)
	if err != nil {
		return nil, err
	}
	names := map[models.AccountID]string{}
	members := make([]colleagueView, len(t.Colleagues))
	for i, m := range t.Colleagues {
		names[m.ID] = m.Name
		members[i] = colleagueView{ID: m.ID, Name: m.Name, Login: m.Login, Scope: m.Scope, Me: m.ID == me.ID, Active: m.Active(),
			AwayUntil: m.AwayUntil, LeftAt: m.LeftAt, CreatedAt: m.CreatedAt, WeChatBound: m.WeChat, Groups: m.Groups, OpenTasks: m.Tasks, WeCom: m.WeCom}
	}
	invitations := make([]invitationView, len(t.Invitations))
	for i, x := range t.Invitations {
		invitations[i] = invitationView{x.ID, x.Name, x.Scope, names[x.CreatedBy], x.CreatedAt, x.ExpiresAt}
	}
	staff := make([]staffUserView, len(t.Staff))
	for i, u := range t.Staff {
		staff[i] = staffUserView{u.ID, u.UserID, u.Name, u.AccountID, u.LeftAt, u.Groups}
	}
	orphans := make([]keptGroupView, len(t.Orphans))
	for i, g := range t.Orphans {
		orphans[i] = keptGroupView{ID: g.ID, Name: g.Name, Kind: g.Kind}
	}
	return gin.H{"members": members, "invitations": invitations, "staff": staff, "orphans": orphans, "unowned": t.Unowned}, nil
}

func (s *server) invite(c *gin.Context) (any, error) {
	var in struct {
		Name  string              `json:"name" binding:"max=60"`
		Scope models.AccountScope `json:"scope" binding:"required,oneof=owner keeper"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	i, code, err := s.Bot.InviteColleague(c.Request.Context(), account(c), in.Name, in.Scope)
	if err != nil {
		return nil, err
	}
	// The code stands behind the #: browsers do not send that to servers, so no log on the way has it.
	return created{gin.H{"id": i.ID, "code": code, "url": strings.TrimRight(s.PublicURL, "/") + "/console/join#" + code, "expires_at": i.ExpiresAt}}, nil
}

func (s *server) uninvite(c *gin.Context) (any, error) {
	id, err := idParam[models.Invitation](c)
	if err != nil {
		return nil, err
	}
	return nothing{}, s.Bot.TakeInvitationBack(c.Request.Context(), account(c), id)
}

func (s *server) changeColleague(c *gin.Context) (any, error) {
	id, err := idParam[models.Account](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		Name      *string              `json:"name" binding:"omitempty,min=1,max=60"`
		Scope     *models.AccountScope `json:"scope" binding:"omitempty,oneof=owner keeper"`
		AwayUntil *models.Millis       `json:"away_until" binding:"omitempty,min=0"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	if in.Name != nil {
		if *in.Name = strings.TrimSpace(*in.Name); *in.Name == "" {
			return nil, models.Errorf(models.Invalid, "bad_field", "a name of blanks").With("field", "name")
		}
	}
	if err := s.Bot.ChangeColleague(c.Request.Context(), account(c), id,
		bot.ColleagueChange{Name: in.Name, Scope: in.Scope, AwayUntil: in.AwayUntil}); err != nil {
		return nil, err
	}
	return nothing{}, nil
}

// setActive deactivates a colleague's account, or takes that back.
func (s *server) setActive(active bool) handler {
	return func(c *gin.Context) (any, error) {
		id, err := idParam[models.Account](c)
		if err != nil {
			return nil, err
		}
		return nothing{}, s.Bot.ChangeColleague(c.Request.Context(), account(c), id, bot.ColleagueChange{Active: &active})
	}
}

// setAway is somebody of the team saying until when she is away.
func (s *server) setAway(c *gin.Context) (any, error) {
	var in struct {
		Until *models.Millis `json:"until" binding:"required,min=0"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	a := account(c)
	if err := s.Bot.ChangeColleague(c.Request.Context(), a, a.ID, bot.ColleagueChange{AwayUntil: in.Until}); err != nil {
		return nil, err
	}
	a.AwayUntil = *in.Until
	return s.viewSession(c, a)
}

func (s *server) listKept(c *gin.Context) (any, error) {
	id, err := idParam[models.Account](c)
	if err != nil {
		return nil, err
	}
	groups, err := s.Bot.KeptGroups(c.Request.Context(), account(c).CommunityID, id)
	if err != nil {
		return nil, err
	}
	views := make([]keptGroupView, len(groups))
	for i, g := range groups {
		views[i] = keptGroupView{g.ID, g.Name, g.Kind, g.Part, g.Tasks}
	}
	return gin.H{"groups": views}, nil
}

type handOverInput struct {
	To     models.AccountID `json:"to"`
	Groups []models.GroupID `json:"groups" binding:"max=5000"`
}

func viewPassed(p bot.Passed) any { return gin.H{"groups": p.Groups, "tasks": p.Tasks} }

func (s *server) handOver(c *gin.Context) (any, error) {
	id, err := idParam[models.Account](c)
	if err != nil {
		return nil, err
	}
	var in handOverInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	p, err := s.Bot.HandOver(c.Request.Context(), account(c), id, in.To, in.Groups)
	return viewPassed(p), err
}

func (s *server) handOverStaff(c *gin.Context) (any, error) {
	id, err := idParam[models.StaffUser](c)
	if err != nil {
		return nil, err
	}
	var in handOverInput
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	p, err := s.Bot.HandOverStaff(c.Request.Context(), account(c), id, in.To, in.Groups)
	return viewPassed(p), err
}

func (s *server) mapStaff(c *gin.Context) (any, error) {
	id, err := idParam[models.StaffUser](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		AccountID models.AccountID `json:"account_id"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	return nothing{}, s.Bot.MapStaff(c.Request.Context(), account(c), id, in.AccountID)
}

func (s *server) setKeeper(c *gin.Context) (any, error) {
	id, err := idParam[models.Group](c)
	if err != nil {
		return nil, err
	}
	var in struct {
		KeeperID models.AccountID `json:"keeper_id"`
		DeputyID models.AccountID `json:"deputy_id"`
	}
	if err := bindJSON(c, &in); err != nil {
		return nil, err
	}
	g, err := s.Bot.SetKeeper(c.Request.Context(), account(c), id, in.KeeperID, in.DeputyID)
	if err != nil {
		return nil, err
	}
	return gin.H{"group_id": g.ID, "keeper_id": g.KeeperID, "deputy_id": g.DeputyID}, nil
}
