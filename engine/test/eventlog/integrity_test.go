package eventlog_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg/role"
)

// An intruder who has the API's login can send any SQL statement. Nevertheless the positions of the
// log have no gap, the versions of each stream have no gap, and no stream changes its type.
func TestNoSQLOfTheAPIBreaksTheLog(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	id := uuid.New()
	store := newStore(t, url)
	mustAppend(t, store, stream(id, event.NoStream, 1))
	login := connect(t, testdb.As(t, url, role.API))
	var epoch string
	if err := login.QueryRow(t.Context(), `SELECT epoch FROM log_epochs`).Scan(&epoch); err != nil {
		t.Fatal(err)
	}
	call := func(sChain, sType, sID, sExpected, eStream, eSeq string) string {
		return appendCall(epoch, sChain, sType, sID, sExpected, eStream, eSeq)
	}
	other, third := uuid.NewString(), uuid.NewString()
	fine := call("{0}", "{tank}", "{"+other+"}", "{0}", "{1}", "{1}")
	fewer := strings.NewReplacer("gen_random_uuid(),gen_random_uuid()", "gen_random_uuid()", "ARRAY[2]", "ARRAY[1]")
	for name, sql := range map[string]string{
		"a far position":                 `INSERT INTO events SELECT 9223372036854775807, stream_type, gen_random_uuid(), 1, gen_random_uuid(), type, 1, data, metadata, now(), now() FROM events`,
		"a hole in positions":            `INSERT INTO events SELECT 3, stream_type, gen_random_uuid(), 1, gen_random_uuid(), type, 1, data, metadata, now(), now() FROM events`,
		"a version too high":             call("{0}", "{tank}", "{"+other+"}", "{0}", "{1}", "{2}"),
		"a hole in versions":             call("{0}", "{tank}", "{"+other+"}", "{0}", "{1,1}", "{1,3}"),
		"a version twice":                call("{0}", "{tank}", "{"+other+"}", "{0}", "{1,1}", "{1,1}"),
		"version 0":                      call("{0}", "{tank}", "{"+other+"}", "{0}", "{1,1}", "{0,1}"),
		"a stream twice":                 call("{0,1}", "{tank,tank}", "{"+other+","+other+"}", "{0,0}", "{1,2}", "{1,1}"),
		"a stream twice, of two types":   call("{0,1}", "{tank,boat}", "{"+third+","+third+"}", "{0,0}", "{1,2}", "{1,1}"),
		"a stream that is not there":     call("{0}", "{tank}", "{"+other+"}", "{0}", "{7}", "{1}"),
		"another stream's type":          call("{0}", "{boat}", "{"+id.String()+"}", "{-1}", "{1}", "{1}"),
		"no type":                        call("{0}", "{NULL}", "{"+id.String()+"}", "{-1}", "{1}", "{1}"),
		"no expected version":            call("{0}", "{tank}", "{"+id.String()+"}", "{NULL}", "{1}", "{1}"),
		"an expected version of nowhere": call("{0}", "{tank}", "{"+id.String()+"}", "{5}", "{1}", "{1}"),
		"more numbers than events":       fewer.Replace(call("{0}", "{tank}", "{"+other+"}", "{0}", "{1,1}", "{2,1}")),
		"numbers for another version":    fewer.Replace(call("{0}", "{boat}", "{"+id.String()+"}", "{NULL}", "{1,1}", "{2,1}")),
		"counted from 0":                 call("{0}", "{tank}", "[0:0]={"+other+"}", "{0}", "{1}", "{1}"),
		"two dimensions":                 call("{0}", "{{tank}}", "{"+other+"}", "{0}", "{1}", "{1}"),
		"a time that never comes":        strings.ReplaceAll(fine, "now()", "'infinity'::timestamptz"),
		"a time that JSON does not have": strings.ReplaceAll(fine, "now()", "'12000-01-01'::timestamptz"),
		"no name":                        strings.ReplaceAll(fine, "'t'::text", "''::text"),
		"the last epoch that there is":   `INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (9223372036854775807, gen_random_uuid(), 0, 'me')`,
		"a far epoch, by another table":  `CREATE TEMP TABLE log_epochs (number bigint); INSERT INTO pg_temp.log_epochs VALUES (9223372036854775000); INSERT INTO public.log_epochs (number, epoch, head, began_by) VALUES (9223372036854775807, gen_random_uuid(), 0, 'me')`,
		"an epoch with a far head":       `INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (2, gen_random_uuid(), 9223372036854775807, 'me')`,
		"an epoch of another log's head": `CREATE TEMP TABLE events (position bigint); INSERT INTO pg_temp.events VALUES (1000); INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (2, gen_random_uuid(), 1000, 'me')`,
		"an epoch begun by two lines":    `INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (2, gen_random_uuid(), 0, E'me\nand you')`,
		"an epoch begun by a long name":  `INSERT INTO log_epochs (number, epoch, head, began_by) VALUES (2, gen_random_uuid(), 0, repeat('me', 1000))`,
		"the end of time":                `UPDATE elapsed SET seconds = 9223372036854775807`,
	} {
		_, err := login.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol)
		if pgErr, ok := errors.AsType[*pgconn.PgError](err); err != nil && (!ok || pgErr.Code == "42601") {
			t.Errorf("%s: %v", name, err) // the test itself is wrong
		}
	}
	// The procedure append_flight always writes to the real tables of the log, even if the caller
	// creates temporary tables with the same names.
	for _, sql := range []string{`CREATE TEMP TABLE events (LIKE events)`, `CREATE TEMP TABLE append_lock ()`, call("{0}", "{tank}", "{"+other+"}", "{0}", "{1}", "{1}")} {
		if _, err := login.Exec(t.Context(), sql); err != nil {
			t.Error(err)
		}
	}
	// The database accepts metadata of any form, and readers can read events with any metadata.
	for _, metadata := range []string{`5`, `{"actor":["ada"]}`} {
		sql := strings.ReplaceAll(call("{0}", "{tank}", "{"+uuid.NewString()+"}", "{0}", "{1}", "{1}"), "'{}'::jsonb", "'"+metadata+"'::jsonb")
		if _, err := login.Exec(t.Context(), sql, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Error(err)
		}
	}
	mustAppend(t, store, stream(id, 1, 1))
	type hole struct{ position, version int64 }
	var found hole
	const sql = `SELECT count(*) FILTER (WHERE position <> place), count(*) FILTER (WHERE version <> nth OR stream_type <> first)
		FROM (SELECT position, version, stream_type, row_number() OVER (ORDER BY position) AS place, row_number() OVER (PARTITION BY stream_id ORDER BY position) AS nth,
		             first_value(stream_type) OVER (PARTITION BY stream_id ORDER BY version) AS first FROM events) e`
	if err := connect(t, url).QueryRow(t.Context(), sql).Scan(&found.position, &found.version); err != nil {
		t.Fatal(err)
	}
	if found != (hole{}) {
		t.Errorf("%d events are not at their position, %d not at their version or of another type than their stream", found.position, found.version)
	}
	if seen := positions(t, store); len(seen) != 5 {
		t.Errorf("%d events, want the five that were appended", len(seen))
	}
	var latest, passed int64
	if err := connect(t, url).QueryRow(t.Context(), `SELECT (SELECT max(number) FROM log_epochs), seconds FROM elapsed`).Scan(&latest, &passed); err != nil || latest > 1 || passed > 30 {
		t.Errorf("epoch %d, %d seconds: %v", latest, passed, err)
	}
}

