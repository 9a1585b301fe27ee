package standby

import (
	"errors"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Await is an SQL expression, always NULL. A transaction that evaluates it ends in a COMMIT that
// waits for the required standby, and so proves that everything that it has read would survive a
// promotion. An earlier commit may be on this server alone: if its wait was cancelled, or the
// server crashed during the wait, everybody sees it all the same. If no standby is required, Await
// writes nothing. The COMMIT proves something only together with Check.
const Await = `(SELECT NULL::text FROM ` + waitingMessage + ` WHERE ` + Required + `)`

// AwaitEach does the same for a few rows: it writes for each of them, while Await writes once per
// statement; it costs less if no standby is required.
const AwaitEach = `CASE WHEN ` + Required + ` THEN ` + waitingMessage + ` END`

// Required is an SQL expression: whether a COMMIT waits for a standby.
const Required = `current_setting('synchronous_standby_names') <> ''`

const waitingMessage = `pg_logical_emit_message(true, 'await standby', '')` // a COMMIT without a write does not wait

// ErrNotReplicated says that the server reported a COMMIT as done that the required standby may
// lack: its wait was cancelled.
var ErrNotReplicated = errors.New("the commit did not wait for the standby to the end")

// notReplicated is a connection's mark of such a COMMIT.
const notReplicated = "not replicated"

// Mark listens for the warning, the only sign that the server gives.
func Mark(conn *pgconn.PgConn, notice *pgconn.Notice) {
	if isNotReplicated(notice) {
		conn.CustomData()[notReplicated] = true
	}
}

// isNotReplicated recognizes the warning by the source file that it comes from: its text is
// translated, and its SQLSTATE is any warning's. The text is for proxies that drop the file.
func isNotReplicated(notice *pgconn.Notice) bool {
	return notice.File == "syncrep.c" || strings.Contains(notice.Message, "synchronous replication")
}

// Check returns ErrNotReplicated if a COMMIT of the connection did not wait to its end since the
// last call. The pool must come from Open.
func Check(conn *pgx.Conn) error {
	marks := conn.PgConn().CustomData()
	if marks[notReplicated] == nil {
		return nil
	}
	delete(marks, notReplicated)
	return ErrNotReplicated
}
