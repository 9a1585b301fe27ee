// Package chain_test changes the log directly in the database, as the database's owner can do, and
// checks that the hash chain reveals each change.
package chain_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/eventlog"
)

const service = "tanks"

// fill appends events until the log ends at the position upTo. When fill is called,
// the log must end at the position after. Each stream gets ten events.
func fill(t testing.TB, owner *pgxpool.Pool, after, upTo int64) {
	t.Helper()
	rig.Do(t, owner, `
		INSERT INTO events (position, stream_type, stream_id, version, event_id, type, schema_version, data, metadata, occurred_at, recorded_at)
		SELECT n, 'tank', md5((n / 10)::text)::uuid, n % 10 + 1, gen_random_uuid(), 'tank.poured', 1,
		       jsonb_build_object('amount', n), jsonb_build_object('actor', 'ada'), now(), now()
		FROM generate_series($1::bigint + 1, $2::bigint) n`, after, upTo)
}

// begin runs a linker, which adds links to the chain, in the background until stop is called. The
// linker has the login of the projector.
func begin(t testing.TB, url string) (stop func() error) {
	t.Helper()
	pool := rig.Connect(t, testdb.As(t, url, role.Projector))
	linker := chain.NewLinker(service, pool, store(pool), 20*time.Millisecond, slog.New(slog.DiscardHandler), prometheus.NewRegistry())
	return await.Background(t, linker.Run)
}

func store(pool *pgxpool.Pool) *eventlog.Store {
	return eventlog.New(pool, eventlog.Config{Decode: tank.Decode})
}

func linkedUpTo(t testing.TB, pool *pgxpool.Pool, position int64) {
	t.Helper()
	await.True(t, fmt.Sprintf("%d is linked", position), func() bool {
		var last int64
		err := pool.QueryRow(t.Context(), `SELECT coalesce(max(position), 0) FROM chain_links`).Scan(&last)
		return err == nil && last == position
	})
}

func check(t testing.TB, url string, kept *chain.Head) verify.Report {
	t.Helper()
	pool := rig.Connect(t, testdb.As(t, url, role.Projector))
	return look(t, pool, verify.Scope{Kept: kept})
}

func look(t testing.TB, pool *pgxpool.Pool, scope verify.Scope) verify.Report {
	t.Helper()
	report, err := verify.Chain(t.Context(), service, pool, store(pool), scope, func(int64, int64) {})
	if err != nil {
		t.Fatal(err)
	}
	return report
}

