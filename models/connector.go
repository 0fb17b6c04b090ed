package models

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
)

// readCommitted makes every new connection read what is committed when each statement runs: what is read after a row
// lock is then never older than the lock. MySQL 8 and MariaDB 10 name the variable differently and the driver can only
// set variables, so the statement that both know is sent instead.
type readCommitted struct{ driver.Connector }

// Connect opens a connection and sets its isolation level.
func (c readCommitted) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return nil, errors.Join(errors.New("the driver cannot run statements"), conn.Close())
	}
	if _, err := exec.ExecContext(ctx, "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED", nil); err != nil {
		return nil, errors.Join(fmt.Errorf("set the isolation level: %w", err), conn.Close())
	}
	return conn, nil
}
