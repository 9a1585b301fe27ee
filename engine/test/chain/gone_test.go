package chain_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/chain"
	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/pg/role"
)

// Somebody changes an event and deletes all links of the chain, so that the service would create
// new links over the changed log. A running linker, which adds the links, refuses to begin a new
// chain, because it has seen the old chain. A running verifier reports that the old chain is
// missing.
func TestAChainThatIsGoneIsNotMadeAnew(t *testing.T) {
	t.Parallel()
	url, owner := chained(t)
	refused := make(chan string, 1)
	logger := slog.New(slog.NewTextHandler(writer(func(line string) {
		if strings.Contains(line, chain.ErrGone.Error()) {
			select {
			case refused <- line:
			default:
			}
		}
	}), nil))
	pool := rig.Connect(t, testdb.As(t, url, role.Projector))
	registry := prometheus.NewRegistry()
	await.Background(t, chain.NewLinker(service, pool, store(pool), time.Millisecond, logger, registry).Run)
	await.Background(t, verify.NewWatcher(service, pool, store(pool), time.Millisecond, logger, registry).Run)
	linkedUpTo(t, owner, 305)
	await.True(t, "the verifier has seen the newest link", func() bool { return rig.Sum(t, registry, "chain_verify_position") == 305 })

	tamper(t, owner, `UPDATE events SET data = '{}' WHERE position = 7`, `DELETE FROM chain_links`)
	rig.Do(t, owner, `ALTER TABLE chain_links ENABLE TRIGGER USER`)
	fill(t, owner, 305, 306)
	await.Signal(t, "the linker says so", refused)
	await.True(t, "the verifier tells", func() bool { return rig.Sum(t, registry, "chain_verify_findings") > 0 })
	if found := rig.One[int64](t, owner, `SELECT count(*) FROM chain_links`); found != 0 {
		t.Errorf("%d links were made over a log that was changed", found)
	}
}

// An event has no link, and its recorded time is in the future. The verifier reports that this
// event should already have a link, because the recorded time may be forged.
func TestAnEventOfTheFutureIsLate(t *testing.T) {
	t.Parallel()
	url, owner := chained(t)
	tamper(t, owner, `UPDATE events SET recorded_at = now() + interval '1 year' WHERE position = 1`, `DELETE FROM chain_links`)
	if report := check(t, url, nil); len(report.Findings) == 0 {
		t.Error("a log whose links are all gone is found to be in order")
	}
}