// appendCall returns an SQL call of the procedure append_flight. The parameters are arrays in text
// form, such as "{1,2}".
func appendCall(epoch, sChain, sType, sID, sExpected, eStream, eSeq string) string {
	count := strings.Count(eStream, ",") + 1
	ids := strings.TrimSuffix(strings.Repeat("gen_random_uuid(),", count), ",")
	return fmt.Sprintf(`CALL append_flight(append_events('%s', '%s', '%s', '%s', '%s', '%s', ARRAY[%s], array_fill('t'::text, ARRAY[%[8]d]), array_fill(1::bigint, ARRAY[%[8]d]),
		array_fill('{}'::jsonb, ARRAY[%[8]d]), array_fill('{}'::jsonb, ARRAY[%[8]d]), array_fill(now(), ARRAY[%[8]d]), '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}',
		array_fill('%[9]s'::uuid, ARRAY[%[10]d]), '{}', '{}', '%[11]s'))`,
		sChain, sType, sID, sExpected, eStream, eSeq, ids, count, uuid.Nil, strings.Count(sChain, ",")+1, epoch)
}

// A trigger that does not belong to the engine may silently drop the rows of one append. The append
// whose rows were dropped fails, and the other appends succeed.
func TestATriggerThatDropsRows(t *testing.T) {
	t.Parallel()
	for _, table := range []string{"events", "outbox", "idempotency_keys"} {
		t.Run(table, func(t *testing.T) {
			t.Parallel()
			url, dropped := testdb.New(t), uuid.New()
			owner := connect(t, url)
			store := newStore(t, testdb.As(t, url, role.API))
			mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
			execute(t, owner,
				`CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$`,
				`CREATE TRIGGER drop_row BEFORE INSERT ON `+table+` FOR EACH ROW WHEN (NEW.stream_id = '`+dropped.String()+`') EXECUTE FUNCTION drop_row()`)
			a := stream(dropped, event.NoStream, 7, 8)
			a.Once = &event.Once{Key: "k", Fingerprint: []byte("f"), Keep: time.Hour}
			ctx, cancel := context.WithTimeout(t.Context(), await.Within)
			defer cancel()
			if appended, err := store.Append(ctx, a); err == nil || !strings.Contains(err.Error(), table) {
				t.Errorf("got %+v, %v, want an error that names the table", appended, err)
			}
			mustAppend(t, store, stream(uuid.New(), event.NoStream, 2))

			var epoch string
			if err := owner.QueryRow(t.Context(), `SELECT epoch FROM log_epochs`).Scan(&epoch); err != nil {
				t.Fatal(err)
			}
			// One call of the procedure append_flight stores a batch of appends. If the database rejects one
			// append of the batch, append_flight inserts the rows of the other appends again. It also checks
			// again how many rows were inserted.
			beside := appendCall(epoch, "{0,1,2}", "{tank,tank,tank}", "{"+uuid.NewString()+","+uuid.NewString()+","+dropped.String()+"}", "{0,5,0}", "{1,1,2,3}", "{1,2,1,1}")
			if _, err := owner.Exec(t.Context(), beside); (err != nil) != (table == "events") {
				t.Errorf("beside a refused chain: %v", err)
			}
			execute(t, owner, `DROP TRIGGER drop_row ON `+table)
			if table != "events" {
				a.Streams[0].Expected = 1
			}
			mustAppend(t, store, a)
			mustAppend(t, store, stream(uuid.New(), event.NoStream, 3))
		})
	}
}

