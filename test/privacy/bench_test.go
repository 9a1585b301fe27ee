package privacy_test

import (
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"

	"example.com/pgcqrs/internal/database"
	"example.com/pgcqrs/internal/events"
	"example.com/pgcqrs/internal/events/eventstore"
	"example.com/pgcqrs/internal/privacy"
	"example.com/pgcqrs/test/await"
	"example.com/pgcqrs/test/testdb"
)

// BenchmarkAppend is what sealing costs: the same number of bytes, of customers whose keys
// are known, new ones with a key to make, and in clear.
func BenchmarkAppend(b *testing.B) {
	pool, err := database.Open(b.Context(), testdb.New(b), b.Name(), 8)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(pool.Close)
	uri := "file://" + filepath.Join(b.TempDir(), "key.json")
	if _, err := privacy.NewKeyFile(uri); err != nil {
		b.Fatal(err)
	}
	operator, err := privacy.OperatorKey(uri)
	if err != nil {
		b.Fatal(err)
	}
	keys := privacy.New(pool, operator)
	store := eventstore.New(pool, eventstore.Config{Decode: events.DecodeEvent, Seal: keys.Seal})
	await.Background(b, store.Run)
	appended := func(b *testing.B, id uuid.UUID, version int64, event events.Event) {
		b.Helper()
		_, err := store.Append(b.Context(), events.Append{Streams: []events.StreamAppend{{Type: "customer", ID: id, Expected: version, Events: []events.Event{event}}}})
		if err != nil {
			b.Error(err)
		}
	}
	// Sealed texts of 16 and 20 bytes are 105 and 111 characters long.
	inClear := events.MoneyDeposited{Amount: 1, Reference: strings.Repeat("x", 216)}
	sealed := events.CustomerContactChanged{Name: events.Private("Zaphod Beeblebro"), Email: events.Private("zaphod@hearts.exampl")}
	for _, kind := range []struct {
		name  string
		event events.Event
	}{{"in clear", inClear}, {"sealed", sealed}} {
		b.Run(kind.name, func(b *testing.B) {
			b.SetParallelism(32) // 64 on two cores
			b.RunParallel(func(next *testing.PB) {
				id, version := uuid.New(), int64(0)
				for ; next.Next(); version++ {
					appended(b, id, version, kind.event)
				}
			})
		})
	}
	var made atomic.Int64
	b.Run("sealed, of new persons", func(b *testing.B) {
		b.SetParallelism(32)
		b.RunParallel(func(next *testing.PB) {
			for next.Next() {
				made.Add(1)
				appended(b, uuid.New(), events.NoStream, sealed)
			}
		})
	})
}
