package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"siyu/models"
	"siyu/offers"
	"siyu/throttle"
)

// digestMost is how many warnings a message names; the console has the rest.
const digestMost = 8

// digestUseful is how long a digest that could not be sent is still of use.
const digestUseful = 12 * time.Hour

// tellAll tells the responsible people of what nobody has told them: urgent warnings as soon as it is not quiet, the others
// once a day from an hour on. A warning about a group is for whoever is responsible for it, every other for the owners of the
// community. Nobody is told of one twice; who cannot be told finds it in the console, and is tried again tomorrow.
func (b *Bot) tellAll(ctx context.Context, c models.Community) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(c.ID)
		calm, err := quietNow(sc, c)
		if err != nil || calm {
			return err
		}
		all, err := sc.UntoldWarnings()
		if err != nil || len(all) == 0 {
			return err
		}
		limits, err := sc.HealthLimits()
		if err != nil {
			return err
		}
		letters, err := lettersOf(sc, all)
		if err != nil {
			return err
		}
		local := localDaysOf(c.Zone)
		hour := sc.Now.Time().In(local.loc).Hour()
		for _, l := range letters {
			daily := hour >= limits.DigestHour && local.day(l.to.ToldAt) < local.day(sc.Now)
			if err := b.tellOne(sc, l, daily); err != nil {
				return err
			}
		}
		return nil
	})
	b.jobs.Wake()
	return err
}

