package bot

import (
	"context"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// LiveMenu is the menu in force at WeChat.
type LiveMenu struct {
	Origin      string // none, api, or site: somebody made it in WeChat's own console
	Digest      string
	Buttons     []models.MenuButton // of a menu made by API
	Names       []string            // of a menu made in WeChat's console, which cannot be written back
	Conditional int                 // menus for some followers, made by another program; publishing leaves them alone
}

// MenuView is the menu as its organiser edits it.
type MenuView struct {
	Draft     models.MenuRevision // Rev 0: there is none yet
	Buttons   []models.MenuButton
	Warnings  []MenuWarning
	Live      LiveMenu
	Published models.MenuPublication // the last one that succeeded; Seq 0: none
	Drifted   bool                   // WeChat has another menu than was published last
	Changes   []MenuChange           // from what WeChat has to the draft
}

// publishPatience is how long a publication may take before it is taken for crashed. The call itself ends within the
// hub's timeout.
const publishPatience = time.Minute

// Menu shows the draft, what is in force at WeChat, and what publishing would change.
func (b *Bot) Menu(ctx context.Context, community models.CommunityID) (MenuView, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return MenuView{}, err
	}
	live, err := b.liveMenu(ctx, c)
	if err != nil {
		return MenuView{}, refused(err, sc.Now.Time())
	}
	return b.viewMenu(sc, c, live)
}

func (b *Bot) viewMenu(sc *models.Scope, c models.Channel, live LiveMenu) (MenuView, error) {
	v := MenuView{Buttons: []models.MenuButton{}, Warnings: []MenuWarning{}, Live: live}
	var err error
	if v.Draft, err = sc.MenuDraft(c.ID); err == nil {
		if v.Buttons, err = v.Draft.Buttons(); err != nil {
			return v, err
		}
		if v.Warnings, err = CheckMenu(v.Buttons, DefaultMenuLimits()); err != nil {
			v.Warnings = []MenuWarning{} // limits that have become narrower are told when it is published
		}
	} else if !models.IsKind(err, models.NotFound) {
		return v, err
	}
	if v.Published, err = sc.LastPublication(c.ID, models.PublicationDone); err != nil && !models.IsKind(err, models.NotFound) {
		return v, err
	}
	v.Drifted = v.Published.Seq > 0 && v.Published.Digest != live.Digest
	v.Changes = DiffMenus(live.Buttons, v.Buttons)
	return v, nil
}

// liveMenu reads what is in force. menu/get knows what was made by API, word for word; of a menu made in WeChat's own
// console only the other call tells, in a shape that cannot be written back.
func (b *Bot) liveMenu(ctx context.Context, c models.Channel) (LiveMenu, error) {
	var answer struct {
		Menu struct {
			Button []models.MenuButton `json:"button"`
		} `json:"menu"`
		Conditional []struct {
			MenuID int64 `json:"menuid"`
		} `json:"conditionalmenu"`
	}
	err := b.hub.GetJSON(ctx, accountID(c), "/cgi-bin/menu/get", nil, &answer)
	if err == nil {
		buttons := tidyMenu(answer.Menu.Button)
		return LiveMenu{Origin: "api", Digest: MenuDigest(buttons), Buttons: buttons, Names: []string{},
			Conditional: len(answer.Conditional)}, nil
	}
	const noMenu = 46003
	if code, _ := weixin.Code(err); code != noMenu {
		return LiveMenu{}, err
	}
	return b.siteMenu(ctx, c)
}

func (b *Bot) siteMenu(ctx context.Context, c models.Channel) (LiveMenu, error) {
	live := LiveMenu{Origin: "none", Digest: menuNone, Buttons: []models.MenuButton{}, Names: []string{}}
	type item struct {
		Name  string `json:"name"`
		Type  string `json:"type"`
		Value string `json:"value"`
		URL   string `json:"url"`
		Sub   struct {
			List []struct {
				Name  string `json:"name"`
				Type  string `json:"type"`
				Value string `json:"value"`
				URL   string `json:"url"`
			} `json:"list"`
		} `json:"sub_button"`
	}
	var answer struct {
		Open int `json:"is_menu_open"`
		Info struct {
			Button []item `json:"button"`
		} `json:"selfmenu_info"`
	}
	if err := b.hub.GetJSON(ctx, accountID(c), "/cgi-bin/get_current_selfmenu_info", nil, &answer); err != nil {
		return live, err
	}
	if answer.Open == 0 || len(answer.Info.Button) == 0 {
		return live, nil
	}
	var shape []models.MenuButton // enough to see whether it changes
	for _, i := range answer.Info.Button {
		live.Names = append(live.Names, i.Name)
		top := models.MenuButton{Name: i.Name, Type: i.Type, Key: i.Value, URL: i.URL}
		for _, s := range i.Sub.List {
			live.Names = append(live.Names, i.Name+" › "+s.Name)
			top.SubButtons = append(top.SubButtons, models.MenuButton{Name: s.Name, Type: s.Type, Key: s.Value, URL: s.URL})
		}
		shape = append(shape, top)
	}
	live.Origin, live.Digest = "site", "site:"+MenuDigest(shape)
	return live, nil
}

