package boundary_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/pg/role"
)

// No login of the service may insert, update or delete rows of the table event_tags. Only an append
// can write tags, by a function of the database.
func TestTagsCantBeChanged(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store := rig.Store(t, rig.Connect(t, testdb.As(t, url, role.API)), storetest.DecodeTagged)
	if won, err := tryAppend(t.Context(), store, "a", nil); !won || err != nil {
		t.Fatalf("the API appends a tag: %v", err)
	}
	for login, loginURL := range map[string]string{
		"service": testdb.ServiceURL(t, url), "API": testdb.As(t, url, role.API), "projector": testdb.As(t, url, role.Projector),
	} {
		pool := rig.Connect(t, loginURL)
		for _, sql := range []string{
			`INSERT INTO event_tags (tag, position, type) VALUES ('a', 1, 'x')`, `UPDATE event_tags SET tag = 'b'`, `DELETE FROM event_tags`, `TRUNCATE event_tags`,
		} {
			_, err := pool.Exec(t.Context(), sql)
			if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
				t.Errorf("%s as the %s: %v", sql, login, err)
			}
		}
	}
}

// A trigger refuses UPDATE, DELETE and TRUNCATE of the table event_tags, even to the database's
// owner. (The owner could disable the trigger.) The function append_tags never adds a tag to an
// event that is already in the log, whatever arguments it gets.
func TestTagsAreOfEventsAlone(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	if won, err := tryAppend(t.Context(), rig.Store(t, pool, storetest.DecodeTagged), "a", nil); !won || err != nil {
		t.Fatalf("a tag is appended: %v", err)
	}
	for sql, code := range map[string]string{
		`UPDATE event_tags SET tag = 'b'`: "23001", `DELETE FROM event_tags`: "23001", `TRUNCATE event_tags`: "23001",
		`SELECT append_tags(ROW('{0}', '{0}', 1, NULL, NULL, false)::append_report, '{1}', '{x}', '{1}', '{a}')`:         "23000",
		`SELECT append_tags(ROW('{0,0}', '{0,4}', 0, NULL, NULL, false)::append_report, '{1,1}', '{x,x}', '{2}', '{a}')`: "23000",
	} {
		_, err := pool.Exec(t.Context(), sql)
		if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != code {
			t.Errorf("%s: %v, want %s", sql, err, code)
		}
	}
}

// The check of an append condition reads only the index of the tags, and no table. In this index,
// the check reads only entries of the condition's tag, and only entries after the condition's
// position.
func TestAConditionReadsTheIndexAlone(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `INSERT INTO event_tags (tag, position, type) SELECT 'tag:' || n % 1000, n, 'type' || n % 7 FROM generate_series(1, 100000) AS n`)
	rig.Do(t, pool, `VACUUM ANALYZE event_tags`)
	const sql = `
		EXPLAIN (ANALYZE, TIMING off, SUMMARY off, COSTS off)
		SELECT FROM (
			SELECT t.position, t.type, row_number() OVER (ORDER BY t.position) AS number FROM event_tags t
			WHERE t.tag = 'tag:7' AND t.position > 99000 ORDER BY t.position LIMIT 1001
		) later
		WHERE later.number > 1000 OR later.type = ANY ('{type1,type2}')
		  AND NOT EXISTS (SELECT FROM unnest('{tag:8}'::text[]) AS other (tag)
		                  WHERE NOT EXISTS (SELECT FROM event_tags o WHERE o.tag = other.tag AND o.position = later.position))`
	rows, err := pool.Query(t.Context(), sql)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var plan strings.Builder
	for rows.Next() {
		var line string
		if err := rows.Scan(&line); err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&plan, line)
	}
	if got := plan.String(); !strings.Contains(got, "Index Only Scan using event_tags_pkey on event_tags t") || strings.Contains(got, "Seq Scan") || !strings.Contains(got, "Heap Fetches: 0") {
		t.Errorf("the plan is\n%s", got)
	}
}

// Appends without tags and conditions succeed on a schema without the table and the functions of
// tags.
func TestAppendsWithoutTagsNeedNoTags(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `DROP FUNCTION check_conditions, append_tags`)
	rig.Do(t, pool, `DROP TABLE event_tags`)
	store := rig.Store(t, pool, storetest.DecodeTagged)
	_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
		{Type: "sum", ID: uuid.New(), Events: []event.Event{storetest.Added{Number: 1}}},
	}})
	if err != nil {
		t.Error(err)
	}
	if _, err := tryAppend(t.Context(), store, "a", nil); err == nil {
		t.Error("a tag was stored nowhere")
	}
}
