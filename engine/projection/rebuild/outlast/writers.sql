-- This query returns the open transactions of this database that have written something, each with
-- a description for the operator. Parameter $1 is the process id of the server process that
-- switches tables, or 0. Parameter $2 is the name of the table checkpoints. The query leaves out
-- the process $1. The query also leaves out each process that waits for a checkpoint that process
-- $1 has locked. Such a process, for example a projector, continues when the switch is done.
WITH writer AS (
    SELECT transactionid, pid FROM pg_locks WHERE locktype = 'transactionid' AND granted AND mode = 'ExclusiveLock'
)
SELECT w.transactionid::text AS transaction,
       format('server process %s of %s (%s), %s, begun %s', w.pid, coalesce(a.usename, 'somebody'), coalesce(nullif(a.application_name, ''), 'unnamed'),
              coalesce(a.state, 'in a state that this role may not see'), coalesce(a.xact_start::timestamptz(0)::text, 'at a time that it may not see')) AS line
FROM writer w JOIN pg_stat_activity a ON a.pid = w.pid
WHERE a.datname = current_database() AND w.pid NOT IN ($1::int, pg_backend_pid())
  AND NOT EXISTS (
      SELECT FROM pg_locks l WHERE l.pid = w.pid AND NOT l.granted AND (
          l.locktype = 'transactionid' AND l.transactionid IN (SELECT s.transactionid FROM writer s WHERE s.pid = $1::int)
          OR l.locktype = 'tuple' AND l.relation = $2::text::regclass AND EXISTS (SELECT FROM writer s WHERE s.pid = $1::int)))
UNION ALL
SELECT transaction::text, format('prepared transaction %L of %s, prepared %s', gid, owner, prepared::timestamptz(0))
FROM pg_prepared_xacts WHERE database = current_database()
ORDER BY line
