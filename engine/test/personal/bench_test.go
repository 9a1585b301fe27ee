package personal_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/guest"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/personal"
	"example.com/pgcqrs/engine/personal/keyfile"
	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/pg"
)

// zaphod has personal texts of 16 and 20 bytes. Encrypted, the texts have 105 and 111 characters.
var zaphod = guest.ContactChanged{Name: event.Private("Zaphod Beeblebro"), Email: event.Private("zaphod@hearts.exampl")}

func keysOf(b *testing.B) (*pgxpool.Pool, *personal.Keys) {
	b.Helper()
	pool, err := pg.Open(b.Context(), testdb.New(b), b.Name(), 8)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	uri := "file://" + filepath.Join(b.TempDir(), "key.json")
	if _, err := keyfile.New(uri); err != nil {
		b.Fatal(err)
	}
	operator, err := operator.Open(uri)
	if err != nil {
		b.Fatal(err)
	}
	return pool, personal.New(pool, operator)
}

// BenchmarkEncrypt encrypts an event with two personal fields. One field also gets a lookup: a
// keyed hash, by which the person can be found. The person's key is already in memory.
func BenchmarkEncrypt(b *testing.B) {
	_, keys := keysOf(b)
	id := uuid.New()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := keys.Encrypt(b.Context(), guest.Stream, id, 3, zaphod); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAppend measures the cost of encryption. BenchmarkAppend appends the same number of bytes
// in three ways: for guests whose keys are in memory, for new guests who need a new key, and
// without encryption.
func BenchmarkAppend(b *testing.B) {
	pool, keys := keysOf(b)
	store := eventlog.New(pool, eventlog.Config{Decode: guest.Decode, Encrypt: keys.Encrypt})
	await.Background(b, store.Run)
	appended := func(b *testing.B, id uuid.UUID, version int64, e event.Event) {
		b.Helper()
		_, err := store.Append(b.Context(), event.Append{Streams: []event.StreamAppend{{Type: guest.Stream, ID: id, Expected: version, Events: []event.Event{e}}}})
		if err != nil {
			b.Error(err)
		}
	}
	inClear := tank.Poured{Amount: 1, Note: strings.Repeat("x", 221)}
	for _, kind := range []struct {
		name  string
		event event.Event
	}{{"in clear", inClear}, {"encrypted", zaphod}} {
		b.Run(kind.name, func(b *testing.B) {
			b.SetParallelism(32) // 64 goroutines on two cores
			b.RunParallel(func(next *testing.PB) {
				id, version := uuid.New(), int64(0)
				for ; next.Next(); version++ {
					appended(b, id, version, kind.event)
				}
			})
		})
	}
	var made atomic.Int64
	b.Run("encrypted, of new persons", func(b *testing.B) {
		b.SetParallelism(32)
		b.RunParallel(func(next *testing.PB) {
			for next.Next() {
				made.Add(1)
				appended(b, uuid.New(), event.NoStream, zaphod)
			}
		})
	})
}
