package lock

// Table is the name of the table that each flight locks IN EXCLUSIVE MODE, which puts appends in
// one order. The functions of engine/schema/00004_append.sql take the lock;
// TestTheSchemaLocksTheTable compares their statements with this name.
const Table = "append_lock"

// Statement is the beginning of the statement that takes the append lock. When the server ends a
// wait for the lock, the field Where of the error names this statement.
const Statement = "LOCK TABLE " + Table

// heldSQL is an SQL condition on a row l of pg_locks: the lock is the append lock, and a session
// holds it.
const heldSQL = `l.locktype = 'relation' AND l.relation = to_regclass('` + Table + `') AND l.mode = 'ExclusiveLock' AND l.granted`
