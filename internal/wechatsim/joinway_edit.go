package wechatsim

// apiUpdateJoinWay replaces everything of a join way but its config_id and its picture: what is left out is gone, as on the
// platform.
func (s *Sim) apiUpdateJoinWay(c *call) (any, error) {
	var in joinWay
	if err := c.read(&in); err != nil {
		return nil, err
	}
	way := s.ways[in.ConfigID]
	if way == nil || way.acc != c.acc {
		return nil, apiError{Code: 40058, Msg: "config_id"}
	}
	if err := s.checkJoinWay(c.acc, &in); err != nil {
		return nil, err
	}
	in.acc, in.QRCode = way.acc, way.QRCode
	*way = in
	return ok(), nil
}

// apiDelJoinWay forgets a join way; its picture leads nowhere from then on.
func (s *Sim) apiDelJoinWay(c *call) (any, error) {
	var in struct {
		ConfigID string `json:"config_id"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	way := s.ways[in.ConfigID]
	if way == nil || way.acc != c.acc {
		return nil, apiError{Code: 40058, Msg: "config_id"}
	}
	delete(s.ways, in.ConfigID)
	return ok(), nil
}

// JoinWays counts the join ways a corporation has.
func (s *Sim) JoinWays(corpID string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, way := range s.ways {
		if way.acc.id == corpID {
			n++
		}
	}
	return n
}
