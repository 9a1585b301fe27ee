package lock

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Holder is a session that holds a lock.
type Holder struct {
	Application string    `json:"application"` // application_name in pg_stat_activity
	Login       string    `json:"login"`
	Address     string    `json:"address"`  // address of the client; "" for a Unix socket, or if the login may not see the address
	PID         int32     `json:"pid"`      // process id of the session on the server
	Since       time.Time `json:"since"`    // time at which the session started
	Stranger    bool      `json:"stranger"` // the session's login may not do the lock's work: any login can take advisory locks
}

func (h Holder) String() string {
	if h.PID == 0 {
		return "nobody"
	}
	text := h.Application
	if h.Address != "" {
		text += " at " + h.Address
	}
	return fmt.Sprintf("%s (server process %d, login %s)", text, h.PID, h.Login)
}

// Querier is implemented by a pool, a connection and a transaction.
type Querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// Holders returns the sessions that hold the named locks, as a map from a lock's name to its
// session. A lock that no session holds is not in the map. Only sessions with the right to move a
// checkpoint should hold these locks.
func Holders(ctx context.Context, on Querier, names ...string) (map[string]Holder, error) {
	const sql = `
		SELECT n.name, coalesce(a.application_name, ''), coalesce(a.usename, ''), coalesce(host(a.client_addr), ''), a.pid, coalesce(a.backend_start, 'epoch'),
		       NOT coalesce(has_table_privilege(a.usesysid, to_regclass('checkpoints'), 'UPDATE'), false)
		FROM unnest($1::text[]) AS n (name), hashtextextended(n.name, 0) AS k (key), pg_locks l, pg_stat_activity a
		WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1 AND a.pid = l.pid
		  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
		  AND l.classid = ((k.key >> 32) & 4294967295)::oid AND l.objid = (k.key & 4294967295)::oid`
	rows, err := on.Query(ctx, sql, names)
	if err != nil {
		return nil, fmt.Errorf("look who holds locks: %w", err)
	}
	holders := make(map[string]Holder)
	var name string
	var h Holder
	_, err = pgx.ForEachRow(rows, []any{&name, &h.Application, &h.Login, &h.Address, &h.PID, &h.Since, &h.Stranger}, func() error {
		holders[name] = h
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("look who holds locks: %w", err)
	}
	return holders, nil
}

// CheckHolders returns an error while a session holds one of the named locks although the session's
// login has no right to do the work of the lock. The process that needs the lock would wait for
// ever.
func CheckHolders(ctx context.Context, on Querier, names ...string) error {
	holders, err := Holders(ctx, on, names...)
	if err != nil {
		return err
	}
	var strangers []error
	for _, name := range names {
		if h, held := holders[name]; held && h.Stranger {
			strangers = append(strangers, fmt.Errorf("lock %q is held by %s, who may not do its work: end that session (pg_terminate_backend)", name, h))
		}
	}
	return errors.Join(strangers...)
}