// The table elapsed is the clock by which idempotency keys expire. A login that may update this
// table can't make this clock run faster than the real clock, not even by many updates.
func TestNoSQLOfTheAPIExpiresKeys(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	store, id := newStore(t, url), uuid.New()
	a := stream(id, event.NoStream, 1)
	a.Once = &event.Once{Key: "k", Fingerprint: []byte("f"), Keep: 24 * time.Hour}
	mustAppend(t, store, a)
	login := connect(t, testdb.As(t, url, role.API))
	execute(t, login,
		`DO $$ BEGIN FOR n IN 1..3000 LOOP UPDATE elapsed SET seconds = seconds + 30; END LOOP; END $$`,
		`DO $$ BEGIN FOR n IN 1..3000 LOOP UPDATE elapsed SET seconds = seconds + 1; COMMIT; END LOOP; END $$`)
	if _, err := login.Exec(t.Context(), `UPDATE elapsed SET stepped_at = now() - interval '1 year'`); !hasState(err, "42501") {
		t.Errorf("the time of the last step: got %v, want it refused", err)
	}
	if _, err := store.ForgetExpired(t.Context()); err != nil {
		t.Fatal(err)
	}
	a.Streams[0].Expected = 1
	if _, err := store.Append(t.Context(), a); !errors.Is(err, event.ErrAnswered) {
		t.Errorf("the key took effect again: %v", err)
	}
}

