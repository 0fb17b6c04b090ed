package bot

import (
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"siyu/models"
	"siyu/offers"
)

// The kinds of warnings about the health of a group, beside those of its QR code.
const (
	WarnGroupFull = "group_full"
	WarnQuiet     = "group_quiet"    // nothing was posted for long
	WarnUnposted  = "tasks_unposted" // the owner left several tasks in a row
	WarnCountOld  = "count_old"      // an ordinary group's head count is old
	WarnUnowned   = "group_unowned"  // nobody of the team is responsible
	WarnOwnerLeft = "owner_left"     // whoever was responsible has left
	WarnSyncStale = "sync_stale"     // WeCom could not be asked for long who is in the group
	WarnGroupGone = "group_gone"
)

// healthWarnings are the kinds that close by themselves when the group's health says that their cause is gone.
func healthWarnings() []string {
	return []string{WarnGroupFull, WarnQuiet, WarnUnposted, WarnCountOld, WarnUnowned, WarnOwnerLeft, WarnSyncStale, WarnGroupGone,
		WarnExpiring, WarnExpired, offers.WarnWave}
}

// goneFor is how long it is worth saying that a group is gone.
const goneFor = healthDays * 24 * time.Hour

// waveFor is how long a wave of leaves is worth saying: as long as sponsored posts rest because of it.
const waveFor = 7 * 24 * time.Hour

// alert is a warning that a group's health gives cause for. Without an episode of its own it is one with every other of its
// kind until the cause is gone.
type alert struct {
	kind    string
	episode string
	urgent  bool
	args    map[string]any
}

// alertsOf are the warnings that a group's health gives cause for. It is a pure function.
func alertsOf(g models.Group, h Health, now models.Millis) []alert {
	var all []alert
	add := func(s Sign, kind string, urgent bool, more map[string]any) {
		args := map[string]any{"name": g.Name, "value": math.Round(s.Value), "threshold": s.Threshold}
		for k, v := range more {
			args[k] = v
		}
		all = append(all, alert{kind: kind, urgent: urgent, args: args})
	}
	for _, s := range h.Signs {
		bad := s.Grade == GradeBad
		switch {
		case s.Name == SignGone && now.Sub(g.GoneAt) < goneFor:
			add(s, WarnGroupGone, true, nil)
		case s.Name == SignOwner && bad:
			add(s, WarnOwnerLeft, true, nil)
		case s.Name == SignOwner && s.Grade == GradeWatch:
			add(s, WarnUnowned, false, nil)
		case s.Name == SignFull && bad:
			add(s, WarnGroupFull, false, s.Args)
		case s.Name == SignQuiet && bad:
			add(s, WarnQuiet, false, nil)
		case s.Name == SignRow && bad:
			add(s, WarnUnposted, false, nil)
		case s.Name == SignCount && bad:
			add(s, WarnCountOld, false, nil)
		case s.Name == SignSync && bad:
			add(s, WarnSyncStale, false, nil)
		case s.Name == SignInvite && s.Grade != GradeGood:
			a := inviteAlert(g, now)
			a.args = map[string]any{"name": g.Name, "ends_at": g.InviteExpiresAt}
			all = append(all, a)
		}
	}
	return all
}

// inviteAlert says that a group's QR code ends: two days before, once more a day before, and when it has. A live code that
// shows the group warns of the same episodes, so that it is one warning.
func inviteAlert(g models.Group, now models.Millis) alert {
	ends := strconv.FormatInt(int64(g.InviteExpiresAt), 10)
	switch left := g.InviteExpiresAt.Sub(now); {
	case left <= 0:
		return alert{kind: WarnExpired, episode: ends, urgent: true}
	case left <= 24*time.Hour:
		return alert{kind: WarnExpiring, episode: ends + "-24h", urgent: true}
	}
	return alert{kind: WarnExpiring, episode: ends + "-48h"}
}

// alarms are the alerts of many groups, by group.
type alarms map[models.GroupID][]alert

// settleAlarms makes the warnings that stand about groups those that there is cause for: it raises what is new and closes
// what is not so any more. A warning that was put aside stays so until its cause is gone; when that comes back it is another.
func settleAlarms(sc *models.Scope, wanted alarms) error {
	standing, err := sc.StandingWarnings(healthWarnings())
	if err != nil {
		return err
	}
	type key struct{ kind, object string }
	stands := map[key][]models.Warning{}
	for _, w := range standing {
		k := key{w.Kind, w.Object}
		stands[k] = append(stands[k], w)
	}
	kept := map[models.WarningID]bool{}
	for id, all := range wanted {
		object := "group:" + id.String()
		for _, a := range all {
			known := false
			for _, w := range stands[key{a.kind, object}] {
				if a.episode == "" || a.episode == w.Episode {
					kept[w.ID], known = true, true
				}
			}
			if known {
				continue
			}
			if err := raise(sc, id, object, a); err != nil {
				return err
			}
		}
	}
	var over []models.WarningID
	for _, w := range standing {
		if !kept[w.ID] && (w.Kind != offers.WarnWave || sc.Now.Sub(w.At) >= waveFor) {
			over = append(over, w.ID)
		}
	}
	return sc.CloseWarnings(over)
}

func raise(sc *models.Scope, id models.GroupID, object string, a alert) error {
	if a.episode == "" {
		n, err := sc.CountEpisodes(a.kind, []string{object})
		if err != nil {
			return err
		}
		a.episode = strconv.Itoa(n[object] + 1)
	}
	text, err := json.Marshal(a.args)
	if err != nil {
		return fmt.Errorf("write a warning: %w", err)
	}
	_, err = sc.RaiseWarning(&models.Warning{Kind: a.kind, Object: object, Episode: a.episode, Args: string(text), GroupID: id, Urgent: a.urgent})
	return err
}
