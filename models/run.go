package models

import "strconv"

// RunState is where a run stands.
type RunState string

// The states of a run. All but planned and handed are final; one that is not posted and appears all the same becomes posted.
const (
	RunPlanned   RunState = "planned"   // waits for its time
	RunHanded    RunState = "handed"    // its task is with the group's owner
	RunPosted    RunState = "posted"    // seen in the group
	RunUnposted  RunState = "unposted"  // its owner did not post it in time, or it was taken back
	RunMissed    RunState = "missed"    // nobody could hand it over before its window was over
	RunCancelled RunState = "cancelled" // its piece was paused, ended or changed before it was handed over
)

// Run is a piece in one group at one time.
type Run struct {
	ID          RunID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Idem        string // unique: piece, group and time, or the key of a post that an organiser asked for at once
	Code        string // unique: in the path of its card, if it has one
	PieceID     PieceID
	GroupID     GroupID
	Rev         int    // of what the piece said when it was handed over; zero before
	DueAt       Millis // its time by the schedule
	FromAt      Millis // when it may be posted; later than DueAt where quiet hours or the platform shift it
	UntilAt     Millis // when it may not be posted any more
	State       RunState
	Reason      string // why it was shifted or not posted
	HandedAt    Millis
	PostedAt    Millis
	CreatedBy   AccountID // who asked for it at once; zero: the schedule
	CreatedAt   Millis    `gorm:"autoCreateTime:false"`
	UpdatedAt   Millis    `gorm:"autoUpdateTime:false"`
}

// TableName names the table.
func (Run) TableName() string { return "runs" }

// RunIdem is the Idem of a piece in a group at a time of its schedule.
func RunIdem(piece PieceID, group GroupID, due Millis) string {
	return "s:" + piece.String() + ":" + group.String() + ":" + strconv.FormatInt(int64(due), 10)
}

// AddRun stores a planned run; it reports false if its Idem is known, and then r is the known one.
func (sc *Scope) AddRun(r *Run) (bool, error) {
	sc.fillRun(r)
	return insertOnce(sc.Tx, r, "run", func() error {
		var known Run
		if err := one(sc.rows().Where("idem = ?", r.Idem), &known, "run"); err != nil {
			return err
		}
		*r = known
		return nil
	})
}

// AddRuns stores planned runs of new Idems in few statements.
func (sc *Scope) AddRuns(all []Run) error {
	for i := range all {
		sc.fillRun(&all[i])
	}
	return insertAll(sc.Tx, all, "runs")
}

func (sc *Scope) fillRun(r *Run) {
	r.ID, r.CommunityID, r.State, r.CreatedAt, r.UpdatedAt = newID[Run](sc.Tx), sc.Community, RunPlanned, sc.Now, sc.Now
	r.Code = "r" + Digest([]byte(sc.Community.String() + r.Idem))[:15]
}

// Run returns one run of the community.
func (sc *Scope) Run(id RunID) (Run, error) {
	var r Run
	err := one(sc.rows().Where("id = ?", int64(id)), &r, "run")
	if IsKind(err, NotFound) {
		return r, Errorf(NotFound, "run_not_found", "no such run")
	}
	return r, err
}

// RunByCode finds the run a card belongs to.
func (sc *Scope) RunByCode(code string) (Run, error) {
	var r Run
	return r, one(sc.rows().Where("code = ?", code), &r, "run")
}

// RunsByID reads some runs; one that is not there is left out.
func (sc *Scope) RunsByID(ids []RunID) (map[RunID]Run, error) {
	found := make(map[RunID]Run, len(ids))
	err := inBatches(ids, func(some []RunID) error {
		var part []Run
		err := list(sc.rows().Where("id IN ?", ints(some)), &part, "runs")
		for _, r := range part {
			found[r.ID] = r
		}
		return err
	})
	return found, err
}

// RunIdems tells which runs of a piece that are due after a time there are, whatever became of them.
func (sc *Scope) RunIdems(piece PieceID, after Millis) (map[string]bool, error) {
	var idems []string
	err := sc.rows().Model(&Run{}).Where("piece_id = ? AND due_at > ?", int64(piece), int64(after)).Pluck("idem", &idems).Error
	known := make(map[string]bool, len(idems))
	for _, idem := range idems {
		known[idem] = true
	}
	return known, translate(err, "list runs")
}

// RunsDue lists up to limit planned runs that may be posted at a time, the earliest first.
func (sc *Scope) RunsDue(at Millis, limit int) ([]Run, error) {
	var all []Run
	q := sc.rows().Where("state = ? AND from_at <= ?", RunPlanned, int64(at)).Order("from_at, id").Limit(limit)
	return all, list(q, &all, "due runs")
}

