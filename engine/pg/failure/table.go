package failure

import (
	"context"
	"errors"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// meaning is what a SQLSTATE says about a statement's outcome. Several meanings can be combined.
type meaning int

const (
	cutOff     meaning = 1 << iota // the server was not reached, or can't go on: the same statement may succeed later
	away                           // the server accepts no connection now: it starts, shuts down or is full
	rolledBack                     // nothing was committed, and the same statement may succeed the next time
	ofValue                        // nothing was committed, and the server refuses the same value again, in any session
	ofSchema                       // nothing was committed: a table or a right is missing
)

// table maps prefixes of SQLSTATEs to meanings. A SQLSTATE that is not in the table proves nothing:
// a COMMIT may have happened although its answer was lost.
var table = []struct {
	begins  string
	means   meaning
	because string
}{
	{"08", cutOff, "the connection broke"},
	{"0A000", rolledBack, "the plan of a prepared statement is out of date"},
	{"21", ofValue, "two rows for one"},
	{"22", ofValue, "a bad value"},
	{"23", ofValue, "a constraint"},
	{"25006", rolledBack, "the server is read-only, as after a failover"},
	{NoPreparedStatement, rolledBack, "a pooler has lost a prepared statement"},
	{"40", cutOff, "rolled back, as by a standby that has to go on"},
	{"40001", rolledBack, "two transactions can't be put in an order"},
	{DeadlockDetected, rolledBack, "a deadlock"},
	{"42", ofSchema, "a missing table or right, or wrong SQL"},
	{"44", ofValue, "the check option of a view"},
	{"53", cutOff | away | rolledBack, "out of disk, memory or connections"},
	{"54", ofValue, "over a limit, as a value that is too large for its index"},
	{"57", cutOff, "an operator has intervened, or a time-out"},
	{"57P", away, "the server starts or ends"},
	{"P0", ofValue, "raised by a function"},
}

// means reports whether an error's SQLSTATE has one of the given meanings.
func means(err error, one meaning) bool {
	code := Code(err)
	for _, row := range table {
		if row.means&one != 0 && code != "" && strings.HasPrefix(code, row.begins) {
			return true
		}
	}
	return false
}

// CutOff reports whether an error's SQLSTATE says that the server can't continue to work now.
func CutOff(err error) bool { return means(err, cutOff) }

// RolledBack reports whether an error's SQLSTATE proves that nothing was committed, and that the
// same statement may succeed the next time.
func RolledBack(err error) bool { return means(err, rolledBack) }

// OfValue reports whether an error's SQLSTATE says that a value in the statement is the cause. In
// this case nothing was committed, and the server would refuse the value again, in any session.
// OfValue returns false for a missing table or a missing right.
func OfValue(err error) bool { return means(err, ofValue) }

// Refused reports whether an error's SQLSTATE says that a value in the statement is the cause, or
// that a table or a right is missing. In this case nothing was committed, and the same statement
// can't succeed.
func Refused(err error) bool { return means(err, ofValue|ofSchema) }

// Away returns true if the program got no connection or no answer, or if the server starts or shuts
// down. The cause of such an error usually ends without help. For a wrong password, Away returns
// false.
func Away(err error) bool {
	if _, ok := errors.AsType[*pgconn.PgError](err); ok {
		return means(err, away)
	}
	return IsConnect(err) || pgconn.Timeout(err) || errors.Is(err, context.DeadlineExceeded)
}
