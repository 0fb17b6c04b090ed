package funnel

import (
	"context"
	"fmt"

	"siyu/models"
)

// StageCount is how many people reached a stage or went beyond it.
type StageCount struct {
	Stage  Stage  `json:"-"`
	Name   string `json:"stage"`
	People int64  `json:"people"`
}

// Row is the funnel of one video or group.
type Row struct {
	// ID is the video or group; zero for people whose first touch did not say which.
	ID int64 `json:"id,string"`
	// Name is the title of the video or the name of the group; empty when ID is zero.
	Name   string       `json:"name"`
	Stages []StageCount `json:"stages"`
}

// Report is the funnel of a community. Each person counts once in Stages and once in each row she has an attempt in,
// so rows do not add up to Stages.
type Report struct {
	AsOf    models.Millis `json:"as_of"`    // every touch committed before it is counted
	Stages  []StageCount  `json:"stages"`   // from Video on
	ByVideo []Row         `json:"by_video"` // from Video on
	ByGroup []Row         `json:"by_group"` // from Group on: also people who came without any video
}

// Report counts the people whose first attempt lies in [from, to), after bringing the journeys up to date. A video or
// group nobody came through has a row of zeros.
func (r *Refresher) Report(ctx context.Context, community models.CommunityID, from, to models.Millis) (Report, error) {
	asOf := r.store.Read(ctx).Now
	if _, err := r.Refresh(ctx); err != nil {
		return Report{}, err
	}
	sc := r.store.Read(ctx).In(community)
	videos, err := sc.Videos()
	if err != nil {
		return Report{}, fmt.Errorf("report the funnel: %w", err)
	}
	groups, err := sc.Groups()
	if err != nil {
		return Report{}, fmt.Errorf("report the funnel: %w", err)
	}
	counts, err := sc.CountJourneys(from, to)
	if err != nil {
		return Report{}, fmt.Errorf("report the funnel: %w", err)
	}
	t := tally(counts)
	rep := Report{AsOf: asOf, Stages: t.stages(value{DimAll, 0}, Video), ByVideo: []Row{}, ByGroup: []Row{}} // empty, never null
	for _, v := range videos {
		rep.ByVideo = append(rep.ByVideo, t.row(DimVideo, int64(v.ID), v.Title, Video))
	}
	for _, g := range groups {
		rep.ByGroup = append(rep.ByGroup, t.row(DimGroup, int64(g.ID), g.Name, Group))
	}
	rep.ByVideo = t.unknown(rep.ByVideo, DimVideo, Video)
	rep.ByGroup = t.unknown(rep.ByGroup, DimGroup, Group)
	return rep, nil
}

// tallies are people by how far they came: [k] counts those whose best attempt ended at stage k.
type tallies map[value]*[last + 1]int64

func tally(counts []models.JourneyCount) tallies {
	t := make(tallies)
	for _, c := range counts {
		v := value{c.Dim, c.Val}
		if t[v] == nil {
			t[v] = new([last + 1]int64)
		}
		if c.Level >= 0 && c.Level <= int(last) {
			t[v][c.Level] += c.People
		}
	}
	return t
}

// stages turns "ended at" into "reached": who went further was here too.
func (t tallies) stages(v value, first Stage) []StageCount {
	all := make([]StageCount, 0, last)
	for s := first; s <= last; s++ {
		all = append(all, StageCount{Stage: s, Name: s.String()})
	}
	ended, known := t[v]
	if !known {
		return all
	}
	var people int64
	for i := len(all) - 1; i >= 0; i-- {
		people += ended[all[i].Stage]
		all[i].People = people
	}
	return all
}

func (t tallies) row(dim string, id int64, name string, first Stage) Row {
	return Row{ID: id, Name: name, Stages: t.stages(value{dim, id}, first)}
}

// unknown adds the row of those who came through nothing we know, if there are any.
func (t tallies) unknown(rows []Row, dim string, first Stage) []Row {
	if _, some := t[value{dim, 0}]; !some {
		return rows
	}
	return append(rows, t.row(dim, 0, "", first))
}
