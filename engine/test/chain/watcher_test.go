package chain_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"github.com/prometheus/client_golang/prometheus"

	"example.com/pgcqrs/engine/chain/verify"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/rig"
	"example.com/pgcqrs/engine/enginetest/testdb"
)

// A running projector verifies the chain all the time, and reads a long log in parts. The test
// changes an event at the beginning and an event at the end of a long log. The verifier raises an
// alarm for each change, and clears the alarm when the change is undone.
func TestAVerifierFindsWhatIsChanged(t *testing.T) {
	t.Parallel()
	const count = 35_000
	url := testdb.New(t)
	owner := rig.Connect(t, url)
	stop := begin(t, url)
	for upTo := int64(7000); upTo <= count; upTo += 7000 {
		fill(t, owner, upTo-7000, upTo)
		linkedUpTo(t, owner, upTo)
	}
	if err := stop(); err != nil {
		t.Fatal(err)
	}
	registry, said := prometheus.NewRegistry(), make(chan string, 1000)
	logger := slog.New(slog.NewTextHandler(writer(func(line string) {
		select {
		case said <- line:
		default:
		}
	}), nil))
	pool := rig.Connect(t, testdb.As(t, url, role.Projector))
	await.Background(t, verify.NewWatcher(service, pool, store(pool), time.Millisecond, logger, registry).Run)
	passes := func(times int) {
		t.Helper()
		for range times {
			last := rig.Sum(t, registry, "chain_verify_last_pass_timestamp_seconds")
			await.True(t, "it comes to the end of the chain", func() bool { return rig.Sum(t, registry, "chain_verify_last_pass_timestamp_seconds") > last })
		}
	}
	findings := func(want float64) {
		t.Helper()
		await.True(t, "the places that differ are known", func() bool { return rig.Sum(t, registry, "chain_verify_findings") == want })
	}
	passes(3)
	findings(0)
	tamper(t, owner, `UPDATE events SET data = '{}' WHERE position IN (1, 34999)`)
	findings(2)
	passes(2)
	findings(2)
	for first, last := false, false; !first || !last; {
		line := await.Signal(t, "it logs both", said)
		first, last = first || strings.Contains(line, " position=1 "), last || strings.Contains(line, " position=34999 ")
	}
	tamper(t, owner, `UPDATE events SET data = jsonb_build_object('amount', position) WHERE position IN (1, 34999)`)
	findings(0)
	if last := rig.Sum(t, registry, "chain_verify_last_round_timestamp_seconds"); last == 0 {
		t.Error("it never says when it looked")
	}
}

// The verifier reports an event that has had no link of the chain for too long, even if no linker
// runs.
func TestAVerifierTellsWhatIsNotLinked(t *testing.T) {
	t.Parallel()
	url, owner := chained(t)
	tamper(t, owner, `UPDATE events SET recorded_at = recorded_at - interval '1 hour' WHERE position > 300`)
	registry := prometheus.NewRegistry()
	pool := rig.Connect(t, testdb.As(t, url, role.Projector))
	await.Background(t, verify.NewWatcher(service, pool, store(pool), time.Millisecond, slog.New(slog.DiscardHandler), registry).Run)
	await.True(t, "an hour is told", func() bool {
		waits := rig.Sum(t, registry, "chain_unlinked_seconds")
		return waits >= 3600 && waits < 4000
	})
	begin(t, url)
	await.True(t, "nothing waits", func() bool { return rig.Sum(t, registry, "chain_unlinked_seconds") == 0 })
	if found := rig.Sum(t, registry, "chain_verify_findings"); found != 0 {
		t.Errorf("%v places differ", found)
	}
}
