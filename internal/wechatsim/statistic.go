package wechatsim

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"time"
)

// said is what somebody wrote in a group by hand, at one time.
type said struct {
	at       time.Time
	by       *Person
	messages int
}

// The limits of the statistics, which count days of China's calendar: a span of
// at most 30 days, yesterday at the latest, 180 days back at the earliest.
const (
	statSpan   = 30
	statBack   = 180
	statOwners = 100
)

// SayInGroup is the person writing some messages in a group. No push and no
// API tells of them but WeCom's statistics of customer groups.
func (p *Person) SayInGroup(g *Group, messages int) error {
	p.sim.mu.Lock()
	defer p.sim.mu.Unlock()
	if g.dismissed {
		return ErrDismissed
	}
	if g.find(p) == nil {
		return fmt.Errorf("say in group: %w", ErrNotMember)
	}
	g.talk = append(g.talk, said{p.sim.now(), p, max(1, messages)})
	return nil
}

// statData is what the platform counts. What is called a total counts from the
// beginning until the end of the day; what is new belongs to the days asked for.
type statData struct {
	NewChats   int `json:"new_chat_cnt"`
	Chats      int `json:"chat_total"`
	ChatsTalk  int `json:"chat_has_msg"`
	NewMembers int `json:"new_member_cnt"`
	Members    int `json:"member_total"`
	Talkers    int `json:"member_has_msg"`
	Messages   int `json:"msg_total"`
	Trainee    int `json:"migrate_trainee_chat_cnt"`
}

// count adds a group to the numbers of [from, until).
func (d *statData) count(g *Group, from, until time.Time) {
	if !g.created.Before(until) || g.dismissed {
		return
	}
	d.Chats++
	if !g.created.Before(from) {
		d.NewChats++
	}
	for _, m := range g.members {
		if m.joined.Before(until) {
			d.Members++
			if !m.joined.Before(from) {
				d.NewMembers++
			}
		}
	}
	talkers, before := map[string]bool{}, d.Messages
	for _, t := range g.talk {
		if t.at.Before(until) {
			talkers[t.by.id] = true
			d.Messages += t.messages
		}
	}
	for _, p := range g.posts {
		if p.At.Before(until) {
			talkers[p.By] = true
			d.Messages++
		}
	}
	d.Talkers += len(talkers)
	if d.Messages > before {
		d.ChatsTalk++
	}
}

// statAsk is what both statistics are asked with.
type statAsk struct {
	Begin  int64 `json:"day_begin_time"`
	End    int64 `json:"day_end_time"`
	Filter struct {
		UserIDs []string `json:"userid_list"`
	} `json:"owner_filter"`
	OrderBy int `json:"order_by"`
	Asc     int `json:"order_asc"`
	Offset  int `json:"offset"`
	Limit   int `json:"limit"`
}

// days are the first instants of the days asked for.
func (a *statAsk) days(now time.Time) ([]time.Time, error) {
	a.End = cmp.Or(a.End, a.Begin)
	midnight := func(unix int64) time.Time {
		y, m, d := time.Unix(unix, 0).In(china()).Date()
		return time.Date(y, m, d, 0, 0, 0, 0, china())
	}
	from, to, today := midnight(a.Begin), midnight(a.End), midnight(now.Unix())
	switch {
	case len(a.Filter.UserIDs) > statOwners:
		return nil, apiError{Code: 40058, Msg: "at most 100 owners"}
	case to.Before(from) || !to.Before(today) || from.Before(today.AddDate(0, 0, -statBack)) || to.After(from.AddDate(0, 0, statSpan-1)):
		return nil, apiError{Code: 40058, Msg: "day_begin_time to day_end_time"}
	}
	var all []time.Time
	for d := from; !d.After(to); d = d.AddDate(0, 0, 1) {
		all = append(all, d)
	}
	return all, nil
}

func (a *statAsk) means(corp *account, g *Group) bool {
	return g.corp == corp && (len(a.Filter.UserIDs) == 0 || slices.Contains(a.Filter.UserIDs, g.owner))
}

// apiStatistic counts by owners, over all days that are asked for.
func (s *Sim) apiStatistic(c *call) (any, error) {
	var in statAsk
	if err := c.read(&in); err != nil {
		return nil, err
	}
	days, err := in.days(s.now())
	if err != nil {
		return nil, err
	}
	if in.Limit = cmp.Or(in.Limit, 500); in.Limit < 1 || in.Limit > 1000 || in.Offset < 0 {
		return nil, apiError{Code: 40058, Msg: "limit should be 1 to 1000"}
	}
	type row struct {
		Owner string   `json:"owner"`
		Data  statData `json:"data"`
	}
	rows := []row{}
	for _, g := range s.groups {
		if !in.means(c.acc, g) {
			continue
		}
		i := slices.IndexFunc(rows, func(r row) bool { return r.Owner == g.owner })
		if i < 0 {
			i, rows = len(rows), append(rows, row{Owner: g.owner})
		}
		rows[i].Data.count(g, days[0], days[len(days)-1].AddDate(0, 0, 1))
	}
	slices.SortStableFunc(rows, func(a, b row) int {
		order := cmp.Compare(statKey(a.Data, in.OrderBy), statKey(b.Data, in.OrderBy))
		if in.Asc == 0 {
			order = -order
		}
		return cmp.Or(order, cmp.Compare(a.Owner, b.Owner))
	})
	from := min(in.Offset, len(rows))
	to := min(from+in.Limit, len(rows))
	return struct {
		status
		Total int   `json:"total"`
		Next  int   `json:"next_offset"`
		Items []row `json:"items"`
	}{ok(), len(rows), to, rows[from:to]}, nil
}

// statKey is the number that rows are ordered by.
func statKey(d statData, by int) int {
	switch by {
	case 2:
		return d.Chats
	case 3:
		return d.NewMembers
	case 4:
		return d.Members
	}
	return d.NewChats
}

// apiStatisticByDay counts by days, all owners that are asked for together.
func (s *Sim) apiStatisticByDay(c *call) (any, error) {
	var in statAsk
	if err := c.read(&in); err != nil {
		return nil, err
	}
	days, err := in.days(s.now())
	if err != nil {
		return nil, err
	}
	type row struct {
		Time int64    `json:"stat_time"`
		Data statData `json:"data"`
	}
	rows := make([]row, len(days))
	for i, d := range days {
		rows[i].Time = d.Unix()
		for _, g := range s.groups {
			if in.means(c.acc, g) {
				rows[i].Data.count(g, d, d.AddDate(0, 0, 1))
			}
		}
	}
	return struct {
		status
		Items []row `json:"items"`
	}{ok(), rows}, nil
}

// controlSaid lets people talk in groups.
func (s *Sim) controlSaid(on route) {
	on("POST /_sim/groups/{id}/say", func(r *http.Request, in params) (any, error) {
		g, err := s.group(r.PathValue("id"))
		if err != nil {
			return nil, err
		}
		p, err := s.person(in.Person)
		if err != nil {
			return nil, err
		}
		return nil, p.SayInGroup(g, max(1, in.Times))
	})
}
