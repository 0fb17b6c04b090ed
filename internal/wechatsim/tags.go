package wechatsim

import (
	"errors"
	"slices"
	"strconv"
)

// userTag is a tag of an Official Account.
type userTag struct {
	id     int64
	name   string
	people map[*Person]bool
}

// The platform's limits of tags.
const (
	tagMax      = 100 // of an account, its own three not counted
	tagNameMax  = 30  // bytes
	tagBatchMax = 50  // openids of one call
	tagOfPerson = 20
	tagDelMax   = 100_000 // followers of a tag that can be deleted
)

type tagIn struct {
	Tag struct {
		ID   int64  `json:"id"`
		Name string `json:"name"`
	} `json:"tag"`
}

func (d *desk) tag(id int64) *userTag {
	i := slices.IndexFunc(d.tags, func(t *userTag) bool { return t.id == id })
	if i < 0 {
		return nil
	}
	return d.tags[i]
}

func (d *desk) checkTagName(name string, but *userTag) error {
	if name == "" || slices.ContainsFunc(d.tags, func(t *userTag) bool { return t != but && t.name == name }) {
		return apiError{Code: 45157, Msg: "invalid tag name"}
	}
	if len(name) > tagNameMax {
		return apiError{Code: 45158, Msg: "tag name too long"}
	}
	return nil
}

func (s *Sim) apiTagCreate(c *call) (any, error) {
	var in tagIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d := s.desk(c.acc)
	if err := d.checkTagName(in.Tag.Name, nil); err != nil {
		return nil, err
	}
	if len(d.tags) >= tagMax+3 {
		return nil, apiError{Code: 45056, Msg: "too many tag now, no need to add new"}
	}
	t := &userTag{id: firstTag + s.next("tag "+c.acc.id) - 1, name: in.Tag.Name, people: map[*Person]bool{}}
	d.tags = append(d.tags, t)
	in.Tag.ID = t.id
	return in, nil
}

func (s *Sim) apiTagList(c *call) (any, error) {
	all := []any{}
	for _, t := range s.desk(c.acc).tags {
		all = append(all, map[string]any{"id": t.id, "name": t.name, "count": len(t.people)})
	}
	return map[string]any{"tags": all}, nil
}

// ownTag finds a tag that may be changed.
func (s *Sim) ownTag(c *call, id int64) (*desk, *userTag, error) {
	d := s.desk(c.acc)
	if id >= 0 && id <= 2 {
		return nil, nil, apiError{Code: 45058, Msg: "can't modify sys tag"}
	}
	t := d.tag(id)
	if t == nil {
		return nil, nil, apiError{Code: 45159, Msg: "invalid tag id"}
	}
	return d, t, nil
}

func (s *Sim) apiTagUpdate(c *call) (any, error) {
	var in tagIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d, t, err := s.ownTag(c, in.Tag.ID)
	if err != nil {
		return nil, err
	}
	if err := d.checkTagName(in.Tag.Name, t); err != nil {
		return nil, err
	}
	t.name = in.Tag.Name
	return ok(), nil
}

func (s *Sim) apiTagDelete(c *call) (any, error) {
	var in tagIn
	if err := c.read(&in); err != nil {
		return nil, err
	}
	d, t, err := s.ownTag(c, in.Tag.ID)
	if err != nil {
		return nil, err
	}
	if len(t.people) > tagDelMax {
		return nil, apiError{Code: 45057, Msg: "can't delete the tag that has too many fans"}
	}
	d.tags = slices.DeleteFunc(d.tags, func(x *userTag) bool { return x == t })
	return ok(), nil
}

func (s *Sim) apiTagPeople(c *call) (any, error)   { return s.tagPeople(c, true) }
func (s *Sim) apiUntagPeople(c *call) (any, error) { return s.tagPeople(c, false) }