// chained creates a log of 305 events. Three links cover the first 300 events, and the last 5
// events have no link.
func chained(t testing.TB) (url string, owner *pgxpool.Pool) {
	t.Helper()
	url = testdb.New(t)
	owner = rig.Connect(t, url)
	stop := begin(t, url)
	for upTo := int64(100); upTo <= 300; upTo += 100 {
		fill(t, owner, upTo-100, upTo)
		linkedUpTo(t, owner, upTo)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	fill(t, owner, 300, 305)
	return url, owner
}

// tamper disables the triggers and runs statements, as a person with the owner's rights can do.
func tamper(t testing.TB, owner *pgxpool.Pool, statements ...string) {
	t.Helper()
	rig.Do(t, owner, `ALTER TABLE events DISABLE TRIGGER USER; ALTER TABLE chain_links DISABLE TRIGGER USER; `+strings.Join(statements, "; "))
}

func TestWhateverIsChangedIsFound(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change []string
		at     []int64 // positions at which the change is found
	}{
		"nothing":                  {nil, nil},
		"what is not linked yet":   {[]string{`UPDATE events SET data = '{}' WHERE position = 303`}, nil},
		"data":                     {[]string{`UPDATE events SET data = '{"amount": 1}' WHERE position = 150`}, []int64{150}},
		"data, by the owner's DDL": {[]string{`ALTER TABLE events ALTER COLUMN data TYPE jsonb USING CASE WHEN position = 150 THEN '{"amount": 1}' ELSE data END`}, []int64{150}},
		"an actor":                 {[]string{`UPDATE events SET metadata = '{"actor": "eve"}' WHERE position = 1`}, []int64{1}},
		"a field that we ignore":   {[]string{`UPDATE events SET metadata = metadata || '{"x": "1"}' WHERE position = 300`}, []int64{300}},
		"a time":                   {[]string{`UPDATE events SET recorded_at = recorded_at + interval '1 microsecond' WHERE position = 200`}, []int64{200}},
		"another time":             {[]string{`UPDATE events SET occurred_at = 'epoch' WHERE position = 201`}, []int64{201}},
		"an id":                    {[]string{`UPDATE events SET event_id = gen_random_uuid() WHERE position = 7`}, []int64{7}},
		"a stream":                 {[]string{`UPDATE events SET stream_id = gen_random_uuid() WHERE position = 8`}, []int64{8}},
		"a version":                {[]string{`UPDATE events SET version = 99 WHERE position = 9`}, []int64{9}},
		"a type":                   {[]string{`UPDATE events SET type = 'tank.drained' WHERE position = 10`}, []int64{10}},
		"a schema version":         {[]string{`UPDATE events SET schema_version = 2 WHERE position = 11`}, []int64{11}},
		"an event is gone":         {[]string{`DELETE FROM events WHERE position = 150`}, []int64{150}},
		"the end is gone":          {[]string{`DELETE FROM events WHERE position > 298`}, []int64{299, 300}},
		"two have changed places":  {[]string{`UPDATE events SET position = 1000 WHERE position = 20`, `UPDATE events SET position = 20 WHERE position = 30`, `UPDATE events SET position = 30 WHERE position = 1000`}, []int64{20, 30}},
		"one was put in": {[]string{
			`UPDATE events SET position = -position - 1 WHERE position >= 299`, `UPDATE events SET position = -position WHERE position < 0`,
			`INSERT INTO events SELECT 299, stream_type, gen_random_uuid(), 1, gen_random_uuid(), type, schema_version, data, metadata, occurred_at, recorded_at FROM events WHERE position = 1`,
		}, []int64{299, 300}},
		"a link's hash":           {[]string{`UPDATE chain_links SET hash = sha256('x') WHERE position = 200`}, []int64{101, 201}},
		"a link's digests":        {[]string{`UPDATE chain_links SET digests = decode(repeat('00', 800), 'hex') WHERE position = 200`, `UPDATE events SET data = '{}' WHERE position = 150`}, []int64{101}},
		"a link is gone":          {[]string{`DELETE FROM chain_links WHERE position = 200`}, []int64{101}},
		"an event and its digest": {[]string{`UPDATE events SET data = '{}' WHERE position = 150`, `UPDATE chain_links SET digests = overlay(digests placing decode('0000000000000000', 'hex') from 393) WHERE position = 200`}, []int64{150}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, owner := chained(t)
			if test.change != nil {
				if name == "one was put in" {
					rig.Do(t, owner, `ALTER TABLE events DROP CONSTRAINT events_position_check`)
				}
				tamper(t, owner, test.change...)
			}
			report := check(t, url, nil)
			var found []int64
			for _, finding := range report.Findings {
				found = append(found, finding.Position)
			}
			if len(found) < len(test.at) || len(test.at) == 0 && len(found) > 0 || len(test.at) > 0 && found[0] != test.at[0] || len(test.at) > 1 && found[1] != test.at[1] {
				t.Errorf("found %+v, want positions %v", report.Findings, test.at)
			}
		})
	}
}

// The owner of the database can change events and leave no trace in the triggers: each trigger
// exists and is enabled before and after the change. The verifier finds the change nevertheless.
func TestOwnerNeedsNoDisabledTrigger(t *testing.T) {
	t.Parallel()
	const change = `UPDATE events SET data = '{"amount": 1}' WHERE position = 150`
	for name, sql := range map[string]string{
		"a column is made anew":         `ALTER TABLE events ALTER COLUMN data TYPE jsonb USING CASE WHEN position = 150 THEN '{"amount": 1}' ELSE data END`,
		"the function is emptied":       `CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'; ` + change,
		"a trigger is dropped and made": `DROP TRIGGER append_only ON events; ` + change + `; CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON events FOR EACH ROW EXECUTE FUNCTION refuse_change(); ALTER TABLE events ENABLE ALWAYS TRIGGER append_only`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, owner := chained(t)
			const triggers = `SELECT string_agg(format('%s %s', tgname, tgenabled), ', ' ORDER BY tgname) FROM pg_trigger WHERE tgrelid = 'events'::regclass AND NOT tgisinternal`
			var before, after string
			if err := owner.QueryRow(t.Context(), triggers).Scan(&before); err != nil {
				t.Fatal(err)
			}
			rig.Do(t, owner, sql)
			if err := owner.QueryRow(t.Context(), triggers).Scan(&after); err != nil || after != before {
				t.Errorf("triggers %s, before %s, %v", after, before, err)
			}
			if report := check(t, url, nil); len(report.Findings) == 0 || report.Findings[0].Position != 150 {
				t.Errorf("found %+v", report.Findings)
			}
		})
	}
}

