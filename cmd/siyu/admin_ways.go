package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"siyu/models"
)

// adminGroupCmd registers an ordinary WeChat group, which no API can find. WeCom groups are found by themselves.
type adminGroupCmd struct {
	configFlag
	Name     string `required:"" help:"Name of the group."`
	Invite   string `required:"" help:"What the group's QR code says (scan it with any reader)." placeholder:"URL"`
	Capacity int    `default:"500" help:"People it can hold."`
	Zone     string `help:"Its time zone; the community's if left out."`
}

// Run registers it.
func (a *adminGroupCmd) Run(ctx context.Context, c console) error {
	return a.withCommunity(ctx, c, func(sc *models.Scope, community models.Community) error {
		g := models.Group{Name: a.Name, Kind: models.OrdinaryGroup, Zone: community.Zone, Capacity: a.Capacity, InviteURL: a.Invite}
		if a.Zone != "" {
			if err := checkZone(a.Zone); err != nil {
				return err
			}
			g.Zone = a.Zone
		}
		if err := sc.InsertGroup(&g); err != nil {
			return err
		}
		_, err := fmt.Fprintf(c.out, "group     %s is registered\n", g.Name)
		return err
	})
}

// adminVideoCmd makes the tracked way from a video to a group.
type adminVideoCmd struct {
	configFlag
	Title string `required:"" help:"Title of the short video."`
	Group string `required:"" help:"Name of the group it invites to."`
}

// Run makes the video's QR code through the Official Account and prints where it is.
func (a *adminVideoCmd) Run(ctx context.Context, c console) error {
	var community models.CommunityID
	var group models.GroupID
	v := models.Video{Title: a.Title}
	err := a.withCommunity(ctx, c, func(sc *models.Scope, own models.Community) error {
		community = own.ID
		groups, err := sc.Groups()
		if err != nil {
			return err
		}
		for _, g := range groups {
			if g.Name == a.Group {
				group = g.ID
			}
		}
		if group == 0 {
			return fmt.Errorf("there is no group named %q: siyu admin group registers an ordinary one, WeCom's are found while siyu serve runs", a.Group)
		}
		videos, err := sc.Videos()
		if err != nil {
			return err
		}
		for _, known := range videos {
			if known.Title == v.Title { // a second code of the same video, or a second try
				v = known
				return nil
			}
		}
		v.PublishedAt = sc.Now
		return sc.InsertVideo(&v)
	})
	if err != nil {
		return err
	}
	cfg, log, err := a.load(c.err)
	if err != nil {
		return err
	}
	server, closeAll, err := wire(ctx, cfg, log)
	if err != nil {
		return err
	}
	defer closeAll()
	e, err := server.Bot.MakeEntry(ctx, community, v.ID, group, "")
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(c.out, "video     %s\nQR code   %s   (put it into the video; it says %s)\npage      %s   (for links)\n",
		v.Title, qrPicture(cfg.WeChatAPI, e.Ticket), e.URL, server.Bot.EntryURL(e))
	return err
}

// withCommunity runs fn in a transaction on the first community.
func (f configFlag) withCommunity(ctx context.Context, c console, fn func(*models.Scope, models.Community) error) error {
	return f.withStore(ctx, c, func(s *models.Store) error {
		if _, err := s.Migrate(ctx); err != nil { // else a new database is told as a missing table
			return err
		}
		return s.Tx(ctx, func(tx *models.Tx) error {
			all, err := tx.Communities()
			if err != nil {
				return err
			}
			if len(all) == 0 {
				return errors.New("there is no community yet: run siyu admin init first")
			}
			return fn(tx.In(all[0].ID), all[0])
		})
	})
}

// qrPicture is where WeChat shows the QR code of a ticket.
func qrPicture(api, ticket string) string {
	base := "https://mp.weixin.qq.com"
	if api != "" && api != weixinAPI {
		base = api // a simulator shows its own
	}
	return base + "/cgi-bin/showqrcode?ticket=" + url.QueryEscape(ticket)
}

// weixinAPI is the real host, as the configuration names it.
const weixinAPI = "https://api.weixin.qq.com"
