package recorded

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Append and package json write the same JSON for an event with any texts.
func FuzzAppendWritesWhatPackageJSONWrites(f *testing.F) {
	f.Add(int64(7), "account", "account.opened", "a", "b", "c", "ada", "00-1-2-01", int64(1_700_000_000_000_000), int64(0))
	f.Add(int64(1), `"\`, "<&>", "ü", "\x00\x1f", "\xff", "", "\u2028", int64(-1), int64(1))
	f.Fuzz(func(t *testing.T, position int64, streamType, eventType, correlation, causation, command, actor, traceparent string, occurred, recordedAt int64) {
		e := event.Recorded{
			Position: position, StreamType: streamType, StreamID: uuid.UUID{1, 15: 2}, Version: position / 2, ID: uuid.UUID{3}, Type: eventType,
			Data:       []byte(`{"amount":1}`),
			Metadata:   event.Metadata{CorrelationID: correlation, CausationID: causation, CommandID: command, Actor: actor, Traceparent: traceparent},
			OccurredAt: time.UnixMicro(occurred % 1e16), RecordedAt: time.UnixMicro(recordedAt % 1e16).In(time.FixedZone("", 3600)),
		}
		want, err := json.Marshal(Of(e, e.Data))
		if err != nil {
			t.Fatal(err)
		}
		if got := string(Append([]byte("x"), e, e.Data)); got != "x"+string(want) {
			t.Errorf("got  %s\nwant %s", got[1:], want)
		}
	})
}
