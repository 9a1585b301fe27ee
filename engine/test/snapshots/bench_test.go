package snapshots_test

import (
	"fmt"
	"testing"

	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// BenchmarkColdCommand measures a command on a stream that the process does not have in memory, for
// streams of different lengths. Creating the longest stream takes minutes, and gigabytes of disk
// space. Run the benchmark with:
//
//	go run ./cmd/dev test -run XXX -bench ColdCommand -benchtime 50x ./engine/test/snapshots
func BenchmarkColdCommand(b *testing.B) {
	for _, count := range []int{10, 200_000, 1_000_000, 10_000_000} {
		b.Run(fmt.Sprintf("events=%d", count), func(b *testing.B) {
			pool := rig.Connect(b, testdb.New(b))
			id := copied(b, pool, count)
			if whole := int64(count) / 1000 * 1000; whole > 0 {
				keep(b, pool, id, whole, secret)
			}
			store := rig.Store(b, pool, tank.Decode)
			for b.Loop() {
				rig.Handle(b, cold(store, pool, secret), id, tank.Command(tank.Pour{Amount: 1}))
			}
		})
	}
}