// The table elapsed is the clock by which idempotency keys expire. Each update advances this clock
// by at most 30 seconds, and by at most the time since the update before it, by the server's clock.
// If the server's clock was set back, only the limit of 30 seconds holds.
func TestElapsedStepsWithTheClock(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner, login := connect(t, url), connect(t, testdb.As(t, url, role.API))
	for since, want := range map[string]int64{"0": 0, "10.5 seconds": 10, "30 seconds": 30, "1 year": 30, "-1 year": 30, "-5 seconds": 30} {
		execute(t, owner, `ALTER TABLE elapsed DISABLE TRIGGER by_steps`,
			`UPDATE elapsed SET seconds = 0, stepped_at = clock_timestamp() - interval '`+since+`'`, `ALTER TABLE elapsed ENABLE TRIGGER by_steps`)
		for range 2 { // in the second round no time has passed
			execute(t, login, `UPDATE elapsed SET seconds = seconds + 30`)
		}
		execute(t, owner, `UPDATE elapsed SET seconds = seconds + 30, stepped_at = stepped_at - interval '1 hour'`)
		var seconds int64
		if err := owner.QueryRow(t.Context(), `SELECT seconds FROM elapsed`).Scan(&seconds); err != nil {
			t.Fatal(err)
		}
		if seconds < want || seconds > want+5 { // the test itself needs some time
			t.Errorf("%s since the last step: %d seconds, want %d", since, seconds, want)
		}
	}
}

// A stream has one type. An append to the same stream id with another type is rejected, whichever
// version the append expects.
func TestAppendToAStreamOfAnotherType(t *testing.T) {
	t.Parallel()
	store := newStore(t, testdb.New(t))
	id := uuid.New()
	mustAppend(t, store, stream(id, event.NoStream, 1))
	for _, expected := range []int64{event.AnyVersion, event.NoStream, 1} {
		a := stream(id, expected, 2)
		a.Streams[0].Type = "boat"
		if _, err := store.Append(t.Context(), a); !errors.Is(err, event.ErrOtherStream) {
			t.Errorf("expected version %d: got %v, want ErrOtherStream", expected, err)
		}
		side := uuid.New()
		a.Streams = append([]event.StreamAppend{{Type: tank.Stream, ID: side, Events: []event.Event{poured(1)}}}, a.Streams...)
		if _, err := store.Append(t.Context(), a); !errors.Is(err, event.ErrOtherStream) {
			t.Errorf("expected version %d, beside another stream: got %v, want ErrOtherStream", expected, err)
		}
	}
	mustAppend(t, store, stream(id, 1, 2))
}

// If the database can't send the notification of an append, the append still succeeds.
func TestNotificationThatFails(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	if _, err := connect(t, url).Exec(t.Context(), `REVOKE EXECUTE ON FUNCTION pg_notify FROM PUBLIC`); err != nil {
		t.Fatal(err)
	}
	registry := prometheus.NewRegistry()
	store := runStore(t, connect(t, testdb.As(t, url, role.API)), eventlog.Config{Registerer: registry})
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
	await.True(t, "it is counted", func() bool { return value(t, registry, "eventstore_notifications_failed_total") == 1 })
	mustAppend(t, store, stream(uuid.New(), event.NoStream, 1))
}
