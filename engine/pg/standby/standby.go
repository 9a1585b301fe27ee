package standby

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Await is an SQL expression, always NULL. A transaction that evaluates it ends in
// a COMMIT that waits for the required standby, and so proves that all it has read would
// survive a promotion. What was committed before may be on this server alone: when the wait
// of its COMMIT is cancelled, or the server crashes in it, everybody sees it all the same.
// Where no standby is required it writes nothing. The result of the COMMIT counts only with
// Check.
const Await = `(SELECT NULL::text FROM ` + waitingMessage + ` WHERE ` + Required + `)`

// AwaitEach does the same for a few rows: it writes for each of them, where
// Await writes once a statement, and costs less where no standby is required.
const AwaitEach = `CASE WHEN ` + Required + ` THEN ` + waitingMessage + ` END`

// Required is an SQL expression: whether a COMMIT waits for a standby.
const Required = `current_setting('synchronous_standby_names') <> ''`

const waitingMessage = `pg_logical_emit_message(true, 'await standby', '')` // a COMMIT that has written nothing does not wait

// ErrNotReplicated says that the server reported a COMMIT as done which the required standby
// may not have: its wait was cancelled.
var ErrNotReplicated = errors.New("the commit did not wait for the standby to the end")

// notReplicated is a connection's mark of such a COMMIT.
const notReplicated = "not replicated"

// Mark listens for the warning that is all the server says of it.
func Mark(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if isNotReplicated(notice) {
		conn.CustomData()[notReplicated] = true
	}
}

// isNotReplicated knows the warning by the source file that it comes from: its text is
// translated, and its SQLSTATE is any warning's. The text is for what drops the file.
func isNotReplicated(notice *pgconn.Notice) bool {
	return notice.File == "syncrep.c" || strings.Contains(notice.Message, "synchronous replication")
}

// Check returns ErrNotReplicated if a COMMIT of the connection did not wait to its
// end since it was called last. The pool must be Open's.
func Check(conn *pgx.Conn) error {
	marks := conn.PgConn().CustomData()
	if marks[notReplicated] == nil {
		return nil
	}
	delete(marks, notReplicated)
	return ErrNotReplicated
}