// quietNow reports whether the community's own rules keep quiet hours now, in its zone.
func quietNow(sc *models.Scope, c models.Community) (bool, error) {
	p, err := sc.PolicyOf(0)
	if models.IsKind(err, models.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	rules, err := p.Rules()
	if err != nil {
		return false, fmt.Errorf("read the quiet hours: %w", err)
	}
	q, err := throttle.NewQuiet(c.Zone, throttle.Hours{From: rules.QuietStart, To: rules.QuietEnd})
	if err != nil {
		return false, err
	}
	calm, _ := q.Span(int64(sc.Now))
	return calm, nil
}

// letter is what one of the team is to be told.
type letter struct {
	to       models.Account
	warnings []models.Warning
}

// lettersOf sorts warnings by whom they are for, everybody of the team in the order of the accounts.
func lettersOf(sc *models.Scope, all []models.Warning) ([]letter, error) {
	who, err := colleagues(sc)
	if err != nil {
		return nil, err
	}
	var ids []models.GroupID
	for _, w := range all {
		if w.GroupID != 0 {
			ids = append(ids, w.GroupID)
		}
	}
	groups, err := groupsOf(sc, ids) // also those that are gone: that is what one of them is warned of
	if err != nil {
		return nil, err
	}
	holders := map[models.GroupID]models.AccountID{}
	for id, g := range groups {
		holders[id] = who.Responsible(g, sc.Now)
	}
	team, err := sc.Team()
	if err != nil {
		return nil, err
	}
	var letters []letter
	for _, a := range team {
		if !a.Active() {
			continue
		}
		l := letter{to: a}
		for _, w := range all {
			if to := holders[w.GroupID]; to == a.ID || to == 0 && a.Owns() {
				l.warnings = append(l.warnings, w)
			}
		}
		if len(l.warnings) > 0 {
			letters = append(letters, l)
		}
	}
	return letters, nil
}

// tellOne tells one of the team what is urgent, or everything if it is time for the day's digest.
func (b *Bot) tellOne(sc *models.Scope, l letter, daily bool) error {
	var said []models.Warning
	for _, w := range l.warnings {
		if daily || w.Urgent {
			said = append(said, w)
		}
	}
	if len(said) == 0 {
		return nil
	}
	if daily {
		first, err := sc.SetAccountTold(l.to.ID, l.to.ToldAt)
		if err != nil || !first {
			return err
		}
	}
	key := fmt.Sprintf("digest:%s:%d", l.to.ID, said[len(said)-1].ID)
	going, err := b.sayTo(sc, l.to, digestText(said, l.to.Lang, b.public+"/console/"), key)
	if err != nil || !going {
		return err
	}
	ids := make([]models.WarningID, len(said))
	for i, w := range said {
		ids[i] = w.ID
	}
	return sc.SetWarningsTold(ids)
}

// sayTo has the Official Account write to one of the team, if she has bound her WeChat, follows it and has written to it
// lately; it reports whether the message is on its way.
func (b *Bot) sayTo(sc *models.Scope, to models.Account, text, key string) (bool, error) {
	o, err := sc.Operator(to.ID)
	if models.IsKind(err, models.NotFound) || err == nil && o.MemberID == 0 {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	official, err := sc.Channel(models.OfficialAccount)
	if models.IsKind(err, models.NotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	member, err := sc.Canonical(o.MemberID)
	if err != nil {
		return false, err
	}
	names, err := sc.IdentitiesOf(member)
	if err != nil {
		return false, err
	}
	for _, n := range names {
		if n.Kind != models.OpenID || n.Scope != official.AppID {
			continue
		}
		m, err := b.Say(sc, Speech{Channel: official, OpenID: n.Value, Content: Content{Kind: contentText, Text: text},
			Purpose: "digest", Key: key, NotAfter: sc.Now.Add(digestUseful)})
		return err == nil && m.State == models.MessageWaiting, err
	}
	return false, nil
}

// digestText is what a digest says, in one of two languages.
func digestText(all []models.Warning, lang, link string) string {
	english := lang == "en"
	var b strings.Builder
	if english {
		fmt.Fprintf(&b, "%d thing(s) in your groups need a look:\n", len(all))
	} else {
		fmt.Fprintf(&b, "你的群有 %d 件事要看一下：\n", len(all))
	}
	for i, w := range all {
		if i == digestMost {
			b.WriteString("…\n")
			break
		}
		var args struct {
			Name string `json:"name"`
		}
		_ = json.Unmarshal([]byte(w.Args), &args) // one without a name is named by its kind alone
		line := warningWord(w.Kind, english)
		if args.Name != "" {
			line = clip(args.Name, 60) + " — " + line
		}
		b.WriteString("• " + line + "\n")
	}
	b.WriteString(link)
	return b.String()
}

// warningWord says in a few words what a kind of warning is about.
func warningWord(kind string, english bool) string {
	words := map[string][2]string{
		WarnGroupFull: {"快满了", "nearly full"}, WarnQuiet: {"很久没有发内容", "nothing was posted for long"},
		WarnUnposted: {"连续几个任务没有发", "several tasks in a row were not posted"}, WarnCountOld: {"人数该更新了", "the head count is old"},
		WarnUnowned: {"没有负责人", "nobody is responsible"}, WarnOwnerLeft: {"负责人已离开，请交接", "its owner has left: hand it over"},
		WarnSyncStale: {"企业微信同步中断", "WeCom cannot be read"}, WarnGroupGone: {"群已解散", "the group is gone"},
		WarnExpiring: {"二维码快过期了", "its QR code ends soon"}, WarnExpired: {"二维码已过期", "its QR code has ended"},
		WarnFilling: {"快满了", "nearly full"}, WarnFull: {"满了", "full"},
		WarnLow: {"活码只剩一个群", "only one group is left in a live code"}, WarnEmpty: {"活码没有可进的群", "no group is left in a live code"},
		WarnSlots: {"永久二维码快用完了", "few permanent QR codes are left"}, WarnRenewal: {"二维码续期被拒", "a QR code could not be renewed"},
		WarnWelcome: {"欢迎语变了", "its welcome changed"}, offers.WarnWave: {"短时间内很多人退群", "many members left at once"},
	}
	w, known := words[kind]
	switch {
	case !known:
		return kind
	case english:
		return w[1]
	}
	return w[0]
}