// tagPeople gives or takes a tag; one bad openid refuses the whole call.
func (s *Sim) tagPeople(c *call, give bool) (any, error) {
	var in struct {
		OpenIDs []string `json:"openid_list"`
		TagID   int64    `json:"tagid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	if len(in.OpenIDs) == 0 || len(in.OpenIDs) > tagBatchMax {
		return nil, apiError{Code: 40032, Msg: "invalid openid list size"}
	}
	d := s.desk(c.acc)
	t := d.tag(in.TagID)
	if t == nil {
		return nil, apiError{Code: 45159, Msg: "invalid tag id"}
	}
	var people []*Person
	for _, id := range in.OpenIDs {
		p := s.who(c.acc, id)
		if p == nil {
			return nil, apiError{Code: 40003}
		}
		if !p.chat(c.acc.id).following {
			return nil, apiError{Code: 49003, Msg: "openid not match with appid"}
		}
		if give && !t.people[p] && len(d.tagsOf(p)) >= tagOfPerson {
			return nil, apiError{Code: 45059, Msg: "has too many tag now, no need to add new"}
		}
		people = append(people, p)
	}
	for _, p := range people {
		if give {
			t.people[p] = true
		} else {
			delete(t.people, p)
		}
	}
	return ok(), nil
}

func (d *desk) tagsOf(p *Person) []int64 {
	ids := []int64{}
	for _, t := range d.tags {
		if t.people[p] {
			ids = append(ids, t.id)
		}
	}
	return ids
}

func (s *Sim) apiTagsOf(c *call) (any, error) {
	var in struct {
		OpenID string `json:"openid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	p := s.who(c.acc, in.OpenID)
	if p == nil {
		return nil, apiError{Code: 40003}
	}
	return map[string]any{"tagid_list": s.desk(c.acc).tagsOf(p)}, nil
}

// tagPage is how many followers of a tag one call lists; the platform's number is 10,000.
const tagPage = 10_000

func (s *Sim) apiTagged(c *call) (any, error) {
	var in struct {
		TagID int64  `json:"tagid"`
		Next  string `json:"next_openid"`
	}
	if err := c.read(&in); err != nil {
		return nil, err
	}
	t := s.desk(c.acc).tag(in.TagID)
	if t == nil {
		return nil, apiError{Code: 45159, Msg: "invalid tag id"}
	}
	page := tagPage
	if s.tagPage > 0 {
		page = s.tagPage
	}
	ids := []string{}
	after := in.Next == ""
	for _, p := range s.people {
		if !t.people[p] {
			continue
		}
		id := p.OpenID(c.acc.id)
		if after && len(ids) < page {
			ids = append(ids, id)
		}
		after = after || id == in.Next
	}
	if len(ids) == 0 {
		return map[string]any{"count": 0}, nil // no data and no next_openid at the end
	}
	return map[string]any{"count": len(ids), "data": map[string]any{"openid": ids}, "next_openid": ids[len(ids)-1]}, nil
}

// SetTagPage makes lists of tagged followers come in smaller pages.
func (s *Sim) SetTagPage(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tagPage = n
}

// Tagged lists who has a tag, by its name, in the order they came; nil if there is no such tag.
func (s *Sim) Tagged(appID, name string) []*Person {
	var found []*Person
	_ = s.onDesk(appID, func(d *desk) error { // an unknown account has no tags
		i := slices.IndexFunc(d.tags, func(t *userTag) bool { return t.name == name })
		if i < 0 {
			return nil
		}
		found = []*Person{}
		for _, p := range s.people {
			if d.tags[i].people[p] {
				found = append(found, p)
			}
		}
		return nil
	})
	return found
}

// TagOnSite gives or takes a tag in WeChat's own console; the tag is made if there is none of that name.
func (s *Sim) TagOnSite(appID, name string, give bool, people ...*Person) error {
	return s.onDesk(appID, func(d *desk) error {
		i := slices.IndexFunc(d.tags, func(t *userTag) bool { return t.name == name })
		if i < 0 {
			id := firstTag + s.next("tag "+appID) - 1
			d.tags = append(d.tags, &userTag{id: id, name: name, people: map[*Person]bool{}})
			i = len(d.tags) - 1
		}
		for _, p := range people {
			if !give {
				delete(d.tags[i].people, p)
				continue
			}
			d.tags[i].people[p] = true
		}
		return nil
	})
}

// RemoveTagOnSite deletes a tag in WeChat's own console.
func (s *Sim) RemoveTagOnSite(appID, name string) error {
	return s.onDesk(appID, func(d *desk) error {
		before := len(d.tags)
		d.tags = slices.DeleteFunc(d.tags, func(t *userTag) bool { return t.name == name })
		if len(d.tags) == before {
			return errors.New("wechatsim: no tag " + strconv.Quote(name))
		}
		return nil
	})
}

// dropTags takes all tags from somebody who leaves; mu is held.
func (s *Sim) dropTags(acc *account, p *Person) {
	if d := s.desks[acc]; d != nil {
		for _, t := range d.tags {
			delete(t.people, p)
		}
	}
}
