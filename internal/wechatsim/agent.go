package wechatsim

import "slices"

// apiAgent describes the app whose token asks; another app's id is refused as
// one that is out of its reach.
func (s *Sim) apiAgent(c *call) (any, error) {
	if id := c.query.Get("agentid"); id != c.acc.agentID {
		return nil, apiError{Code: 301002}
	}
	return struct {
		status
		AgentID string `json:"agentid"`
		Name    string `json:"name"`
		Close   int    `json:"close"`
	}{ok(), c.acc.agentID, "siyu", 0}, nil
}

// apiFollowUsers lists the staff with customer contact: whoever owns a group or
// has somebody as a contact.
func (s *Sim) apiFollowUsers(c *call) (any, error) {
	users, seen := []string{}, map[string]bool{"": true}
	add := func(id string) {
		if !seen[id] {
			seen[id], users = true, append(users, id)
		}
	}
	for _, g := range s.groups {
		if g.corp == c.acc {
			add(g.owner)
		}
	}
	for _, contacts := range c.acc.contactUsers {
		for _, u := range contacts {
			add(u.userID)
		}
	}
	users = slices.DeleteFunc(users, c.acc.left)
	slices.Sort(users)
	return struct {
		status
		Users []string `json:"follow_user"`
	}{ok(), users}, nil
}
