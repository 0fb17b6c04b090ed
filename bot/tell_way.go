package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"siyu/internal/jobs"
	"siyu/models"
	"siyu/offers"
)

// Why a way to somebody is closed, beside the reasons of a customer-service message.
const (
	noWeChat   = "no_wechat"   // she has not said who she is in the Mini Program
	noChannel  = "no_channel"  // no such account is connected
	noFollower = "no_follower" // nobody knows her openid there: she has never followed, or the accounts are not bound together
	noTemplate = "no_template" // no template is chosen for it, or it is paused
	noCredit   = "no_credit"   // she has allowed no message
)

// FollowTelling is the job that looks what became of a message, and tries the next way if it verifiably was not sent.
type FollowTelling struct {
	Community models.CommunityID `json:"community"`
	Telling   models.TellingID   `json:"telling"`
}

// Kind names the job.
func (FollowTelling) Kind() string { return "telling.follow" }

// say tells somebody of tasks by the first way that is open. The telling, its message and what it is about are written in one
// transaction, and a message is sent at most once: so nobody is told twice.
func (b *Bot) say(sc *models.Scope, who models.Account, due []models.Task, rounds map[models.TaskID]int) error {
	t := models.Telling{AccountID: who.ID, Way: models.TellOfficial, State: models.TellingGoing}
	if err := sc.AddTelling(&t, rounds); err != nil {
		return err
	}
	for id, round := range rounds {
		if round == 0 {
			continue
		}
		if _, err := sc.RemindTask(id, round); err != nil {
			return err
		}
	}
	return b.tryOfficial(sc, t, who, due)
}

// tryOfficial has the Official Account write to her, if she has lately done something that allows it.
func (b *Bot) tryOfficial(sc *models.Scope, t models.Telling, who models.Account, due []models.Task) error {
	to, why, err := officialOf(sc, who)
	if err != nil {
		return err
	}
	if why == "" {
		if why, err = mayWrite(sc, to); err != nil {
			return err
		}
	}
	if why != "" {
		return b.tryNotice(sc, models.TellOfficial, t, who, why)
	}
	text, err := b.tellText(sc, who, due)
	if err != nil {
		return err
	}
	to.Content, to.Purpose, to.Key, to.NotAfter = Content{Kind: contentText, Text: text}, "task", "telling:"+t.ID.String(), due[0].DueAt
	m, err := b.Say(sc, to)
	if err != nil {
		return err
	}
	t.MessageID = m.ID
	if _, err := sc.MoveTelling(models.TellOfficial, t); err != nil {
		return err
	}
	return follow(sc, t)
}

// officialOf is who somebody of the team is to the Official Account, or why nobody knows.
func officialOf(sc *models.Scope, who models.Account) (to Speech, why string, err error) {
	o, err := sc.Operator(who.ID)
	if models.IsKind(err, models.NotFound) || err == nil && o.MemberID == 0 {
		return to, noWeChat, nil
	}
	if err != nil {
		return to, "", err
	}
	if to.Channel, err = sc.Channel(models.OfficialAccount); err != nil {
		return to, noChannel, ignoreMissing(err)
	}
	member, err := sc.Canonical(o.MemberID)
	if err != nil {
		return to, "", err
	}
	names, err := sc.IdentitiesOf(member)
	for _, n := range names {
		if n.Kind == models.OpenID && n.Scope == to.Channel.AppID {
			to.OpenID = n.Value
			return to, "", err
		}
	}
	return to, noFollower, err
}

// mayWrite is why the account may not write to her now; empty if it may. Her windows stay locked until the transaction ends.
func mayWrite(sc *models.Scope, to Speech) (string, error) {
	person := sc.SenderKey(to.Channel.ID, to.OpenID)
	windows, err := sc.LockSendWindows(to.Channel.ID, person)
	if err != nil {
		return "", err
	}
	open, err := sc.LockOpenMessages(to.Channel.ID, person)
	if err != nil {
		return "", err
	}
	promised := 0
	for _, m := range open {
		if m.State == models.MessageWaiting {
			promised++
		}
	}
	_, why := choose(windows, promised, sc.Now)
	return why, nil
}

// tryNotice leaves it to the Mini Program to send her a subscription message, if she has allowed one.
func (b *Bot) tryNotice(sc *models.Scope, from models.TellingWay, t models.Telling, who models.Account, why string) error {
	t.Why = strings.TrimSpace(t.Why + " " + string(models.TellOfficial) + ":" + why)
	closed, err := noticeClosed(sc, who)
	if err != nil {
		return err
	}
	t.Way = models.TellNotice
	if closed != "" {
		t.Way, t.State, t.Why = models.TellConsole, models.TellingUntold, t.Why+" "+string(models.TellNotice)+":"+closed
	}
	moved, err := sc.MoveTelling(from, t)
	if err != nil || !moved || closed != "" {
		return err
	}
	if err := jobs.Enqueue(sc.Tx, offers.TellByNotice{Community: sc.Community, Telling: t.ID}, sc.Now); err != nil {
		return err
	}
	return follow(sc, t)
}

