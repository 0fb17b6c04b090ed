package miniprogram

import (
	"context"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
	"siyu/offers"
)

// reading is somebody of whom the database is asked.
type reading struct {
	who  visitor
	done chan struct{}
	st   *standing
	err  error
}

// note is a judgement that waits to be written down.
type note struct {
	who  visitor
	row  models.Judgement
	done chan struct{} // closed when it is written, or lost
}

// standing is what is known of a visitor. Who is not in mind is read together with all others who come meanwhile.
func (g *gate) standing(ctx context.Context, who visitor, now models.Millis) (*standing, error) {
	g.mu.Lock()
	if st := g.people[who]; st != nil && st.fresh(now) {
		g.mu.Unlock()
		return st, nil
	}
	r := &reading{who: who, done: make(chan struct{})}
	of := circle{who.community, who.app}
	line, served := g.reading[of]
	g.reading[of] = append(line, r)
	g.mu.Unlock()
	if !served {
		ctx := context.WithoutCancel(ctx)
		g.work.Go(func() { g.serve(ctx, of) })
	}
	select {
	case <-r.done:
		return r.st, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// serve reads people until nobody waits.
func (g *gate) serve(ctx context.Context, of circle) {
	for {
		g.mu.Lock()
		line := g.reading[of]
		if len(line) == 0 {
			delete(g.reading, of)
			g.mu.Unlock()
			return
		}
		n := min(len(line), readAtOnce)
		some := line[:n:n]
		g.reading[of] = line[n:]
		g.mu.Unlock()
		g.read(ctx, of, some)
	}
}

// read asks the database about some visitors at once and answers them.
func (g *gate) read(ctx context.Context, of circle, some []*reading) {
	ctx, cancel := context.WithTimeout(ctx, rankCall)
	defer cancel()
	sc := g.store.Read(ctx).In(of.community)
	members := make([]models.MemberID, len(some))
	for i, r := range some {
		members[i] = r.who.member
	}
	people, err := sc.PeopleOf(members)
	var ranks map[models.MemberID]models.RiskRank
	var traces map[models.MemberID]models.RiskTraces
	if err == nil {
		var now []models.MemberID
		for _, ids := range people {
			now = append(now, ids[0])
		}
		ranks, err = sc.RiskRanks(of.app, now)
	}
	if err == nil {
		traces, err = sc.CountRiskTraces(people, sc.Now.Add(-offers.GroupsBack), sc.Now.Add(-offers.ExclusiveBack), sc.Now.Add(-offers.ClaimsBack))
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.people) >= mostKnown {
		clear(g.people)
	}
	for _, r := range some {
		if r.err = err; err == nil {
			ids := people[r.who.member]
			if len(ids) == 0 {
				r.err = models.Errorf(models.NotFound, "not_found", "read member: no such row")
			} else {
				r.st = g.remember(r.who, ranks[ids[0]], traces[ids[0]], sc.Now)
			}
		}
		close(r.done)
	}
}

// remember keeps in mind what was read of a visitor; the gate's lock is held. What WeChat told this process stays.
func (g *gate) remember(who visitor, rank models.RiskRank, traces models.RiskTraces, now models.Millis) *standing {
	st := g.people[who]
	if st == nil {
		st = &standing{who: who}
		g.people[who] = st
	}
	st.readAt, st.traces, st.claims, st.doubted = now, traces, nil, false
	if rank.AskedAt > 0 && (!st.told || rank.AskedAt > st.rank.AskedAt) {
		st.rank, st.told = rank, true
	}
	return st
}

// rank is what WeChat thinks of a visitor. One who is not known is asked for, and with wait the claim waits for the answer as long
// as it may.
func (g *gate) rank(ctx context.Context, who visitor, st *standing, ip string, now models.Millis, wait bool) int {
	g.mu.Lock()
	if st.told && now < st.rank.AgainAt && st.asking == nil { // nearly always
		defer g.mu.Unlock()
		return st.level(now)
	}
	wall := models.WallClock{}.Now()
	switch _, addressed := networkOf(ip); {
	case st.told && now < st.rank.AgainAt:
	case st.asking != nil:
	case !addressed || wall.Before(g.silent[who.app]) || g.asked >= mostAsking:
		wait = false
	default:
		st.asking = make(chan struct{})
		g.asked++
		ctx := context.WithoutCancel(ctx)
		g.work.Go(func() { g.ask(ctx, who, st, ip) })
	}
	asking, slow := st.asking, wall.Before(g.slow[who.app])
	g.mu.Unlock()
	if wait && asking != nil && !slow {
		late := time.NewTimer(g.wait)
		defer late.Stop()
		select {
		case <-asking:
		case <-ctx.Done():
		case <-late.C:
			g.mu.Lock()
			g.slow[who.app] = models.WallClock{}.Now().Add(slowFor)
			g.mu.Unlock()
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	return st.level(now)
}

// level is the rank that still counts; the gate's lock is held.
func (st *standing) level(now models.Millis) int {
	if !st.told || now.Sub(st.rank.AskedAt) >= staleFor {
		return models.UnknownLevel
	}
	return st.rank.Level
}

// ask asks WeChat and tells who waits for it.
func (g *gate) ask(ctx context.Context, who visitor, st *standing, ip string) {
	ctx, cancel := context.WithTimeout(ctx, rankCall)
	defer cancel()
	row, err := g.askWeChat(ctx, who, ip)
	silent := time.Duration(0)
	if err != nil {
		code, _ := weixin.Code(err)
		class := weixin.Classify(err)
		g.log.InfoContext(ctx, "WeChat tells no risk rank", "class", class.String(), "code", code)
		switch class {
		case weixin.Denied, weixin.Quota:
			silent = refusedFor
		case weixin.Temporary:
			silent = slowFor
		case weixin.None, weixin.Gone, weixin.Invalid:
		}
	}
	g.mu.Lock()
	if err != nil && st.told && st.rank.Level >= 0 { // an old answer is better than none
		st.rank.AgainAt = row.AgainAt
	} else {
		st.rank, st.told = row, true
	}
	if silent > 0 {
		g.silent[who.app] = models.WallClock{}.Now().Add(silent)
	}
	g.asked--
	close(st.asking)
	st.asking = nil
	g.mu.Unlock()
	if row.Note == "" || row.Note == noteInactive {
		g.keep(ctx, who, row)
	}
}

// Why WeChat told no rank, and after how long it is asked again.
const (
	noteInactive    = "inactive" // she did not use the Mini Program within two hours, as WeChat sees it
	noteUnreachable = "unreachable"
	inactiveFor     = 5 * time.Minute
	unreachableFor  = time.Minute
)

// askWeChat asks for a rank (getUserRiskRank, scene 1: cheating in marketing).
func (g *gate) askWeChat(ctx context.Context, who visitor, ip string) (models.RiskRank, error) {
	sc := g.store.Read(ctx).In(who.community)
	row := models.RiskRank{AppID: who.app, Level: models.UnknownLevel, Note: noteUnreachable, AskedAt: sc.Now, AgainAt: sc.Now.Add(unreachableFor)}
	openID, err := openIDIn(sc, who.member, who.app)
	if err != nil {
		return row, err
	}
	var answer struct {
		Rank int `json:"risk_rank"`
	}
	err = g.hub.PostJSON(ctx, who.app, "/wxa/getuserriskrank",
		map[string]any{"appid": who.app, "openid": openID, "scene": 1, "client_ip": ip}, &answer)
	if code, _ := weixin.Code(err); code == codeNotActive {
		row.Note, row.AgainAt = noteInactive, sc.Now.Add(inactiveFor)
	}
	if err == nil {
		row.Note, row.Level, row.AgainAt = "", answer.Rank, sc.Now.Add(rankFor)
	}
	return row, weixin.Redacted(err)
}

// keep stores a rank, so that other processes need not ask.
func (g *gate) keep(ctx context.Context, who visitor, row models.RiskRank) {
	err := g.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(who.community)
		person, err := sc.Canonical(who.member)
		if err != nil {
			return err
		}
		row.MemberID = person
		return sc.SetRiskRanks([]models.RiskRank{row})
	})
	if err != nil {
		g.log.WarnContext(ctx, "a risk rank cannot be kept", "error", err)
	}
}

// note writes a judgement down, together with others that come while some are written. It waits for that if something follows from
// it, because she may appeal.
func (g *gate) note(ctx context.Context, who visitor, row models.Judgement) {
	n := note{who: who, row: row, done: make(chan struct{})}
	g.mu.Lock()
	if row.Shadow && len(g.unnoted) >= mostUnnoted {
		g.mu.Unlock()
		return
	}
	g.unnoted = append(g.unnoted, n)
	if !g.writing {
		g.writing = true
		ctx := context.WithoutCancel(ctx)
		g.work.Go(func() { g.writeAll(ctx) })
	}
	g.mu.Unlock()
	if row.Shadow {
		return
	}
	select {
	case <-n.done:
	case <-ctx.Done():
	}
}

func (g *gate) writeAll(ctx context.Context) {
	for {
		g.mu.Lock()
		some := g.unnoted
		g.unnoted = nil
		if len(some) == 0 {
			g.writing = false
			g.mu.Unlock()
			return
		}
		g.mu.Unlock()
		by := map[models.CommunityID][]note{}
		for _, n := range some {
			by[n.who.community] = append(by[n.who.community], n)
		}
		for community, hers := range by {
			g.write(ctx, community, hers)
		}
	}
}

// write stores judgements of a community, in a number of statements that does not depend on how many they are. One that is lost is
// missed in a report, and by nobody who claims.
func (g *gate) write(ctx context.Context, community models.CommunityID, all []note) {
	ctx, cancel := context.WithTimeout(ctx, rankCall)
	defer cancel()
	members := make([]models.MemberID, len(all))
	for i, n := range all {
		members[i] = n.who.member
	}
	err := g.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		people, err := sc.PeopleOf(members)
		if err != nil {
			return err
		}
		var rows []models.Judgement
		for _, n := range all {
			if ids := people[n.who.member]; len(ids) > 0 {
				n.row.MemberID = ids[0]
				rows = append(rows, n.row)
			}
		}
		return sc.AddJudgements(rows)
	})
	if err != nil {
		g.log.WarnContext(ctx, "judgements cannot be written down", "judgements", len(all), "error", err)
	}
	for _, n := range all {
		close(n.done)
	}
}
