package models

import (
	"encoding/json"
	"fmt"
	"strconv"
)

// PieceState is where a piece stands.
type PieceState string

// The states of a piece.
const (
	PieceDraft     PieceState = "draft"     // being written; nothing is planned
	PieceScheduled PieceState = "scheduled" // posted at the times of its schedule
	PiecePaused    PieceState = "paused"    // scheduled, and nothing is posted until it is resumed
	PieceEnded     PieceState = "ended"     // for good
)

// PieceAudience says to which groups a piece goes.
type PieceAudience struct {
	Kind   string    `json:"kind"` // all, wecom, ordinary or chosen
	Groups []GroupID `json:"groups,omitempty"`
}

// The kinds of audience.
const (
	AudienceAll      = "all"
	AudienceWeCom    = "wecom"
	AudienceOrdinary = "ordinary"
	AudienceChosen   = "chosen"
)

// Has reports whether a group is meant. One that is gone never is; one that the organiser does not know only if she chose it:
// it may be anybody's.
func (a PieceAudience) Has(g Group) bool {
	if g.GoneAt != 0 {
		return false
	}
	switch a.Kind {
	case AudienceAll:
		return g.Known()
	case AudienceWeCom:
		return g.Kind == WeComGroup
	case AudienceOrdinary:
		return g.Kind == OrdinaryGroup && g.Known()
	}
	for _, id := range a.Groups {
		if id == g.ID {
			return true
		}
	}
	return false
}

