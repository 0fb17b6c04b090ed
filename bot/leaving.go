package bot

import (
	"slices"
	"time"

	"siyu/internal/weixin"
	"siyu/models"
)

// quitRemoved is the QuitScene of members whom the group's owner or an administrator removed; 0 is leaving by oneself.
// (WeCom's "change_external_chat" event; MemChangeList is newer than the rest of it and may be missing.)
const quitRemoved = 1

// wecomMost is how many people a customer group can hold at most.
const wecomMost = 500

// clockSlack is how far our clock may be behind WeCom's: a leave is told by theirs, and found out by ours.
const clockSlack = 2 * time.Minute

// leaving is what WeCom tells of people who are out of a group. It may come late, twice, in another order, or never.
type leaving struct {
	at      models.Millis // when it happened
	removed bool          // by the owner or an administrator; if not, they left by themselves
	keys    []string      // who; empty: WeCom does not say
	people  int           // how many, if it does not say who
}

// leavingOf reads what a push tells of leaves; false if nothing.
func leavingOf(m weixin.Message, received models.Millis) (leaving, bool) {
	l := leaving{at: happened(m, received), removed: m.QuitScene == quitRemoved, keys: m.MemChangeList}
	if len(l.keys) == 0 {
		l.people = int(max(1, min(m.MemChangeCnt, wecomMost)))
	}
	return l, m.UpdateDetail == "del_member"
}

// over reports whether a leave that was told can be the end of a stay: it began before, and if it is known to have ended,
// it ended after. Who was out of the group before she joined it again did not leave it a second time.
func (l leaving) over(s models.GroupMember) bool {
	return s.JoinedAt <= l.at && (s.LeftAt == 0 || l.at <= s.LeftAt.Add(clockSlack))
}

// stayEnded finds which of one person's stays in a group a leave is the end of; pure. It is the last one that had begun. What
// was told of it before stands, unless it happened later: then that was the end of a stay nobody has seen.
func stayEnded(stays []models.GroupMember, l leaving) (models.GroupMember, bool) {
	var last models.GroupMember
	for _, s := range stays {
		if s.JoinedAt <= l.at && (last.ID == 0 || s.JoinedAt > last.JoinedAt) {
			last = s
		}
	}
	if last.ID == 0 || last.Staff || !l.over(last) || last.ToldAt != 0 && last.ToldAt <= l.at {
		return last, false
	}
	return last, true
}

// laterNamed picks, of the stays that a reading found to have ended without anybody saying how, up to most that a leave told
// afterwards explains: those that ended soonest after it.
func laterNamed(stays []models.GroupMember, l leaving, most int) []models.GroupMember {
	fit := slices.DeleteFunc(slices.Clone(stays), func(s models.GroupMember) bool {
		return s.Staff || s.Removed || s.ToldAt != 0 || s.LeftAt == 0 || !l.over(s)
	})
	slices.SortFunc(fit, func(a, b models.GroupMember) int {
		if a.LeftAt != b.LeftAt {
			return int(a.LeftAt - b.LeftAt)
		}
		return int(a.JoinedAt - b.JoinedAt)
	})
	return fit[:min(most, len(fit))]
}

// noteLeaving keeps how people left: who is thrown out has not had enough of the group. It may come before the reading that
// finds them gone, or after it.
func noteLeaving(sc *models.Scope, chatID string, l leaving) error {
	g, err := sc.GroupByChatID(chatID)
	if models.IsKind(err, models.NotFound) {
		return nil
	}
	if err == nil {
		g, err = sc.LockGroup(g.ID) // a reading is booked before it or after it
	}
	if err != nil {
		return err
	}
	if len(l.keys) > 0 {
		return tellNamed(sc, g, l)
	}
	if !l.removed {
		return nil // who left without a name counts as having left by herself
	}
	ended, err := sc.StaysEnded(g.ID, l.at)
	if err != nil {
		return err
	}
	some := laterNamed(ended, l, l.people)
	for _, s := range some {
		if err := sc.TellStay(s.ID, l.at, true); err != nil {
			return err
		}
	}
	if l.people == len(some) {
		return nil
	}
	return sc.AddRemovals(g.ID, l.people-len(some))
}

func tellNamed(sc *models.Scope, g models.Group, l leaving) error {
	stays, err := sc.StaysOf(g.ID, l.keys)
	if err != nil {
		return err
	}
	for _, key := range l.keys {
		s, ok := stayEnded(stays[key], l)
		if !ok {
			continue
		}
		if err := sc.TellStay(s.ID, l.at, l.removed); err != nil {
			return err
		}
	}
	return nil
}
