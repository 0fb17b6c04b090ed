package models

// Run is a piece in one group at one time.
type Run struct {
	ID RunID
}