// Somebody changes an event and then computes all links of the chain again. Only a comparison with
// a stored earlier hash reveals the change, and only if that person could not change the stored
// hash.
func TestOnlyAHeadThatWasKeptFindsALogThatWasRewritten(t *testing.T) {
	t.Parallel()
	url, owner := chained(t)
	kept := check(t, url, nil).Head
	if kept.Position != 300 {
		t.Fatal(kept)
	}
	if report := check(t, url, &kept); len(report.Findings) > 0 || report.Unlinked != 5 {
		t.Errorf("before: %+v", report)
	}
	tamper(t, owner, `UPDATE events SET data = '{}' WHERE position = 150`, `DELETE FROM chain_links`)
	begin(t, url)
	linkedUpTo(t, owner, 305)
	if report := check(t, url, nil); len(report.Findings) > 0 {
		t.Errorf("without the head: %+v", report)
	}
	if report := check(t, url, &kept); len(report.Findings) == 0 || report.Findings[0].Position != 300 {
		t.Errorf("with the head: %+v", report)
	}
	tamper(t, owner, `DELETE FROM events WHERE position > 200`, `DELETE FROM chain_links`)
	if report := check(t, url, &kept); len(report.Findings) == 0 {
		t.Error("a log that ends before the head is not found")
	}
}

func TestAHeadIsSigned(t *testing.T) {
	t.Parallel()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	head := chain.Head{Position: 7, Hash: make([]byte, 32)}.Sign(service, private)
	text, err := json.Marshal(head)
	if err != nil {
		t.Fatal(err)
	}
	var read chain.Head
	if err := json.Unmarshal(text, &read); err != nil || read.CheckSignature(service, public) != nil {
		t.Errorf("%s: %v %v", text, err, read.CheckSignature(service, public))
	}
	read.Position++
	if err := read.CheckSignature(service, public); !errors.Is(err, chain.ErrSignature) {
		t.Errorf("a changed head: %v", err)
	}
	read.Position, read.Signature = head.Position, nil
	if err := read.CheckSignature(service, public); !errors.Is(err, chain.ErrSignature) {
		t.Errorf("a head without a signature: %v", err)
	}
}

// Several linkers are stopped and started again while events are appended. Together the linkers
// create one chain, and no two links cover the same event.
func TestLinkersTakeTurns(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := rig.Connect(t, url)
	stops := []func() error{begin(t, url), begin(t, url)}
	for n := range int64(20) {
		fill(t, owner, n*50, n*50+50)
		if n%5 == 4 {
			which := (n / 5) % 2
			if err := stops[which](); err != nil {
				t.Error(err)
			}
			stops[which] = begin(t, url)
		}
	}
	linkedUpTo(t, owner, 1000)
	if report := check(t, url, nil); len(report.Findings) > 0 || report.Head.Position != 1000 {
		t.Errorf("%+v", report)
	}
}