// Piece is something of value that an organiser writes for her groups (内容): what it says, to which groups it goes and when.
type Piece struct {
	ID           PieceID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID  CommunityID
	Title        string // for the organiser; the newest content's
	Rev          int    // of the newest content
	AudienceJSON string
	ScheduleJSON string // empty: none yet
	Zone         string // IANA, that the schedule's times are in; empty: each group's own
	WindowFor    int64  // for how long after a time it may still be posted, milliseconds
	Exact        bool   // quiet hours do not shift it
	State        PieceState
	Ver          int    // grows with every change: a change names what was read
	PlannedAt    Millis // every time up to this one has been planned, or was not to be
	CreatedBy    AccountID
	CreatedAt    Millis `gorm:"autoCreateTime:false"`
	UpdatedAt    Millis `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Piece) TableName() string { return "pieces" }

// Audience reads to which groups it goes.
func (p Piece) Audience() (PieceAudience, error) {
	var a PieceAudience
	return a, readJSON(p.AudienceJSON, &a, "piece", p.ID.String())
}

// Schedule reads when it is due; nil: it has no schedule yet.
func (p Piece) Schedule() (*Schedule, error) {
	if p.ScheduleJSON == "" {
		return nil, nil
	}
	var s Schedule
	return &s, readJSON(p.ScheduleJSON, &s, "piece", p.ID.String())
}

// SetPlan stores to which groups it goes and when in the row; s is nil for no schedule.
func (p *Piece) SetPlan(a PieceAudience, s *Schedule) error {
	audience, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("write piece: %w", err)
	}
	p.AudienceJSON, p.ScheduleJSON = string(audience), ""
	if s == nil {
		return nil
	}
	schedule, err := json.Marshal(s)
	p.ScheduleJSON = string(schedule)
	return err
}

// PieceContent is one revision of what a piece says. Revisions are only added: what is with an owner stays as it was handed to
// her.
type PieceContent struct {
	ID          ID[PieceContent] `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PieceID     PieceID
	Rev         int // unique with the piece
	Title       string
	Body        string
	PictureID   PictureID // zero: none
	AttachKind  string    // empty, [AttachLink] or [AttachPage]
	AttachTitle string
	AttachDesc  string // of a link
	AttachURL   string // of a page, its path in the Mini Program
	CreatedBy   AccountID
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// What a piece may carry beside its text and picture.
const (
	AttachLink = "link" // a web page
	AttachPage = "page" // a card that opens a page of the Mini Program
)

// TableName names the table.
func (PieceContent) TableName() string { return "piece_contents" }

// Key names the content among all contents of the queue: two tasks of one owner with the same key are one message.
func (c PieceContent) Key() string { return "piece:" + c.PieceID.String() + ":" + strconv.Itoa(c.Rev) }

// InsertPiece stores a new draft with its first content and fills both.
func (sc *Scope) InsertPiece(p *Piece, c *PieceContent) error {
	p.ID, p.CommunityID, p.CreatedAt, p.UpdatedAt = newID[Piece](sc.Tx), sc.Community, sc.Now, sc.Now
	p.State, p.Rev, p.Ver, p.Title = PieceDraft, 1, 1, c.Title
	if err := insert(sc.Tx, p, "piece"); err != nil {
		return err
	}
	return sc.addContent(*p, c)
}

func (sc *Scope) addContent(p Piece, c *PieceContent) error {
	c.ID, c.CommunityID, c.PieceID, c.Rev, c.CreatedAt = newID[PieceContent](sc.Tx), sc.Community, p.ID, p.Rev, sc.Now
	return insert(sc.Tx, c, "piece content")
}

// EditPiece replaces a piece that is still as it was read; it reports false if it is not. A content that is not nil becomes its
// newest revision.
func (sc *Scope) EditPiece(p *Piece, c *PieceContent) (bool, error) {
	was := p.Ver
	p.Ver, p.UpdatedAt = was+1, sc.Now
	if c != nil {
		p.Rev, p.Title = p.Rev+1, c.Title
	}
	ok, err := swap(sc.rows().Where("id = ? AND ver = ?", int64(p.ID), was), &Piece{}, map[string]any{"title": p.Title, "rev": p.Rev,
		"audience_json": p.AudienceJSON, "schedule_json": p.ScheduleJSON, "zone": p.Zone, "window_for": p.WindowFor, "exact": p.Exact,
		"state": p.State, "ver": p.Ver, "planned_at": int64(p.PlannedAt), "updated_at": int64(p.UpdatedAt)}, "piece")
	if err != nil || !ok || c == nil {
		return ok, err
	}
	return true, sc.addContent(*p, c)
}

// TakePlanning says that the times of a scheduled piece are planned up to now, and reports false if somebody else did that, or
// changed the piece, since it was read. Whoever gets true holds the piece's row until its transaction ends.
func (sc *Scope) TakePlanning(p Piece) (bool, error) {
	return swap(sc.rows().Where("id = ? AND ver = ? AND planned_at = ? AND state = ?", int64(p.ID), p.Ver, int64(p.PlannedAt), PieceScheduled),
		&Piece{}, map[string]any{"planned_at": int64(sc.Now)}, "piece")
}

// Piece returns one piece of the community.
func (sc *Scope) Piece(id PieceID) (Piece, error) {
	var p Piece
	err := one(sc.rows().Where("id = ?", int64(id)), &p, "piece")
	if IsKind(err, NotFound) {
		return p, Errorf(NotFound, "piece_not_found", "no such piece")
	}
	return p, err
}

// Pieces lists up to limit pieces before an id, the newest first; zero begins with the newest, no state means any.
func (sc *Scope) Pieces(state PieceState, before PieceID, limit int) ([]Piece, error) {
	q := sc.rows()
	if before != 0 {
		q = q.Where("id < ?", int64(before))
	}
	if state != "" {
		q = q.Where("state = ?", state)
	}
	var all []Piece
	return all, list(q.Order("id DESC").Limit(limit), &all, "pieces")
}

// PiecesByID reads some pieces; one that is not there is left out.
func (sc *Scope) PiecesByID(ids []PieceID) (map[PieceID]Piece, error) {
	found := make(map[PieceID]Piece, len(ids))
	err := inBatches(ids, func(some []PieceID) error {
		var part []Piece
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "pieces")
		for _, p := range part {
			found[p.ID] = p
		}
		return err
	})
	return found, err
}

// ScheduledPieces lists the scheduled pieces of all communities, the oldest first.
func (tx *Tx) ScheduledPieces() ([]Piece, error) {
	var all []Piece
	return all, list(tx.db.Where("state = ?", PieceScheduled).Order("community_id, id"), &all, "pieces")
}

// PieceContent returns one revision of what a piece says.
func (sc *Scope) PieceContent(id PieceID, rev int) (PieceContent, error) {
	var c PieceContent
	return c, one(sc.rows().Where("piece_id = ? AND rev = ?", int64(id), rev), &c, "piece content")
}

// DeletePiece removes a piece, what it says and its runs. None of them may have been handed over.
func (sc *Scope) DeletePiece(id PieceID) error {
	for _, row := range []any{&Run{}, &PieceContent{}} {
		if err := sc.rows().Where("piece_id = ?", int64(id)).Delete(row).Error; err != nil {
			return translate(err, "delete piece")
		}
	}
	return translate(sc.rows().Where("id = ?", int64(id)).Delete(&Piece{}).Error, "delete piece")
}
