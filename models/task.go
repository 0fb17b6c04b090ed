package models

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskNew       TaskState = "new"       // written, not handed over yet
	TaskCalling   TaskState = "calling"   // the platform is being asked; after a crash its answer must be looked up
	TaskOpen      TaskState = "open"      // with the owner
	TaskDone      TaskState = "done"      // posted
	TaskCancelled TaskState = "cancelled" // taken back: it is not to be posted any more
)

// Proof is how it is known that a task was posted.
type Proof string

// The proofs.
const (
	ProofPlatform Proof = "platform" // WeCom says so
	ProofOwner    Proof = "owner"    // the owner says so
	ProofCard     Proof = "card"     // somebody opened its card in its group
)

// Task is what a group's owner is asked to post: a WeCom task by API, or a card to forward by hand. It is about one
// placement, or about one run of a piece.
type Task struct {
	ID          TaskID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	Subject     string      // unique: what it is about, see [SubjectOf]
	PlacementID PlacementID // zero: it is about a run
	RunID       RunID       // zero: it is about a placement
	GroupID     GroupID
	Kind        GroupKind
	OwnerUserID string    // WeCom userid
	AccountID   AccountID // whose task it is; zero: anybody's of the team
	EnvelopeID  EnvelopeID
	State       TaskState
	MsgID       string // WeCom's
	DueAt       Millis // the end of its interval: "do not post" after it
	CalledAt    Millis // when the platform was last asked
	OpenedAt    Millis // when it was given to its owner
	Reminded    int    // how often she was reminded
	RemindedAt  Millis
	Proof       Proof     // of one that is done
	Why         string    // the reason of one that was taken back
	DoneAt      Millis    // when it was booked as done or taken back
	DoneBy      AccountID // who said so; zero: nobody of the team
	CreatedAt   Millis    `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Task) TableName() string { return "tasks" }

// SubjectOf is the subject of a task about a placement, or, if that is zero, about a run.
func SubjectOf(p PlacementID, r RunID) string {
	if p != 0 {
		return "p:" + p.String()
	}
	return "r:" + r.String()
}

// AddTask stores a new task; it reports false if its placement or run has one, and then t is the known one.
func (sc *Scope) AddTask(t *Task) (bool, error) {
	t.ID, t.CommunityID, t.CreatedAt = newID[Task](sc.Tx), sc.Community, sc.Now
	t.Subject = SubjectOf(t.PlacementID, t.RunID)
	return insertOnce(sc.Tx, t, "task", func() error {
		known, err := sc.TaskAbout(t.Subject)
		if err == nil {
			*t = known
		}
		return err
	})
}

// Task returns one task of the community.
func (sc *Scope) Task(id TaskID) (Task, error) {
	var t Task
	err := one(sc.rows().Where("id = ?", int64(id)), &t, "task")
	if IsKind(err, NotFound) {
		return t, Errorf(NotFound, "task_not_found", "no such task")
	}
	return t, err
}

// LockTask is [Scope.Task], and keeps every other transaction from moving it until this one ends.
func (sc *Scope) LockTask(id TaskID) (Task, error) {
	var t Task
	err := one(locked(sc.rows().Where("id = ?", int64(id))), &t, "task")
	if IsKind(err, NotFound) {
		return t, Errorf(NotFound, "task_not_found", "no such task")
	}
	return t, err
}

// LockTaskAbout is [Scope.LockTask] by what the task is about.
func (sc *Scope) LockTaskAbout(subject string) (Task, error) {
	var t Task
	return t, one(locked(sc.rows().Where("subject = ?", subject)), &t, "task")
}

// TaskAbout returns the task with a subject.
func (sc *Scope) TaskAbout(subject string) (Task, error) {
	var t Task
	return t, one(sc.rows().Where("subject = ?", subject), &t, "task")
}

// AnyTask returns a task of any community: a page's token names a task alone.
func (tx *Tx) AnyTask(id TaskID) (Task, error) {
	var t Task
	return t, one(tx.db.Where("id = ?", int64(id)), &t, "task")
}

// TaskOf returns the task of a placement.
func (sc *Scope) TaskOf(p PlacementID) (Task, error) { return sc.TaskAbout(SubjectOf(p, 0)) }

// TaskOfRun returns the task of a run.
func (sc *Scope) TaskOfRun(r RunID) (Task, error) { return sc.TaskAbout(SubjectOf(0, r)) }

// TasksIn lists the community's tasks in any of the states, oldest first.
func (sc *Scope) TasksIn(states ...TaskState) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("state IN ?", states).Order("id"), &all, "tasks")
}

// TasksFor lists the tasks that are for some accounts, in any of the states, oldest first; account zero is nobody.
func (sc *Scope) TasksFor(accounts []AccountID, states ...TaskState) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("state IN ? AND account_id IN ?", states, ints(accounts)).Order("id"), &all, "tasks")
}

// TasksOfGroup lists a group's tasks in any of the states, oldest first.
func (sc *Scope) TasksOfGroup(group GroupID, states ...TaskState) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("group_id = ? AND state IN ?", int64(group), states).Order("id"), &all, "tasks")
}

// TasksEnded lists the community's tasks that ended in a state after a time, the newest first.
func (sc *Scope) TasksEnded(state TaskState, after Millis) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("state = ? AND done_at > ?", state, int64(after)).Order("done_at DESC, id DESC"), &all, "tasks")
}

// MoveTask takes a task from one state to another and reports false if it was not in from.
func (sc *Scope) MoveTask(id TaskID, from, to TaskState, msgID string) (bool, error) {
	set := map[string]any{"state": to}
	if msgID != "" {
		set["msg_id"] = msgID
	}
	switch to {
	case TaskCalling:
		set["called_at"] = int64(sc.Now)
	case TaskOpen:
		set["opened_at"] = int64(sc.Now)
	case TaskDone, TaskCancelled:
		set["done_at"] = int64(sc.Now)
	case TaskNew:
	}
	return sc.swapTask(id, from, set)
}

// FinishTask ends a task that was posted and reports false if it was not in from.
func (sc *Scope) FinishTask(id TaskID, from TaskState, how Proof) (bool, error) {
	return sc.swapTask(id, from, map[string]any{"state": TaskDone, "proof": how, "done_at": int64(sc.Now)})
}

// WithdrawTask ends a task that is not to be posted any more, for a reason, and reports false if it was not in from.
func (sc *Scope) WithdrawTask(id TaskID, from TaskState, why string) (bool, error) {
	return sc.swapTask(id, from, map[string]any{"state": TaskCancelled, "why": why, "done_at": int64(sc.Now)})
}

// SignTask notes whose word ended a task.
func (sc *Scope) SignTask(id TaskID, by AccountID) error {
	_, err := swap(sc.rows().Where("id = ?", int64(id)), &Task{}, map[string]any{"done_by": int64(by)}, "task")
	return err
}

func (sc *Scope) swapTask(id TaskID, from TaskState, set map[string]any) (bool, error) {
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Task{}, set, "task")
}