// noticeClosed is why no subscription message can be sent to her; empty if one can.
func noticeClosed(sc *models.Scope, who models.Account) (string, error) {
	o, err := sc.Operator(who.ID)
	if models.IsKind(err, models.NotFound) || err == nil && o.BoundAt == 0 {
		return noWeChat, nil
	}
	if err != nil {
		return "", err
	}
	tpl, err := sc.TemplateFor(o.AppID, models.PurposeOwnerTask)
	if models.IsKind(err, models.NotFound) || err == nil && tpl.State != models.TemplateActive {
		return noTemplate, nil
	}
	if err != nil {
		return "", err
	}
	credit, err := sc.Credit(o.AppID, o.OpenID, tpl.TemplateID)
	if models.IsKind(err, models.NotFound) || err == nil && credit.Left() <= 0 {
		return noCredit, nil
	}
	return "", err
}

func follow(sc *models.Scope, t models.Telling) error {
	return jobs.Enqueue(sc.Tx, FollowTelling{Community: sc.Community, Telling: t.ID}, sc.Now.Add(tellLookFor))
}

// followTelling books what became of a telling's message.
func (b *Bot) followTelling(ctx context.Context, a FollowTelling) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(a.Community)
		t, err := sc.Telling(a.Telling)
		if err != nil || t.State != models.TellingGoing {
			return err
		}
		if t.Way == models.TellNotice {
			return followNotice(sc, t)
		}
		m, err := sc.Message(t.MessageID)
		switch {
		case models.IsKind(err, models.NotFound): // erased with everything that is known of her
			m.State = models.MessageLost
		case err != nil:
			return err
		}
		switch m.State {
		case models.MessageWaiting, models.MessageCalling:
			return onItsWay(sc, t)
		case models.MessageSent:
			t.State = models.TellingTold
		case models.MessageLost:
			t.State = models.TellingUnknown
		case models.MessageUnsent:
			who, err := sc.Account(t.AccountID)
			if err != nil {
				return err
			}
			return b.tryNotice(sc, models.TellOfficial, t, who, m.Reason)
		}
		_, err = sc.MoveTelling(models.TellOfficial, t)
		return err
	})
}

// onItsWay looks again later at a message that is not sent yet. Work that was given up leaves it so for ever: nobody knows then.
func onItsWay(sc *models.Scope, t models.Telling) error {
	if sc.Now < t.CreatedAt.Add(tellGiveUp) {
		return jobs.SnoozeFor(sc.Now, tellLookFor, "the message is on its way")
	}
	t.State = models.TellingUnknown
	_, err := sc.MoveTelling(t.Way, t)
	return err
}

func followNotice(sc *models.Scope, t models.Telling) error {
	if t.NoticeID == 0 {
		return onItsWay(sc, t)
	}
	n, err := sc.Notice(t.NoticeID)
	if models.IsKind(err, models.NotFound) {
		n.State = models.NoticeUnknown
	} else if err != nil {
		return err
	}
	switch n.State {
	case models.NoticeWaiting, models.NoticeSending:
		return onItsWay(sc, t)
	case models.NoticeAccepted, models.NoticeDelivered:
		t.State = models.TellingTold
	case models.NoticeUnknown:
		t.State = models.TellingUnknown
	case models.NoticeFailed:
		t.Way, t.State, t.Why = models.TellConsole, models.TellingUntold, t.Why+" "+string(models.TellNotice)+":"+n.Reason
	}
	_, err = sc.MoveTelling(models.TellNotice, t)
	return err
}

// tellLines is how many tasks a message names; the page of each shows the others.
const tellLines = 6

// tellText is what the Official Account writes to somebody about her tasks, in her language.
func (b *Bot) tellText(sc *models.Scope, who models.Account, due []models.Task) (string, error) {
	english := who.Lang == "en"
	var out strings.Builder
	if english {
		fmt.Fprintf(&out, "%d post(s) wait to be posted by you:\n", len(due))
	} else {
		fmt.Fprintf(&out, "有 %d 条内容等你发到群里：\n", len(due))
	}
	for i, t := range due {
		if i == tellLines {
			break
		}
		g, err := sc.Group(t.GroupID)
		if err != nil {
			return "", err
		}
		zone, err := time.LoadLocation(g.Zone)
		if err != nil {
			zone = time.UTC
		}
		line := "· %s，%s 前\n%s\n"
		if english {
			line = "· %s, until %s\n%s\n"
		}
		fmt.Fprintf(&out, line, clip(g.Name, 90), t.DueAt.Time().In(zone).Format("01-02 15:04"), b.TaskURL(t, who.ID))
	}
	return clip(strings.TrimSpace(out.String()), maxTextBytes), nil
}
