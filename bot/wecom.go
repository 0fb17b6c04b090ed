package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/silenceper/wechat/v2/work/externalcontact"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
	"siyu/throttle"
)

// What WeCom allows in a group message, in bytes.
const (
	wecomTextBytes  = 4000
	wecomTitleBytes = 64
)

// taskListLag is how long a task whose answer was lost is looked for before WeCom is asked again: its list may lag.
const taskListLag = 10 * time.Minute

// template is add_msg_template's request. It is ours because the SDK's sends empty objects of every other kind.
type template struct {
	ChatType    string       `json:"chat_type"`
	Sender      string       `json:"sender"`
	ChatIDList  []string     `json:"chat_id_list"`
	Text        textPart     `json:"text"`
	Attachments []attachment `json:"attachments"`
}

type textPart struct {
	Content string `json:"content"`
}

type attachment struct {
	MsgType     string   `json:"msgtype"`
	MiniProgram cardPart `json:"miniprogram"`
}

type cardPart struct {
	Title      string `json:"title"`
	PicMediaID string `json:"pic_media_id"`
	AppID      string `json:"appid"`
	Page       string `json:"page"`
}

// handToWeCom makes the task for a WeCom group's owner. The call cannot be repeated safely, so the task is marked
// before it; a task found marked is looked up by the placement's code in its card instead.
func (b *Bot) handToWeCom(ctx context.Context, community models.CommunityID, o order) error {
	sc := b.store.Read(ctx).In(community)
	corp, err := sc.Channel(models.WeCom)
	if err != nil {
		return err
	}
	mini, err := sc.Channel(models.MiniProgram)
	if err != nil {
		return err
	}
	media, err := b.uploadCard(corp)
	if err != nil {
		return err
	}
	switch o.task.State {
	case models.TaskCalling:
		t, err := b.adopt(ctx, community, o.task)
		if err != nil || t.State == models.TaskOpen {
			return err
		}
		now := models.MillisOf(b.store.Clock().Now())
		if safe := t.CalledAt.Add(b.lag); now < safe {
			return jobs.Snooze(safe, "WeCom may have the task: look again")
		}
	case models.TaskNew:
	case models.TaskOpen, models.TaskDone, models.TaskCancelled:
		return nil
	}
	if err := b.markCalling(ctx, community, o); err != nil {
		return err
	}
	o.task.State = models.TaskCalling
	req := template{ChatType: "group", Sender: o.group.OwnerUserID, ChatIDList: []string{*o.group.ChatID},
		Text: textPart{clip(Copy(o.brand, o.offer), wecomTextBytes)},
		Attachments: []attachment{{MsgType: "miniprogram", MiniProgram: cardPart{
			Title: CardTitle(o.offer), PicMediaID: media, AppID: mini.AppID,
			Page: CardPath(o.placement.Code)}}}}
	var made struct {
		MsgID    string   `json:"msgid"`
		FailList []string `json:"fail_list"`
	}
	if err := b.hub.PostJSON(ctx, accountID(corp), "/cgi-bin/externalcontact/add_msg_template", req, &made); err != nil {
		err = fmt.Errorf("hand a post to its owner: %w", err)
		if _, said := weixin.Code(err); said { // a refusal: WeCom did not take it, and may be asked again
			err = errors.Join(err, b.mark(ctx, community, o.task, models.TaskNew))
		}
		return err
	}
	if slices.Contains(made.FailList, *o.group.ChatID) { // taken without this group: its owner never sees it
		return b.giveUp(ctx, community, o.task, "")
	}
	return b.opened(ctx, community, o.task, made.MsgID)
}

// markCalling says that WeCom is about to be asked, now, unless an order came in between: looked at under the group's lock,
// so that whoever gave the order and has its answer sees no later call.
func (b *Bot) markCalling(ctx context.Context, community models.CommunityID, o order) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		why, err := b.ledger.MayHand(sc, o.placement)
		if err != nil {
			return err
		}
		if why != throttle.None {
			return jobs.SnoozeFor(tx.Now, askAfterOrder, "an order: "+why.String())
		}
		moved, err := sc.MoveTask(o.task.ID, o.task.State, models.TaskCalling, "")
		if err == nil && !moved {
			return jobs.Snooze(tx.Now, "the task moved")
		}
		return err
	})
}

// mark says that WeCom refused. A task that moved since it was read is looked at
// anew: it may have been given up.
func (b *Bot) mark(ctx context.Context, community models.CommunityID, t models.Task, to models.TaskState) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		moved, err := tx.In(community).MoveTask(t.ID, t.State, to, "")
		if err == nil && !moved {
			return jobs.Snooze(tx.Now, "the task moved")
		}
		return err
	})
}

