package bot

import (
	"context"
	"errors"
	"fmt"
	"time"

	"siyu/internal/jobs"
	"siyu/internal/weixin"
	"siyu/models"
)

const groupWelcomeAPI = "/cgi-bin/externalcontact/group_welcome_template/" //nolint:gosec // an address, not a credential

// keepLasts is how long after WeCom was asked to keep a welcome an answer may still come; then it is lost.
const keepLasts = time.Minute

// WarnWelcome is the warning that somebody changed or deleted a group's welcome at WeCom.
const WarnWelcome = "welcome_moved"

// CheckWelcomes is the periodic job that asks WeCom whether the welcomes of groups are still as they were given to it.
type CheckWelcomes struct{}

// Kind names the job.
func (CheckWelcomes) Kind() string { return "welcome.check" }

// startKeeping marks that WeCom is about to be asked for a welcome. One that is being asked for stays with whoever asks.
func startKeeping(sc *models.Scope, w *models.Welcome) error {
	if w.Sync == models.WelcomeCalling && sc.Now < w.CalledAt.Add(keepLasts) {
		return models.Errorf(models.Conflict, "welcome_busy", "WeCom is being asked just now")
	}
	from := w.Sync
	if from == models.WelcomeGone {
		w.TemplateID = ""
	}
	w.Sync, w.Problem, w.Remote = models.WelcomeCalling, "", ""
	moved, err := sc.MoveWelcome(from, *w)
	if err == nil && !moved {
		err = models.Errorf(models.Conflict, "welcome_busy", "WeCom is being asked just now")
	}
	return err
}

// templateBody is what a group's welcome is at WeCom.
func (b *Bot) templateBody(ctx context.Context, sc *models.Scope, c models.Channel, w models.Welcome) (map[string]any, error) {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return nil, err
	}
	text, part, err := groupWords(w, community.Name)
	if err != nil {
		return nil, err
	}
	var e models.Entry
	if w.EntryID != 0 {
		if e, err = sc.Entry(w.EntryID); err != nil {
			return nil, err
		}
	}
	body := map[string]any{"text": map[string]any{"content": text}, "agentid": c.AgentID}
	kind, with, err := b.welcomePart(ctx, sc, part, e)
	if err != nil {
		return nil, weixin.Redacted(err)
	}
	if kind != "" {
		body[kind] = with
	}
	return body, ctx.Err()
}

// groupWords are the words of a group's welcome; WeCom puts the names in.
func groupWords(w models.Welcome, community string) (string, models.WelcomePart, error) {
	said, err := sayWelcome(w, placeNickname, "", community)
	return said.Text, said.Part, err
}

// keepWelcome gives WeCom a welcome that is marked for it and books what it says. Adding one cannot be repeated, and WeCom
// lists them nowhere: one whose answer is lost is unknown, until the organiser saves it again.
func (b *Bot) keepWelcome(ctx context.Context, w models.Welcome) (models.Welcome, error) {
	sc := b.store.Read(ctx).In(w.CommunityID)
	c, err := b.channelOf(sc, w.ChannelID)
	if err != nil {
		return w, err
	}
	to := w
	body, err := b.templateBody(ctx, sc, c, w)
	switch {
	case err != nil:
		to.Sync = models.WelcomeFailed
	case w.TemplateID == "":
		var made struct {
			TemplateID string `json:"template_id"`
		}
		err = b.hub.PostJSON(ctx, accountID(c), groupWelcomeAPI+"add", body, &made)
		to.TemplateID, to.Sync = made.TemplateID, keptAfter(err, models.WelcomeUnknown)
	default:
		body["template_id"] = w.TemplateID
		err = b.hub.PostJSON(ctx, accountID(c), groupWelcomeAPI+"edit", body, nil)
		to.Sync = keptAfter(err, models.WelcomeFailed) // it can be repeated
		if weixin.Classify(err) == weixin.Invalid && b.welcomeGone(ctx, c, w.TemplateID) {
			to.Sync = models.WelcomeGone
		}
	}
	if err != nil {
		to.Problem = clip(told(weixin.Redacted(err)), 255)
		b.log.WarnContext(ctx, "WeCom does not keep a welcome", "error", weixin.Redacted(err))
	}
	err = b.store.Tx(context.WithoutCancel(ctx), func(tx *models.Tx) error {
		sc := tx.In(w.CommunityID)
		if _, err := sc.MoveWelcome(models.WelcomeCalling, to); err != nil {
			return err
		}
		to, err = sc.Welcome(w.ID)
		return err
	})
	return to, err
}

// keptAfter is how a welcome stands after WeCom was asked to keep it: failed if it said no, lost if it said nothing.
func keptAfter(err error, lost models.WelcomeSync) models.WelcomeSync {
	if err == nil {
		return models.WelcomeKept
	}
	if _, said := weixin.Code(err); said || neverLeft(err) {
		return models.WelcomeFailed
	}
	return lost
}

// welcomeGone reports whether WeCom has no such welcome.
func (b *Bot) welcomeGone(ctx context.Context, c models.Channel, templateID string) bool {
	err := b.hub.PostJSON(ctx, accountID(c), groupWelcomeAPI+"get", map[string]string{"template_id": templateID}, nil)
	return weixin.Classify(err) == weixin.Invalid
}

