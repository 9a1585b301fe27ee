package standby

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Await is an SQL expression that is always NULL. If a transaction evaluates Await, its COMMIT
// waits for the required standby. After this COMMIT, everything that the transaction has read would
// survive a promotion of the standby. Without Await, a transaction may read the data of another
// transaction that the standby lacks. The standby may lack a committed transaction in two cases:
// the wait of the transaction's COMMIT for the standby was cancelled, or the server crashed during
// this wait. All sessions see the data of such a transaction nevertheless. If no standby is
// required, Await writes nothing. After the COMMIT, the caller must call Check. It is certain that
// the COMMIT has waited for the standby only if Check returns nil.
const Await = `(SELECT NULL::text FROM ` + waitingMessage + ` WHERE ` + Required + `)`

// AwaitEach is an SQL expression for the rows of a short result, with the same effect as Await.
// AwaitEach writes one message for each row, and Await writes one message for each statement. If no
// standby is required, AwaitEach is cheaper than Await.
const AwaitEach = `CASE WHEN ` + Required + ` THEN ` + waitingMessage + ` END`

// AwaitPromoted is an SQL expression like Await for a server that may be a replica. While the
// server is a replica, AwaitPromoted writes nothing.
const AwaitPromoted = `CASE WHEN ` + Required + ` AND NOT pg_is_in_recovery() THEN ` + waitingMessage + `::text END`

// Required is an SQL condition that is true if a COMMIT waits for a standby.
const Required = `current_setting('synchronous_standby_names') <> ''`

const waitingMessage = `pg_logical_emit_message(true, 'await standby', '')` // the message is a write, and a COMMIT without a write does not wait

// ErrNotReplicated says that the server has reported a COMMIT as done, but that the wait of this
// COMMIT for the required standby was cancelled. The standby may lack the commit.
var ErrNotReplicated = errors.New("the commit did not wait for the standby to the end")

// notReplicated marks a connection on which a COMMIT has ended its wait for the required standby
// early.
const notReplicated = "not replicated"

// Mark marks a connection if the notice is the server's warning that a COMMIT has ended its wait
// for the required standby early. Only this warning shows that the wait has ended early.
func Mark(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if isNotReplicated(notice) {
		conn.CustomData()[notReplicated] = true
	}
}

// isNotReplicated reports whether a notice is the warning that a COMMIT has ended its wait for the
// required standby early. The source file in the notice identifies the warning: the text is
// translated, and many warnings have the same SQLSTATE. If a proxy has removed the source file, the
// text identifies the warning.
func isNotReplicated(notice *pgconn.Notice) bool {
	return notice.File == "syncrep.c" || strings.Contains(notice.Message, "synchronous replication")
}

// Check returns ErrNotReplicated if a COMMIT on the connection has ended its wait for the required
// standby early since the last call of Check. Otherwise Check returns nil. The connection must come
// from a pool that pg.Pool.Open has made.
func Check(conn *pgx.Conn) error {
	marks := conn.PgConn().CustomData()
	if marks[notReplicated] == nil {
		return nil
	}
	delete(marks, notReplicated)
	return ErrNotReplicated
}
