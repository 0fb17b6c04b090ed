package models

// TaskState is where a task stands.
type TaskState string

// The states of a task.
const (
	TaskNew       TaskState = "new"       // written, not handed over yet
	TaskCalling   TaskState = "calling"   // the platform is being asked; after a crash its answer must be looked up
	TaskOpen      TaskState = "open"      // with the owner
	TaskDone      TaskState = "done"      // posted
	TaskCancelled TaskState = "cancelled" // taken back: the owner did not post in time
)

// Task is what a group's owner is asked to post: a WeCom task by API, or a card to forward by hand.
type Task struct {
	ID          TaskID `gorm:"primaryKey;autoIncrement:false"`
	CommunityID CommunityID
	PlacementID PlacementID // unique
	GroupID     GroupID
	Kind        GroupKind
	OwnerUserID string // WeCom userid
	State       TaskState
	MsgID       string // WeCom's
	DueAt       Millis // the end of the placement's interval: "do not post" after it
	CalledAt    Millis // when the platform was last asked
	DoneAt      Millis
	CreatedAt   Millis `gorm:"autoCreateTime:false"`
}

// TableName names the table.
func (Task) TableName() string { return "tasks" }

// AddTask stores a new task; it reports false if its placement has one, and then t is the known one.
func (sc *Scope) AddTask(t *Task) (bool, error) {
	t.ID, t.CommunityID, t.CreatedAt = newID[Task](sc.Tx), sc.Community, sc.Now
	return insertOnce(sc.Tx, t, "task", func() error {
		known, err := sc.TaskOf(t.PlacementID)
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

// TaskOf returns the task of a placement.
func (sc *Scope) TaskOf(p PlacementID) (Task, error) {
	var t Task
	return t, one(sc.rows().Where("placement_id = ?", int64(p)), &t, "task")
}

// TasksIn lists the community's tasks in any of the states, oldest first.
func (sc *Scope) TasksIn(states ...TaskState) ([]Task, error) {
	var all []Task
	return all, list(sc.rows().Where("state IN ?", states).Order("id"), &all, "tasks")
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
	case TaskDone, TaskCancelled:
		set["done_at"] = int64(sc.Now)
	case TaskNew, TaskOpen:
	}
	return swap(sc.rows().Where("id = ? AND state = ?", int64(id), from), &Task{}, set, "task")
}
