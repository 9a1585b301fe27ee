package lock

// Table is the name of the table that each flight (transaction that appends) locks IN EXCLUSIVE
// MODE, so that appends have one order. The database functions in engine/schema/00004_append.sql
// take this lock. TestTheSchemaLocksTheTable checks that these functions use the same name.
const Table = "append_lock"

// Statement is the beginning of the statement that takes the append lock. When the server ends a
// wait for the lock, the field Where of the error names this statement.
const Statement = "LOCK TABLE " + Table

// heldSQL is an SQL condition on a row l of pg_locks. The condition is true if the row is the
// append lock, and a session holds the lock.
const heldSQL = `l.locktype = 'relation' AND l.relation = to_regclass('` + Table + `') AND l.mode = 'ExclusiveLock' AND l.granted`
