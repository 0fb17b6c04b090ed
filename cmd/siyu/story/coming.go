package story

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"

	"siyu/internal/wechatsim"
)

type act = func(context.Context) error

func nothing(context.Context) error { return nil }

// scanVideo is a video's code scanned: the account answers with the invitation within the same push.
func (w *world) scanVideo(p *person, i int) act {
	return func(ctx context.Context) error {
		entry := w.o.Seeded.Entries[p.scans[i].entry]
		qr := entry.Ticket
		if qr == "" {
			qr = entry.Code
		}
		reply, err := p.wx.ScanOfficialQR(ctx, w.o.Seeded.Accounts.Official.AppID, qr)
		if err != nil {
			return err
		}
		w.count.Scans++
		path, err := invitation(reply, entry.Code)
		if err != nil {
			return err
		}
		r := stream(w.o.Seed, "after a scan", p.n, i)
		if p.opens && !p.groups[entry.Group] {
			w.queue.plan(w.now.Add(between(r, 20*time.Second, 8*time.Minute)), p.label("opens the invitation"),
				w.openInvitation(p, entry, path))
		}
		if i == 0 && p.unfollows > 0 {
			w.queue.plan(awake(r, w.now.Add(p.unfollows), w.zone), p.label("unfollows"), w.unfollow(p))
		}
		return nil
	}
}

// invitation finds the way to an entry's page in a reply, as a path: the public address may be another one than the
// server's own.
func invitation(reply wechatsim.Reply, code string) (string, error) {
	texts := []string{reply.Text}
	for _, a := range reply.Articles {
		texts = append(texts, a.URL)
	}
	link := regexp.MustCompile(`https?://[^/\s"'<>]+(/e/[0-9A-Za-z_-]+)`)
	for _, t := range texts {
		if found := link.FindStringSubmatch(t); found != nil {
			if found[1] != "/e/"+code {
				return "", fmt.Errorf("the invitation leads to %s and not to entry %s", found[1], code)
			}
			return found[1], nil
		}
	}
	return "", fmt.Errorf("the account answered %q without an invitation", reply.Kind)
}

// openInvitation is the page behind the link; it must show how to get into the group.
func (w *world) openInvitation(p *person, entry Entry, path string) act {
	return func(ctx context.Context) error {
		_, page, err := w.client.answer(ctx, request{method: http.MethodGet, path: path})
		if err != nil {
			return fmt.Errorf("open %s: %w", path, err)
		}
		group := w.groups[entry.Group]
		text := html.UnescapeString(string(page))
		if !strings.Contains(text, group.Name) || !strings.Contains(text, path+"/qr.png") {
			return fmt.Errorf("the page %s does not show the group %q and its code", path, group.Name)
		}
		if p.joins {
			r := stream(w.o.Seed, "joins", p.n, entry.Group)
			at := awake(r, w.now.Add(time.Minute+p.joinAfter), w.zone)
			w.queue.plan(at, p.label("joins a group"), w.joinGroup(p, entry.Group, entry.JoinConfig))
		}
		return nil
	}
}

// joinGroup is somebody getting into a group, by a join way of WeCom or, without one, let in by a friend.
func (w *world) joinGroup(p *person, group int, way string) act {
	return func(ctx context.Context) error {
		g := w.groups[group]
		if p.groups[group] {
			return nil
		}
		var err error
		if way != "" {
			_, err = p.wx.ScanJoinQR(ctx, way)
		} else {
			err = g.Sim.Join(ctx, p.wx, wechatsim.JoinVia{Scene: 1})
		}
		if err != nil {
			return err
		}
		p.groups[group] = true
		w.count.Joins++
		r := stream(w.o.Seed, "stays", p.n, group)
		w.queue.plan(awake(r, w.now.Add(p.stays), w.zone), p.label("leaves a group"), w.leaveGroup(p, group))
		return nil
	}
}

func (w *world) leaveGroup(p *person, group int) act {
	return func(ctx context.Context) error {
		if !p.groups[group] {
			return nil
		}
		if err := w.groups[group].Sim.Leave(ctx, p.wx); err != nil {
			return err
		}
		p.groups[group] = false
		w.count.Leaves++
		return nil
	}
}

func (w *world) follow(p *person) act {
	return func(ctx context.Context) error {
		_, err := p.wx.Follow(ctx, w.o.Seeded.Accounts.Official.AppID)
		return err
	}
}

func (w *world) unfollow(p *person) act {
	return func(ctx context.Context) error {
		return p.wx.Unfollow(ctx, w.o.Seeded.Accounts.Official.AppID)
	}
}

// write is a message to the Official Account; who does not follow cannot write.
func (w *world) write(p *person) act {
	return func(ctx context.Context) error {
		r := stream(w.o.Seed, "writes", p.n)
		words := []string{"你好", "怎么进群？", "优惠券怎么用", "hi", "群二维码过期了吗", "谢谢🙏", "活动还有吗"}
		_, err := p.wx.SendText(ctx, w.o.Seeded.Accounts.Official.AppID, words[r.IntN(len(words))])
		if errors.Is(err, wechatsim.ErrNotFollowing) {
			return nil
		}
		return err
	}
}
