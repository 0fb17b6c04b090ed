package models

import "slices"

// Carried is a card's code and the person who came with it, under all her ids.
type Carried struct {
	Code   string
	Person []MemberID
}

// PlacementsCarried is [Scope.PlacementOfPerson] for many, in few statements. Where no placement has the card it is empty.
func (sc *Scope) PlacementsCarried(all []Carried) ([]Placement, error) {
	found := make([]Placement, len(all))
	var codes []string
	for _, c := range all {
		if c.Code != "" && !slices.Contains(codes, c.Code) {
			codes = append(codes, c.Code)
		}
	}
	if len(codes) == 0 {
		return found, nil
	}
	var own []Placement
	if err := list(sc.rows().Where("code IN ?", codes), &own, "placements"); err != nil {
		return nil, err
	}
	byCode := make(map[string]Placement, len(own))
	for _, p := range own {
		byCode[p.Code] = p
	}
	codes = slices.DeleteFunc(codes, func(c string) bool { _, known := byCode[c]; return known })
	for i, c := range all {
		found[i] = byCode[c.Code]
	}
	if len(codes) == 0 {
		return found, nil
	}
	return found, sc.carriedInEnvelopes(codes, all, found)
}

// carriedInEnvelopes finds the placements of cards that belong to an envelope: the groups she is in say which one.
func (sc *Scope) carriedInEnvelopes(codes []string, all []Carried, found []Placement) error {
	var envelopes []Envelope
	if err := list(sc.rows().Where("code IN ?", codes), &envelopes, "envelopes"); err != nil || len(envelopes) == 0 {
		return err
	}
	codeOf := make(map[EnvelopeID]string, len(envelopes))
	ids := make([]EnvelopeID, len(envelopes))
	for i, e := range envelopes {
		ids[i], codeOf[e.ID] = e.ID, e.Code
	}
	var tasks []Task
	if err := list(sc.rows().Where("envelope_id IN ?", ints(ids)).Order("id"), &tasks, "tasks"); err != nil {
		return err
	}
	byCode := map[string][]Task{}
	var wanted []PlacementID
	for _, t := range tasks {
		code := codeOf[t.EnvelopeID]
		byCode[code] = append(byCode[code], t)
		wanted = append(wanted, t.PlacementID)
	}
	known, err := sc.PlacementsByID(wanted)
	if err != nil {
		return err
	}
	var members []MemberID
	for _, c := range all {
		if byCode[c.Code] != nil {
			members = append(members, c.Person...)
		}
	}
	groups, err := sc.GroupsOfAll(members)
	if err != nil {
		return err
	}
	for i, c := range all {
		var in []GroupID
		for _, id := range c.Person {
			in = append(in, groups[id]...)
		}
		if of := byCode[c.Code]; of != nil {
			found[i], _ = postedFirst(of, known, in)
		}
	}
	return nil
}
