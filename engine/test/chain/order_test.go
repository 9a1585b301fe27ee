package chain_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/role"
)

// An INSERT of a link is refused if the link does not follow the last link of the chain, or covers
// events that do not exist. This is true for the projector's login and for the owner's login. A
// link far beyond the end of the log would do harm: the next events could not get a link any more.
func TestALinkIsInsertedAtTheEndAlone(t *testing.T) {
	t.Parallel()
	url, owner := chained(t) // the log has 305 events, and the first 300 are linked
	insert := func(previous, position int64) string {
		return fmt.Sprintf(`INSERT INTO public.chain_links (previous, position, hash, digests) VALUES (%d, %d, sha256('x'), decode(repeat('00', %d), 'hex'))`, previous, position, 8*(position-previous))
	}
	const mine = `CREATE TEMP TABLE events AS SELECT 2000000 AS position; CREATE TEMP TABLE chain_links AS SELECT 999999 AS position; SET search_path = pg_temp, public; `
	for _, role := range []string{role.Projector, "owner"} {
		pool := owner
		if role != "owner" {
			pool = rig.Connect(t, testdb.As(t, url, role))
		}
		for name, sql := range map[string]string{
			"far ahead":               insert(999_999, 1_000_000),
			"with a gap":              insert(301, 302),
			"beyond the log":          insert(300, 306),
			"into another":            insert(299, 301),
			"behind another":          insert(250, 260),
			"a second at the start":   insert(0, 1),
			"two, the second too far": insert(300, 301) + `, (302, 303, sha256('x'), '\x0000000000000000')`,
			"by tables of one's own":  mine + insert(999_999, 1_000_000),
		} {
			_, err := pool.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
			if refusal, ok := errors.AsType[*pgconn.PgError](err); !ok || refusal.Code != "23514" {
				t.Errorf("%s, %s: got %v, want it refused", role, name, err)
			}
		}
	}
	begin(t, url)
	linkedUpTo(t, owner, 305)
	if report := check(t, url, nil); len(report.Findings) > 0 || report.Head.Position != 305 {
		t.Errorf("%+v", report)
	}
}
