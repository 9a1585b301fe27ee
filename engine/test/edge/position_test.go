package edge_test

import (
	"strings"
	"testing"
	"time"

	"example.com/pgcqrs/engine/enginetest/await"
)

func TestAPositionThatIsNotReachedIsSaidInTime(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for _, path := range []string{s.open(), "/v1/tanks"} {
		start := time.Now()
		s.want(s.get(path, "1000", "Prefer", "wait=1"), 503, "position_not_reached")
		if took := time.Since(start); took < time.Second || took > 5*time.Second {
			t.Errorf("%s: took %s", path, took)
		}
		start = time.Now()
		s.want(s.get(path, "100000000", "Prefer", "wait=10"), 503, "position_not_reached") // nobody appends so many events in ten seconds
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%s: took %s to say no to a position far above the log", path, took)
		}
	}
}

// A client sends the position of its own write with a read. The answer contains that write, even if
// the read model was far behind the log when the request arrived.
func TestAReadShowsItsOwnWrite(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	path := s.open()
	for level := 1.0; level <= 20; level++ {
		position := s.post(path+"/fillings", `{"amount":1}`).Header.Get("Event-Position")
		if answer := s.get(path, position); answer.Status != 200 || answer.Fields(t)["level"] != level {
			t.Errorf("after %s: %d %s, want a level of %.0f", position, answer.Status, answer.Body, level)
		}
	}
}

// While the service runs, the log loses its last events, as after the restore of a backup. The API
// does not let a client drain water that only lost events had added. The API reports the change of
// the log to its clients, and continues to work with its usual database rights. The read model's
// table still contains the effect of the lost events, so the projector stops until an operator
// decides what to do.
func TestTheLogGoesBack(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	path := s.open()
	s.want(s.post(path+"/fillings", `{"amount":10}`), 200, "")
	filled := s.post(path+"/fillings", `{"amount":990}`)
	epoch, position := filled.Header.Get("Log-Epoch"), filled.Header.Get("Event-Position")
	if epoch == "" {
		t.Fatal("the answer tells no Log-Epoch")
	}
	s.want(s.get(path, position, "Log-Epoch", epoch), 200, "")

	s.spoil(`ALTER TABLE events DISABLE TRIGGER append_only`)
	s.spoil(`DELETE FROM events WHERE position > 2`)
	s.spoil(`DELETE FROM outbox`)
	s.spoil(`ALTER TABLE events ENABLE ALWAYS TRIGGER append_only`)
	s.want(s.post(path+"/drainings", `{"amount":900}`), 422, "too_little")
	s.want(s.post(path+"/drainings", `{"amount":10}`), 200, "")

	stale := s.get(path, position, "Log-Epoch", epoch)
	s.want(stale, 409, "log_changed")
	if after := stale.Header.Get("Log-Epoch"); after == "" || after == epoch {
		t.Errorf("the epoch is %q, and was %q", after, epoch)
	} else {
		s.want(s.get(path, "", "Log-Epoch", after), 200, "")
	}
	if said := strings.Count(s.api.Said(), `"level":"ERROR"`); said != 1 || !strings.Contains(s.api.Said(), `"known_position":3`) {
		t.Errorf("%d errors in the API's log:\n%s", said, s.api.Said())
	}
	if metrics := s.api.Metrics(); !strings.Contains(metrics, "eventstore_log_changes_total 1") || s.api.Ready() != 200 {
		t.Errorf("the API is %d, and has counted something else", s.api.Ready())
	}
	await.True(t, "the projector stands still", func() bool {
		return strings.Contains(s.projector.Metrics(), `projection_stopped{projection="levels"} 1`)
	})
	await.True(t, "the projector is not ready", func() bool { return s.projector.Ready() == 503 })
}