// UPDATE, DELETE and TRUNCATE of links are refused to the owner and to the logins of the service.
// The API's login can't add a link. The projector's login can't add a second link after a link that
// already has a successor.
func TestLinksCantBeChanged(t *testing.T) {
	t.Parallel()
	url, owner := chained(t)
	pools := map[string]*pgxpool.Pool{
		"owner": owner, "projector": rig.Connect(t, testdb.As(t, url, role.Projector)),
		"service": rig.Connect(t, testdb.ServiceURL(t, url)), "API": rig.Connect(t, testdb.As(t, url, role.API)),
	}
	for role, pool := range pools {
		for _, sql := range []string{`UPDATE chain_links SET hash = sha256('x')`, `DELETE FROM chain_links`, `TRUNCATE chain_links`} {
			if _, err := pool.Exec(t.Context(), sql); err == nil {
				t.Errorf("%s: %s is let through", role, sql)
			}
		}
	}
	if _, err := pools["API"].Exec(t.Context(), `INSERT INTO chain_links (position, previous, hash, digests) VALUES (301, 300, sha256('x'), '\x0000000000000000')`); err == nil {
		t.Error("the API may write links")
	}
	fork := `INSERT INTO chain_links (position, previous, hash, digests) VALUES (202, 200, sha256('x'), decode(repeat('00', 16), 'hex'))`
	if _, err := pools["projector"].Exec(t.Context(), fork); err == nil {
		t.Error("the chain can be forked")
	}
}

// The positions of the log have no gaps. If the linker finds a gap nevertheless, it adds no link
// over the gap.
func TestAHoleIsNotLinked(t *testing.T) {
	t.Parallel()
	url := testdb.New(t)
	owner := rig.Connect(t, url)
	fill(t, owner, 0, 10)
	rig.Do(t, owner, `INSERT INTO events SELECT 12, stream_type, $1, 1, gen_random_uuid(), type, 1, data, metadata, occurred_at, recorded_at FROM events WHERE position = 1`, uuid.New())
	said := make(lines, 100)
	pool := rig.Connect(t, url)
	linker := chain.NewLinker(service, pool, store(pool), time.Millisecond, slog.New(slog.NewTextHandler(said, nil)), prometheus.NewRegistry())
	await.Background(t, linker.Run)
	if line := <-said; !strings.Contains(line, "position 12 follows 10") {
		t.Errorf("it says %q", line)
	}
	linkedUpTo(t, owner, 0)
}

// lines receives the lines that a program logs.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

// TestAHundredThousandEvents measures how long it takes to create and to verify a chain over
// 100,000 events.
func TestAHundredThousandEvents(t *testing.T) {
	t.Parallel()
	const count = 100_000
	url := testdb.New(t)
	owner := rig.Connect(t, url)
	fill(t, owner, 0, count)
	started := time.Now()
	begin(t, url)
	linkedUpTo(t, owner, count)
	linking := time.Since(started)
	started = time.Now()
	if report := check(t, url, nil); len(report.Findings) > 0 || report.Head.Position != count {
		t.Errorf("%+v", report)
	}
	t.Logf("%d events linked in %v, verified in %v", count, linking, time.Since(started))
}

// After a restore the log may have lost events that the chain still covers. The linker then adds no
// links, because new links would not continue the chain.
func TestALogThatWentBackIsNotLinked(t *testing.T) {
	t.Parallel()
	for name, change := range map[string][]string{
		"its end is gone":          {`DELETE FROM events WHERE position > 298`},
		"others are in its place":  {`UPDATE events SET event_id = gen_random_uuid() WHERE position >= 300`},
		"all that was linked went": {`DELETE FROM events`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url, owner := chained(t)
			tamper(t, owner, change...)
			lost := make(chan string, 1)
			logger := slog.New(slog.NewTextHandler(writer(func(line string) {
				if strings.Contains(line, chain.ErrLost.Error()) {
					select {
					case lost <- line:
					default:
					}
				}
			}), nil))
			pool := rig.Connect(t, testdb.As(t, url, role.Projector))
			registry := prometheus.NewRegistry()
			await.Background(t, chain.NewLinker(service, pool, store(pool), time.Millisecond, logger, registry).Run)
			await.Signal(t, "it says so", lost)
			if rig.Sum(t, registry, "chain_last_round_timestamp_seconds") != 0 {
				t.Error("it tells that it has linked all there was")
			}
			if last := rig.One[int64](t, owner, `SELECT max(position) FROM chain_links`); last != 300 {
				t.Errorf("linked up to %d", last)
			}
		})
	}
}

type writer func(line string)

func (w writer) Write(text []byte) (int, error) {
	w(string(text))
	return len(text), nil
}