// RunsIn lists the runs of a piece in any of the states, the earliest first.
func (sc *Scope) RunsIn(piece PieceID, states ...RunState) ([]Run, error) {
	var all []Run
	q := sc.rows().Where("piece_id = ? AND state IN ?", int64(piece), states).Order("due_at, id")
	return all, list(q, &all, "runs")
}

// RunsOf lists up to limit runs of a piece before one, the latest first; zero begins with the latest.
func (sc *Scope) RunsOf(piece PieceID, before RunID, limit int) ([]Run, error) {
	q := sc.rows().Where("piece_id = ?", int64(piece))
	if before != 0 {
		at, err := sc.Run(before)
		if err != nil {
			return nil, err
		}
		q = q.Where("due_at < ? OR (due_at = ? AND id < ?)", int64(at.DueAt), int64(at.DueAt), int64(at.ID))
	}
	var all []Run
	return all, list(q.Order("due_at DESC, id DESC").Limit(limit), &all, "runs")
}

// RunsWithin lists the runs of some groups that are due, may be posted or were posted within [from, to), the earliest first.
// What was cancelled is left out: it never was to be seen.
func (sc *Scope) RunsWithin(groups []GroupID, from, to Millis) ([]Run, error) {
	var all []Run
	err := inBatches(groups, func(some []GroupID) error {
		var part []Run
		q := sc.rows().Where("group_id IN ? AND state <> ?", ints(some), RunCancelled).
			Where("(due_at >= ? AND due_at < ?) OR (from_at >= ? AND from_at < ?) OR (posted_at >= ? AND posted_at < ?)",
				int64(from), int64(to), int64(from), int64(to), int64(from), int64(to)).Order("due_at, id")
		err := list(q, &part, "runs")
		all = append(all, part...)
		return err
	})
	return all, err
}

// RunCount tells how many runs of a piece are in which state, and when the next of them is due.
type RunCount struct {
	PieceID PieceID
	State   RunState
	Runs    int
	NextAt  Millis // the earliest time of those in the state
}

// CountRuns counts the runs of some pieces by their state.
func (sc *Scope) CountRuns(pieces []PieceID) ([]RunCount, error) {
	var all []RunCount
	err := inBatches(pieces, func(some []PieceID) error {
		var part []RunCount
		q := sc.rows().Model(&Run{}).Select("piece_id, state, COUNT(*) AS runs, MIN(from_at) AS next_at").
			Where("piece_id IN ?", ints(some)).Group("piece_id, state")
		err := list(q, &part, "runs")
		all = append(all, part...)
		return err
	})
	return all, err
}

// MoveRun takes a run to another state with what belongs to it, and reports false if it is not as it was read any more.
func (sc *Scope) MoveRun(from, to Run) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(from.ID), from.State), &Run{}, map[string]any{"state": to.State,
		"rev": to.Rev, "from_at": int64(to.FromAt), "until_at": int64(to.UntilAt), "reason": to.Reason, "handed_at": int64(to.HandedAt),
		"posted_at": int64(to.PostedAt), "updated_at": int64(sc.Now)}, "run")
}

// DropRuns removes runs that are planned: they were never more than a plan.
func (sc *Scope) DropRuns(ids []RunID) error {
	return inBatches(ids, func(some []RunID) error {
		q := sc.rows().Where("id IN ? AND state = ?", ints(some), RunPlanned)
		return translate(q.Delete(&Run{}).Error, "drop runs")
	})
}

// DropPlanned removes the planned runs of a piece that are due after a time.
func (sc *Scope) DropPlanned(piece PieceID, after Millis) error {
	q := sc.rows().Where("piece_id = ? AND state = ? AND due_at > ? AND created_by = 0", int64(piece), RunPlanned, int64(after))
	return translate(q.Delete(&Run{}).Error, "drop runs")
}

// CancelPlanned cancels the planned runs of a piece that are left, for a reason.
func (sc *Scope) CancelPlanned(piece PieceID, why string) error {
	q := sc.rows().Model(&Run{}).Where("piece_id = ? AND state = ?", int64(piece), RunPlanned)
	return translate(q.Updates(map[string]any{"state": RunCancelled, "reason": why, "updated_at": int64(sc.Now)}).Error, "cancel runs")
}

// TasksOfRuns reads the tasks of some runs; a run without one is left out.
func (sc *Scope) TasksOfRuns(ids []RunID) (map[RunID]Task, error) {
	found := make(map[RunID]Task, len(ids))
	err := inBatches(ids, func(some []RunID) error {
		subjects := make([]string, len(some))
		for i, id := range some {
			subjects[i] = SubjectOf(0, id)
		}
		var part []Task
		err := list(sc.rows().Where("subject IN ?", subjects), &part, "tasks")
		for _, t := range part {
			found[t.RunID] = t
		}
		return err
	})
	return found, err
}
