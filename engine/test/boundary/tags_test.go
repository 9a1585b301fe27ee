package boundary_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/storetest"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg/role"
)

// No login of the service can add, change or delete a tag: only the append writes tags.
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
			`INSERT INTO event_tags (tag, position, type) VALUES ('a', 9, 'x')`, `UPDATE event_tags SET tag = 'b'`, `DELETE FROM event_tags`, `TRUNCATE event_tags`,
		} {
			_, err := pool.Exec(t.Context(), sql)
			if refused, ok := errors.AsType[*pgconn.PgError](err); !ok || refused.Code != "42501" {
				t.Errorf("%s as the %s: %v", sql, login, err)
			}
		}
	}
}

// about is an event about the person whose id is the stream's id.
type about struct{ storetest.Labelled }

func (about) Person(stream uuid.UUID) uuid.UUID { return stream }

func (e about) EachPersonal(func(event.Field, *event.Personal)) event.Event { return e }

// The function that encrypts an event's personal data may add tags that say something about the
// person. They are deleted in the transaction that erases the person, and none is added later. The
// other tags of the same events stay.
func TestTagsOfAPersonGoWithThePerson(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	pool := rig.Connect(t, url)
	store := eventlog.New(pool, eventlog.Config{
		Decode: storetest.DecodeTagged,
		Encrypt: func(_ context.Context, _ string, id uuid.UUID, _ int64, e event.PersonalEvent) (event.Event, error) {
			return event.Keyed{Event: e, Person: id, Tags: []string{"hash:of " + id.String()}}, nil
		},
	})
	await.Background(t, store.Run)
	one, other := uuid.New(), uuid.New()
	appendAbout(t, store, one, 0)
	appendAbout(t, store, other, 0)
	wantTags(t, pool, "hash:of "+one.String(), 1)
	rig.Do(t, pool, `INSERT INTO keys.erased (person_id) VALUES ($1)`, one)
	wantTags(t, pool, "hash:of "+one.String(), 0)
	appendAbout(t, store, one, 1)
	wantTags(t, pool, "hash:of "+one.String(), 0)
	wantTags(t, pool, "hash:of "+other.String(), 1)
	wantTags(t, pool, "plain", 3)
}

func appendAbout(t *testing.T, store *eventlog.Store, person uuid.UUID, version int64) {
	t.Helper()
	_, err := store.Append(t.Context(), event.Append{Streams: []event.StreamAppend{
		{Type: "person", ID: person, Expected: version, Events: []event.Event{about{storetest.Labelled{Kind: "about", Labels: []string{"plain"}}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
}

func wantTags(t *testing.T, pool *pgxpool.Pool, tag string, want int64) {
	t.Helper()
	if got := rig.One[int64](t, pool, `SELECT count(*) FROM event_tags WHERE tag = $1`, tag); got != want {
		t.Errorf("%d events have the tag %s, want %d", got, tag, want)
	}
}

// A condition reads the index of the tags alone, and only the entries of its tag that are behind
// the position up to which the decision has read.
func TestAConditionReadsTheIndexAlone(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `INSERT INTO event_tags (tag, position, type) SELECT 'tag:' || n % 1000, n, 'type' || n % 7 FROM generate_series(1, 100000) AS n`)
	rig.Do(t, pool, `VACUUM ANALYZE event_tags`)
	const sql = `
		EXPLAIN (ANALYZE, TIMING off, SUMMARY off, COSTS off)
		SELECT t.position FROM event_tags t WHERE t.tag = 'tag:7' AND t.position > 99000 AND t.type = ANY ('{type1,type2}')
		  AND NOT EXISTS (SELECT FROM unnest('{tag:8}'::text[]) AS other (tag)
		                  WHERE NOT EXISTS (SELECT FROM event_tags o WHERE o.tag = other.tag AND o.position = t.position))
		ORDER BY t.position LIMIT 1`
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

// Appends without tags and conditions run on a schema that has neither the table nor the function.
func TestAppendsWithoutTagsNeedNoTags(t *testing.T) {
	t.Parallel()
	pool := rig.Connect(t, testdb.New(t))
	rig.Do(t, pool, `DROP FUNCTION append_tagged_events`)
	rig.Do(t, pool, `DROP TRIGGER forget_tags ON keys.erased`)
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
