//go:build all && unix

package replica_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/pg"
)

// A store of events (eventlog.Store) notices within seconds that its commits wait for a standby
// that is away. It notices this even if no command is sent. The store reports the problem until the
// standby is back.
func TestStoreIsNotReadyWithoutTheRequiredStandby(t *testing.T) {
	t.Parallel()
	p := startRequired(t)
	process := startProcess(t, p.primary, "ready")
	process.must(t, uuid.New(), tank.Build{})
	await.True(t, "it is ready", func() bool { return process.store.Ready(t.Context()) == nil })
	p.loseStandby(t)
	began := time.Now()
	await.True(t, "it is not ready", func() bool { return errors.Is(process.store.Ready(t.Context()), pg.ErrCommitsWait) })
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("that took %s", took)
	}
	for range 3 {
		if err := process.store.Ready(t.Context()); !errors.Is(err, pg.ErrCommitsWait) {
			t.Errorf("the standby is not back, and it says %v", err)
		}
	}
	p.regainStandby(t)
	await.True(t, "it is ready again", func() bool { return process.store.Ready(t.Context()) == nil })
	process.must(t, uuid.New(), tank.Build{})
}
