//go:build all && unix

package restore_test

import (
	"maps"
	"syscall"
	"testing"

	"example.com/pgcqrs/engine/enginetest/await"
)

// drill is a test of a service under load. The service loses its database. Then a backup is
// restored, and the service continues with this earlier state of the database.
type drill struct {
	t       *testing.T
	broker  string
	wire    *wire
	service *service
	load    *load

	acks    []acknowledged // acknowledged commands before the disaster
	heard   int            // number of messages that were sent before the disaster
	brokers map[string]int // for each message: how often the broker had the message before the disaster
}

func begin(t *testing.T, database, broker string) *drill {
	t.Helper()
	d := &drill{t: t, broker: broker, wire: listen(t, broker), service: serve(t, database, broker)}
	d.load = d.service.load(4)
	d.load.goOn(200)
	await.True(t, "messages are sent", func() bool { return len(d.wire.since(0)) > 100 })
	return d
}

// backUp makes a backup while the load continues, and while some messages wait in the outbox.
func (d *drill) backUp(take func()) {
	d.t.Helper()
	if err := d.service.projector.Signal(syscall.SIGSTOP); err != nil {
		d.t.Fatal(err)
	}
	d.load.goOn(50)
	take()
	if err := d.service.projector.Signal(syscall.SIGCONT); err != nil {
		d.t.Fatal(err)
	}
	d.load.goOn(200)
}

// disaster ends the service after the relay has published the last messages.
func (d *drill) disaster() {
	d.t.Helper()
	d.acks = d.load.end()
	pool := connect(d.t, d.service.database)
	settled(d.t, pool)
	checkLog(d.t, pool)
	pool.Close()
	d.service.stop()
	d.heard, d.brokers = len(d.wire.since(0)), d.wire.kept(d.t)
}

// goOn starts the service on the restored database, and checks the guarantees.
func (d *drill) goOn(database string) {
	t := d.t
	t.Helper()
	pool := connect(t, database)
	head := one[int64](t, pool, `SELECT max(position) FROM events`)
	waiting := ids(t, pool, `SELECT event_id FROM outbox`)
	old := ids(t, pool, `SELECT event_id FROM events`)
	if len(waiting) == 0 || head >= int64(len(d.acks)) {
		t.Fatalf("the drill shows nothing: %d messages waited at the backup, which had %d of %d events", len(waiting), head, len(d.acks))
	}
	checkLog(t, pool)
	checkAcknowledged(t, pool, d.acks, head)

	service := serve(t, database, d.broker)
	load := service.load(4)
	load.goOn(200)
	load.end()
	settled(t, pool)
	checkLog(t, pool)
	checkFolds(t, pool)
	checkReconciled(t, database)
	checkAcknowledged(t, pool, load.acks, one[int64](t, pool, `SELECT max(position) FROM events`))
	all := ids(t, pool, `SELECT event_id FROM events`)
	d.checkMessages(waiting, old, all)
}

// checkMessages checks four rules. A message that the broker acknowledged before the backup is not
// sent again. A message that waited at the time of the backup is sent again under the same id, and
// the broker drops the repeated message. The messages of new events are sent. Each event of the log
// has exactly one message.
func (d *drill) checkMessages(waiting, old, all map[string]bool) {
	t := d.t
	t.Helper()
	again := make(map[string]bool)
	for _, id := range d.wire.since(d.heard) {
		if old[id] {
			again[id] = true
		}
	}
	if !maps.Equal(again, waiting) {
		t.Errorf("%d messages of before the backup were sent again, %d waited then", len(again), len(waiting))
	}
	kept := d.wire.kept(t)
	for id, times := range kept {
		if times != 1 {
			t.Errorf("the broker has message %s %d times", id, times)
		}
		if d.brokers[id] == 0 && !all[id] {
			t.Errorf("message %s was published after the restore, and its event is not in the log", id)
		}
	}
	for id := range all {
		if kept[id] == 0 {
			t.Errorf("event %s has no message", id)
		}
	}
}