// tidyMenu gives what WeChat answers the shape in which we write it: empty lists are none, and a button that opens others
// has no type.
func tidyMenu(all []models.MenuButton) []models.MenuButton {
	out := make([]models.MenuButton, len(all))
	for i, b := range all {
		if len(b.SubButtons) == 0 {
			b.SubButtons = nil
		} else {
			b.SubButtons = tidyMenu(b.SubButtons)
			b.Type = ""
		}
		out[i] = b
	}
	return out
}

// SaveMenu stores a new draft; base is the revision the organiser had read, 0 if there was none.
func (b *Bot) SaveMenu(ctx context.Context, community models.CommunityID, by models.AccountID, base int, buttons []models.MenuButton, note string) error {
	buttons = tidyMenu(buttons)
	if _, err := CheckMenu(buttons, DefaultMenuLimits()); err != nil {
		return err
	}
	return b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		c, err := b.officialOf(sc)
		if err != nil {
			return err
		}
		r := models.MenuRevision{ChannelID: c.ID, Digest: MenuDigest(buttons), Note: note, CreatedBy: by}
		if err := sc.AddMenuRevision(&r, base, buttons); err != nil {
			return err
		}
		return sc.AddAudit(by, "menu.save", "menu:"+r.ID.String(), "")
	})
}

// RestoreMenu makes an old revision the draft again, as a new one. Nothing is published by it.
func (b *Bot) RestoreMenu(ctx context.Context, community models.CommunityID, by models.AccountID, base, rev int) error {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return err
	}
	old, err := sc.MenuRevision(c.ID, rev)
	if err != nil {
		return err
	}
	buttons, err := old.Buttons()
	if err != nil {
		return err
	}
	return b.SaveMenu(ctx, community, by, base, buttons, "")
}

// MenuRevisions lists the drafts there were, the newest first.
func (b *Bot) MenuRevisions(ctx context.Context, community models.CommunityID, before, limit int) ([]models.MenuRevision, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return nil, err
	}
	return sc.MenuRevisions(c.ID, before, limit)
}

// PublishMenu puts a revision in force. base is the digest of what the organiser saw at WeChat: if somebody has changed
// the menu there since, nothing is overwritten. Publishing the same twice is the same as once.
func (b *Bot) PublishMenu(ctx context.Context, community models.CommunityID, by models.AccountID, rev int, base string) (MenuView, error) {
	sc := b.store.Read(ctx).In(community)
	c, err := b.officialOf(sc)
	if err != nil {
		return MenuView{}, err
	}
	r, err := sc.MenuRevision(c.ID, rev)
	if err != nil {
		return MenuView{}, err
	}
	buttons, err := r.Buttons()
	if err != nil {
		return MenuView{}, err
	}
	if _, err := CheckMenu(buttons, DefaultMenuLimits()); err != nil {
		return MenuView{}, err
	}
	p := models.MenuPublication{ChannelID: c.ID, Rev: rev, Digest: r.Digest, Base: base, CreatedBy: by}
	err = b.store.Tx(ctx, func(tx *models.Tx) error {
		return tx.In(community).OpenPublication(&p, tx.Now.Add(-publishPatience))
	})
	if err != nil {
		return MenuView{}, err
	}
	live, err := b.overwriteMenu(ctx, c, buttons, base)
	if err := b.closePublication(context.WithoutCancel(ctx), community, p, err); err != nil {
		return MenuView{}, err
	}
	return b.viewMenu(b.store.Read(ctx).In(community), c, live)
}

// overwriteMenu looks once more, now that nobody else of ours publishes, and then writes.
func (b *Bot) overwriteMenu(ctx context.Context, c models.Channel, buttons []models.MenuButton, base string) (LiveMenu, error) {
	now := b.store.Clock().Now()
	live, err := b.liveMenu(ctx, c)
	switch {
	case err != nil:
		return live, refused(err, now)
	case live.Digest == MenuDigest(buttons):
		return live, nil
	case live.Digest != base:
		return live, models.Errorf(models.Conflict, "menu_drifted", "the menu at WeChat is not the one that was looked at")
	case len(buttons) > 0:
		err = b.hub.PostJSON(ctx, accountID(c), "/cgi-bin/menu/create", map[string]any{"button": buttons}, nil)
	case live.Conditional > 0: // menu/delete takes them too
		return live, models.Errorf(models.Conflict, "menu_has_conditional", "removing the menu would remove others' menus as well")
	default:
		err = b.hub.GetJSON(ctx, accountID(c), "/cgi-bin/menu/delete", nil, nil)
	}
	if err != nil {
		return live, refused(err, now)
	}
	origin := "api"
	if len(buttons) == 0 {
		origin = "none"
	}
	return LiveMenu{Origin: origin, Digest: MenuDigest(buttons), Buttons: buttons, Names: []string{}, Conditional: live.Conditional}, nil
}

func (b *Bot) closePublication(ctx context.Context, community models.CommunityID, p models.MenuPublication, failed error) error {
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		to := models.PublicationDone
		if failed != nil {
			to = models.PublicationFailed
		}
		if err := sc.ClosePublication(p.ID, to, models.CodeOf(failed)); err != nil || failed != nil {
			return err
		}
		return sc.AddAudit(p.CreatedBy, "menu.publish", "menu:"+p.ID.String(), "")
	})
	if failed != nil {
		return failed
	}
	return err
}
