package bot

import (
	"context"
	"strings"
	"time"

	"siyu/models"
)

// PieceView is a piece with what it says and how its runs stand.
type PieceView struct {
	models.Piece
	Content  models.PieceContent
	Picture  *models.PiecePicture // without its bytes; nil: it has none
	Audience models.PieceAudience
	Schedule *models.Schedule
	Groups   int // it goes to now
	Author   string
	NextAt   models.Millis // when the next run may be posted; zero: none is planned
	Counts   map[models.RunState]int
	Remarks  []Remark // what keeps it from being posted
}

// SavePiece writes a new piece (id zero) or changes one. What is with an owner stays as it was handed over; what is planned
// follows.
func (b *Bot) SavePiece(ctx context.Context, community models.CommunityID, by models.AccountID, id models.PieceID, ver int, d PieceDraft) (PieceView, error) {
	if err := CheckPiece(d, b.pieces); err != nil {
		return PieceView{}, err
	}
	if d.Window == 0 {
		d.Window = b.pieces.Window
	}
	var v PieceView
	err := b.store.Tx(ctx, func(tx *models.Tx) error {
		sc := tx.In(community)
		if err := knownParts(sc, d); err != nil {
			return err
		}
		c := d.content(by)
		var p models.Piece
		var err error
		action := "piece.add"
		if id == 0 {
			p.CreatedBy = by
			if err := d.plan(&p); err != nil {
				return err
			}
			err = sc.InsertPiece(&p, &c)
		} else {
			action = "piece.change"
			p, err = b.changePiece(sc, id, ver, d, c)
		}
		if err != nil {
			return err
		}
		if err := sc.AddAudit(by, action, "piece:"+p.ID.String(), ""); err != nil {
			return err
		}
		v, err = b.viewPiece(sc, p.ID)
		return err
	})
	b.jobs.Wake()
	return v, err
}

// changePiece replaces a piece that is still as it was read and plans it anew. One that is scheduled stays fit to be posted.
func (b *Bot) changePiece(sc *models.Scope, id models.PieceID, ver int, d PieceDraft, c models.PieceContent) (models.Piece, error) {
	p, err := sc.Piece(id)
	if err != nil {
		return p, err
	}
	if p.State == models.PieceEnded {
		return p, models.Errorf(models.Conflict, "piece_ended", "the piece has ended")
	}
	if p.Ver != ver {
		return p, errPieceChanged()
	}
	known, err := sc.PieceContent(p.ID, p.Rev)
	if err != nil {
		return p, err
	}
	if err := d.plan(&p); err != nil {
		return p, err
	}
	if p.State != models.PieceDraft {
		if err := b.mayPost(d); err != nil {
			return p, err
		}
		p.PlannedAt = sc.Now
	}
	fresh := &c
	if sameContent(known, c) {
		fresh = nil
	}
	ok, err := sc.EditPiece(&p, fresh)
	if err == nil && !ok {
		err = errPieceChanged()
	}
	if err != nil || p.State != models.PieceScheduled {
		return p, err
	}
	return p, b.planPiece(sc, p)
}

func errPieceChanged() error {
	return models.Errorf(models.Conflict, "piece_changed", "somebody else has changed the piece")
}

func sameContent(a, b models.PieceContent) bool {
	b.ID, b.CommunityID, b.PieceID, b.Rev, b.CreatedBy, b.CreatedAt = a.ID, a.CommunityID, a.PieceID, a.Rev, a.CreatedBy, a.CreatedAt
	return a == b
}

func (d PieceDraft) content(by models.AccountID) models.PieceContent {
	c := models.PieceContent{Title: strings.TrimSpace(d.Title), Body: d.Text, PictureID: d.PictureID, CreatedBy: by}
	if a := d.Attachment; a != nil {
		c.AttachKind, c.AttachTitle, c.AttachDesc, c.AttachURL = a.Kind, strings.TrimSpace(a.Title), a.Desc, a.URL
	}
	return c
}

func (d PieceDraft) plan(p *models.Piece) error {
	p.Zone, p.WindowFor, p.Exact = d.Zone, d.Window.Milliseconds(), d.Exact
	return p.SetPlan(d.Audience, d.Schedule)
}

