package bot

import "siyu/models"

// comeback is somebody who left and came back between two readings.
type comeback struct {
	was models.GroupMember
	at  models.Millis // when she came back: the earlier stay was over by then
}

// difference is what a reading of a group tells beside what was known.
type difference struct {
	joined   []chatMember
	comeback []comeback
	left     []models.GroupMember
}

// compare finds out who joined and who left; pure. present is who is in the group as far as we know, and nobody may have
// changed it since WeCom was asked. A join that is older than the stay we know is news of yesterday.
func compare(present []models.GroupMember, list []chatMember) difference {
	var d difference
	known := make(map[string]models.GroupMember, len(present))
	for _, m := range present {
		if twin, twice := known[m.UserKey]; twice {
			if twin.JoinedAt > m.JoinedAt {
				twin, m = m, twin
			}
			d.comeback = append(d.comeback, comeback{twin, m.JoinedAt})
		}
		known[m.UserKey] = m
	}
	in := make(map[string]bool, len(list))
	for _, m := range list {
		if in[m.UserID] {
			continue
		}
		in[m.UserID] = true
		was, ok := known[m.UserID]
		if ok && was.JoinedAt >= m.joined() {
			continue
		}
		if ok {
			d.comeback = append(d.comeback, comeback{was, m.joined()})
		}
		d.joined = append(d.joined, m)
	}
	for _, m := range present {
		if !in[m.UserKey] && known[m.UserKey].ID == m.ID {
			d.left = append(d.left, m)
		}
	}
	return d
}

func (d difference) none() bool { return len(d.joined)+len(d.comeback)+len(d.left) == 0 }
