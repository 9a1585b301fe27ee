package lock

// Table is the table whose lock in EXCLUSIVE MODE puts appends in one order. The functions of
// engine/schema/00004_append.sql take it; TestTheSchemaLocksTheTable compares the two.
const Table = "append_lock"

// Statement begins the statement in which they do. A server that ends a wait for the lock says so
// in the error's context.
const Statement = "LOCK TABLE " + Table

// heldSQL has of pg_locks, as l, what holds the append lock.
const heldSQL = `l.locktype = 'relation' AND l.relation = to_regclass('` + Table + `') AND l.mode = 'ExclusiveLock' AND l.granted`
