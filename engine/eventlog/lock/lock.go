package lock

// Table is the table whose lock in EXCLUSIVE MODE puts appends in one order. The functions of
// engine/schema/00004_append.sql take it; TestTheSchemaLocksTheTable compares the two.
const Table = "append_lock"

// Statement is the beginning of the statement that takes the lock. A server that ends a wait for
// the lock names the statement in the error's context.
const Statement = "LOCK TABLE " + Table

// heldSQL is a condition on pg_locks, as l: the lock is the append lock and is held.
const heldSQL = `l.locktype = 'relation' AND l.relation = to_regclass('` + Table + `') AND l.mode = 'ExclusiveLock' AND l.granted`