// dropWelcome has WeCom forget a welcome; one that it has forgotten is fine.
func (b *Bot) dropWelcome(ctx context.Context, sc *models.Scope, w models.Welcome) error {
	c, err := b.channelOf(sc, w.ChannelID)
	if err != nil {
		return err
	}
	err = b.hub.PostJSON(ctx, accountID(c), groupWelcomeAPI+"del", map[string]string{"template_id": w.TemplateID, "agentid": c.AgentID}, nil)
	if err == nil || (weixin.Classify(err) == weixin.Invalid && b.welcomeGone(ctx, c, w.TemplateID)) {
		return nil
	}
	return b.toOrganiser(err)
}

func (b *Bot) checkWelcomes(ctx context.Context, _ CheckWelcomes) error {
	tx := b.store.Read(ctx)
	all, err := tx.Communities()
	if err != nil {
		return err
	}
	var errs []error
	for _, c := range all {
		errs = append(errs, b.LookAtWelcomes(weixin.LowPriority(ctx), c.ID))
	}
	if err := errors.Join(errs...); err != nil { // those of the other communities were looked at all the same
		return err
	}
	return jobs.SnoozeFor(tx.Now, b.welcomes.CheckEvery, "looked")
}

// LookAtWelcomes asks WeCom what it has of a community's group welcomes, and warns of what somebody changed there.
func (b *Bot) LookAtWelcomes(ctx context.Context, community models.CommunityID) error {
	sc := b.store.Read(ctx).In(community)
	all, err := sc.Welcomes(models.WelcomeGroup, 0, allWelcomes)
	if err != nil {
		return err
	}
	var errs []error
	for _, w := range all {
		if err := b.lookAtWelcome(ctx, w); err != nil {
			errs = append(errs, fmt.Errorf("look at a welcome: %w", err))
		}
	}
	return errors.Join(errs...)
}

// keptWelcome is what WeCom says of a welcome; one object at most beside the text.
type keptWelcome struct {
	Text struct {
		Content string `json:"content"`
	} `json:"text"`
	Link *struct {
		Title string `json:"title"`
		URL   string `json:"url"`
	} `json:"link"`
	Mini *struct {
		Title string `json:"title"`
		Page  string `json:"page"`
	} `json:"miniprogram"`
	Image *struct{} `json:"image"`
	File  *struct{} `json:"file"`
	Video *struct{} `json:"video"`
}

func (b *Bot) lookAtWelcome(ctx context.Context, w models.Welcome) error {
	sc := b.store.Read(ctx).In(w.CommunityID)
	if w.Sync == models.WelcomeCalling && sc.Now < w.CalledAt.Add(keepLasts) {
		return nil
	}
	to := w
	if w.TemplateID == "" {
		if w.Sync != models.WelcomeCalling {
			return nil
		}
		to.Sync = models.WelcomeUnknown // a crash between the call and its answer
		return b.foundWelcome(ctx, w, to)
	}
	c, err := b.channelOf(sc, w.ChannelID)
	if err != nil {
		return err
	}
	var has keptWelcome
	err = b.hub.PostJSON(ctx, accountID(c), groupWelcomeAPI+"get", map[string]string{"template_id": w.TemplateID}, &has)
	switch {
	case err == nil:
		same, err := b.sameWelcome(sc, w, has)
		if err != nil {
			return err
		}
		to.Sync, to.Remote = models.WelcomeKept, ""
		if !same {
			to.Sync, to.Remote = models.WelcomeChanged, clip(has.Text.Content, groupTextBytes)
		}
	case weixin.Classify(err) == weixin.Invalid:
		to.Sync = models.WelcomeGone
	default:
		return weixin.Redacted(err)
	}
	return b.foundWelcome(ctx, w, to)
}

// sameWelcome reports whether WeCom shows what a welcome says.
func (b *Bot) sameWelcome(sc *models.Scope, w models.Welcome, has keptWelcome) (bool, error) {
	community, err := sc.ReadCommunity(sc.Community)
	if err != nil {
		return false, err
	}
	text, part, err := groupWords(w, community.Name)
	if err != nil || has.Text.Content != text {
		return false, err
	}
	switch part.Kind {
	case "entry", "miniprogram":
		if has.Mini == nil { // without a Mini Program an entry is a link, or nothing
			return part.Kind == "entry" && (has.Link == nil || has.Link.Title == part.Title), nil
		}
		page := part.Page
		if part.Kind == "entry" {
			e, err := sc.Entry(w.EntryID)
			if err != nil {
				return false, err
			}
			page = b.entryPage(e)
		}
		return has.Mini.Title == clip(part.Title, wecomTitleBytes) && has.Mini.Page == page, nil
	case "link":
		return has.Link != nil && has.Link.Title == part.Title && has.Link.URL == part.URL, nil
	case "image":
		return has.Image != nil, nil
	case "file":
		return has.File != nil, nil
	case "video":
		return has.Video != nil, nil
	}
	return has.Link == nil && has.Mini == nil && has.Image == nil && has.File == nil && has.Video == nil, nil
}

// foundWelcome books what was found, and warns of what is new and wrong.
func (b *Bot) foundWelcome(ctx context.Context, was, to models.Welcome) error {
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(was.CommunityID)
		moved, err := sc.MoveWelcome(was.Sync, to)
		if err != nil || !moved || was.Sync == to.Sync || to.Sync == models.WelcomeKept {
			return err
		}
		_, err = sc.AddWarning(WarnWelcome, "welcome:"+was.ID.String(), string(to.Sync)+":"+models.Digest([]byte(to.Remote)),
			map[string]any{"name": was.Name})
		return err
	})
}