// opened books that WeCom has the task.
func (b *Bot) opened(ctx context.Context, community models.CommunityID, t models.Task, msgID string) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		p, err := sc.Placement(t.PlacementID)
		if err != nil {
			return err
		}
		if err := open(sc, t, p, msgID); err != nil {
			return err
		}
		if err := b.haltIf(sc, t, p); err != nil {
			return err
		}
		return jobs.Enqueue(tx, PollTask{community, t.ID}, tx.Now.Add(pollEvery))
	})
}

// adopt looks for a task that WeCom was asked for and whose answer was lost. It returns the task as it is now: open if
// WeCom has it, else as it was.
func (b *Bot) adopt(ctx context.Context, community models.CommunityID, t models.Task) (models.Task, error) {
	sc := b.store.Read(ctx).In(community)
	p, err := sc.Placement(t.PlacementID)
	if err != nil {
		return t, err
	}
	msgID, err := b.findTask(sc, t, p)
	if err != nil || msgID == "" {
		return t, err
	}
	if err := b.opened(ctx, community, t, msgID); err != nil {
		return t, err
	}
	return b.store.Read(ctx).In(community).Task(t.ID)
}

// findTask lists WeCom's tasks since ours was written and returns the one whose card has the placement's code.
func (b *Bot) findTask(sc *models.Scope, t models.Task, p models.Placement) (msgID string, err error) {
	corp, err := b.corp(sc)
	if err != nil {
		return "", err
	}
	req := &externalcontact.GetGroupMsgListV2Request{ChatType: "group", Limit: 100,
		StartTime: t.CreatedAt.Add(-time.Hour).Time().Unix(), EndTime: sc.Now.Add(time.Hour).Time().Unix(), FilterType: 2}
	for {
		page, err := corp.GetGroupMsgListV2(req)
		if err != nil {
			return "", fmt.Errorf("look a task up: %w", err)
		}
		for _, m := range page.GroupMsgList {
			for _, at := range m.Attachments {
				if strings.HasSuffix(at.MiniProgram.Page, "?p="+p.Code) {
					return m.MsgID, nil
				}
			}
		}
		if page.NextCursor == "" {
			return "", nil
		}
		req.Cursor = page.NextCursor
	}
}

// What WeCom says became of a message in a group. It documents the third for customers and tells of groups only what was
// sent; should it ever tell, the group has had the messages it may have.
const (
	sendDone    = 1
	sendLimited = 3
)

// sentAt returns when the task's message appeared in its group, 0 if it has not; full says that WeCom did not let it through
// because the group has had its messages.
func (b *Bot) sentAt(sc *models.Scope, g models.Group, t models.Task) (at models.Millis, full bool, err error) {
	if g.ChatID == nil || t.MsgID == "" {
		return 0, false, nil
	}
	corp, err := b.corp(sc)
	if err != nil {
		return 0, false, err
	}
	req := &externalcontact.GetGroupMsgSendResultRequest{MsgID: t.MsgID, UserID: t.OwnerUserID, Limit: 1000}
	for {
		page, err := corp.GetGroupMsgSendResult(req)
		if err != nil {
			return 0, false, fmt.Errorf("read a task's result: %w", err)
		}
		for _, s := range page.SendList {
			switch {
			case s.ChatID != *g.ChatID:
			case s.Status == sendDone:
				return models.Millis(s.SendTime) * 1000, false, nil
			case s.Status == sendLimited:
				full = true
			}
		}
		if page.NextCursor == "" {
			return 0, full, nil
		}
		req.Cursor = page.NextCursor
	}
}

// groupFull books that WeCom lets no message into a group any more. It counts by days of China's calendar, by weeks or by
// months, and does not tell by which: the next day is the first at which asking again can help.
func (b *Bot) groupFull(ctx context.Context, community models.CommunityID, t models.Task) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		const chinaOffset = 8 * time.Hour
		day := tx.Now.Time().Add(chinaOffset).Truncate(24 * time.Hour)
		return tx.In(community).SetGroupFull(t.GroupID, models.MillisOf(day.Add(24*time.Hour-chinaOffset)))
	})
	if err != nil {
		return err
	}
	return b.giveUp(ctx, community, t, throttle.Platform.String())
}

// cancel stops a task; one that is stopped already is fine.
func (b *Bot) cancel(ctx context.Context, community models.CommunityID, t models.Task) error {
	corp, err := b.corp(b.store.Read(ctx).In(community))
	if err != nil {
		return err
	}
	return corp.CancelGroupMsgSend(&externalcontact.CancelGroupMsgSendRequest{MsgID: t.MsgID})
}

// corp is the SDK's client of the community's WeCom corp.
func (b *Bot) corp(sc *models.Scope) (*externalcontact.Client, error) {
	c, err := sc.Channel(models.WeCom)
	if err != nil {
		return nil, err
	}
	w, err := b.hub.Work(c.AppID, c.AgentID)
	if err != nil {
		return nil, err
	}
	return w.GetExternalContact(), nil
}

func accountID(c models.Channel) string {
	return weixin.Credentials{Kind: weixinKind(c.Kind), ID: c.AppID, AgentID: c.AgentID}.AccountID()
}
