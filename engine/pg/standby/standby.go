package standby

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Await is an SQL expression that is always NULL. A transaction that evaluates Await ends in a
// COMMIT that waits for the required standby, and so proves that everything that the transaction
// has read would survive a promotion. Without such a wait, a commit that the transaction has read
// may be on this server alone: if the commit's own wait was cancelled, or the server crashed during
// that wait, all sessions see the commit nevertheless. If no standby is required, Await writes
// nothing. The COMMIT proves something only together with Check.
const Await = `(SELECT NULL::text FROM ` + waitingMessage + ` WHERE ` + Required + `)`

// AwaitEach does for the rows of a short result what Await does for a statement: AwaitEach writes
// once per row, and Await once per statement. If no standby is required, AwaitEach costs less than
// Await.
const AwaitEach = `CASE WHEN ` + Required + ` THEN ` + waitingMessage + ` END`

// Required is an SQL condition: a COMMIT waits for a standby.
const Required = `current_setting('synchronous_standby_names') <> ''`

const waitingMessage = `pg_logical_emit_message(true, 'await standby', '')` // the message is a write, and a COMMIT without a write does not wait

// ErrNotReplicated says that the server reported a COMMIT as done although the required standby may
// lack it, because the wait for the standby was cancelled.
var ErrNotReplicated = errors.New("the commit did not wait for the standby to the end")

// notReplicated is the mark of a connection on which a COMMIT ended its wait for the required
// standby early.
const notReplicated = "not replicated"

// Mark marks a connection on which the server has sent the warning that a COMMIT ended its wait for
// the required standby early. The server gives no other sign of that.
func Mark(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if isNotReplicated(notice) {
		conn.CustomData()[notReplicated] = true
	}
}

// isNotReplicated reports whether a notice is the warning that a COMMIT ended its wait for the
// required standby early. The source file in the notice identifies the warning, because the text is
// translated and many warnings have the same SQLSTATE. The text identifies the warning behind a
// proxy that drops the source file.
func isNotReplicated(notice *pgconn.Notice) bool {
	return notice.File == "syncrep.c" || strings.Contains(notice.Message, "synchronous replication")
}

// Check returns ErrNotReplicated if a COMMIT of the connection has ended its wait for the required
// standby early since the last call of Check, and nil otherwise. The connection must come from a
// pool that pg.Pool.Open has made.
func Check(conn *pgx.Conn) error {
	marks := conn.PgConn().CustomData()
	if marks[notReplicated] == nil {
		return nil
	}
	delete(marks, notReplicated)
	return ErrNotReplicated
}