// knownParts refuses a picture or a group that is not the community's.
func knownParts(sc *models.Scope, d PieceDraft) error {
	if d.PictureID != 0 {
		if _, err := sc.PictureFacts(d.PictureID); err != nil {
			return err
		}
	}
	if d.Audience.Kind != models.AudienceChosen {
		return nil
	}
	known, err := groupsOf(sc, d.Audience.Groups)
	if err != nil {
		return err
	}
	for _, id := range d.Audience.Groups {
		if _, ok := known[id]; !ok {
			return models.Errorf(models.NotFound, "group_not_found", "no such group").With("field", "audience.groups")
		}
	}
	return nil
}

// mayPost refuses what must not be posted, and a piece without a schedule.
func (b *Bot) mayPost(d PieceDraft) error {
	if d.Schedule == nil {
		return models.Errorf(models.Invalid, "piece_unscheduled", "the piece has no schedule").With("field", "schedule")
	}
	return b.mayShow(d.content(0))
}

// mayShow refuses a text that breaks the platform's rules or is an advertisement.
func (b *Bot) mayShow(c models.PieceContent) error {
	all := b.conduct.remarks(c.Body, c.AttachTitle, c.AttachDesc)
	switch {
	case len(all) == 0:
		return nil
	case all[0].Code == RemarkAdvert:
		return models.Errorf(models.Invalid, "piece_advert", "advertising belongs into an offer").With("field", "text").With("phrase", all[0].Phrase)
	}
	return models.Errorf(models.Invalid, "piece_conduct", "the text rewards sharing").With("field", "text").With("phrase", all[0].Phrase)
}

// ReadPiece shows one piece.
func (b *Bot) ReadPiece(ctx context.Context, community models.CommunityID, id models.PieceID) (PieceView, error) {
	return b.viewPiece(b.store.Read(ctx).In(community), id)
}

func (b *Bot) viewPiece(sc *models.Scope, id models.PieceID) (PieceView, error) {
	p, err := sc.Piece(id)
	if err != nil {
		return PieceView{}, err
	}
	all, err := b.viewPieces(sc, []models.Piece{p})
	if err != nil {
		return PieceView{}, err
	}
	return all[0], nil
}

// Pieces lists up to limit pieces before an id, the newest first; no state means any.
func (b *Bot) Pieces(ctx context.Context, community models.CommunityID, state models.PieceState, before models.PieceID, limit int) ([]PieceView, error) {
	sc := b.store.Read(ctx).In(community)
	all, err := sc.Pieces(state, before, limit)
	if err != nil {
		return nil, err
	}
	return b.viewPieces(sc, all)
}

func (b *Bot) viewPieces(sc *models.Scope, all []models.Piece) ([]PieceView, error) {
	ids := make([]models.PieceID, len(all))
	for i, p := range all {
		ids[i] = p.ID
	}
	counts, err := sc.CountRuns(ids)
	if err != nil {
		return nil, err
	}
	groups, err := sc.Groups()
	if err != nil {
		return nil, err
	}
	team, err := sc.Accounts(models.Organiser)
	if err != nil {
		return nil, err
	}
	names := make(map[models.AccountID]string, len(team))
	for _, a := range team {
		names[a.ID] = a.Name
	}
	views := make([]PieceView, len(all))
	for i, p := range all {
		v := PieceView{Piece: p, Author: names[p.CreatedBy], Counts: map[models.RunState]int{}}
		if err := v.fill(sc, groups, counts); err != nil {
			return nil, err
		}
		v.Remarks = b.conduct.remarks(v.Content.Body, v.Content.AttachTitle, v.Content.AttachDesc)
		views[i] = v
	}
	return views, nil
}

func (v *PieceView) fill(sc *models.Scope, groups []models.Group, counts []models.RunCount) error {
	var err error
	if v.Content, err = sc.PieceContent(v.ID, v.Rev); err != nil {
		return err
	}
	if v.Content.PictureID != 0 {
		picture, err := sc.PictureFacts(v.Content.PictureID)
		if err != nil {
			return err
		}
		v.Picture = &picture
	}
	if v.Audience, err = v.Piece.Audience(); err != nil {
		return err
	}
	if v.Schedule, err = v.Piece.Schedule(); err != nil {
		return err
	}
	for _, g := range groups {
		if v.Audience.Has(g) {
			v.Groups++
		}
	}
	for _, c := range counts {
		if c.PieceID != v.ID {
			continue
		}
		v.Counts[c.State] = c.Runs
		if c.State == models.RunPlanned {
			v.NextAt = c.NextAt
		}
	}
	return nil
}

// window is for how long the piece may be posted after its time.
func (v PieceView) Window() time.Duration { return time.Duration(v.WindowFor) * time.Millisecond }
