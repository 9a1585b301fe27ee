package outbox_test

import (
	"log/slog"
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/outbox"
	"example.com/pgcqrs/engine/outbox/cursor"
	"example.com/pgcqrs/engine/outbox/relay"
)

// The outbox contains a message whose event is not in the log. The relay does not publish this
// message.
func TestMessageOfALostEventIsNotPublished(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"its event is gone":         `DELETE FROM events WHERE position = 4`,
		"another is in its place":   `UPDATE events SET event_id = gen_random_uuid() WHERE position = 4`,
		"more than its own is gone": `DELETE FROM events WHERE position > 1`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := connect(t, testdb.New(t))
			appendMany(t, newStore(t, pool), 2, 2)
			if _, err := pool.Exec(t.Context(), `ALTER TABLE events DISABLE TRIGGER USER; `+change); err != nil {
				t.Fatal(err)
			}
			broker := &fakeBroker{fail: func(int, outbox.Message) error { return nil }}
			lost := make(chan string, 100)
			await.Background(t, relay.New(pool, relay.Config{
				Publish: broker.publish, Poll: 10 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(lines(lost), nil)),
			}).Run)
			if line := await.Signal(t, "it says so", lost); !strings.Contains(line, cursor.ErrLost.Error()) {
				t.Errorf("it says %s", line)
			}
			if depth := outboxDepth(t, pool); len(broker.taken) > 0 || depth != 4 {
				t.Errorf("%d published, %d are left of 4", len(broker.taken), depth)
			}
		})
	}
}

type lines chan string

func (l lines) Write(line []byte) (int, error) {
	select {
	case l <- string(line):
	default: // the channel may be full; the relay must still be able to end
	}
	return len(line), nil
}
