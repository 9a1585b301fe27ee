package follow

import (
	"context"
	"errors"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/owner"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/pg/retry"
)

// Log is the event log that a Follower reads. The type eventlog.Store implements Log.
type Log interface {
	Head(ctx context.Context) (int64, error)
	Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error)
}

// Config has the settings of a Follower and the components that it uses.
type Config struct {
	Log    Log
	Owners *owner.Owners
	Ring   *ring.Ring
	Hints  <-chan struct{} // has a value when the log may have new events; nil: the Follower only polls
	Poll   time.Duration   // longest time between two reads of the log while the ring has readers
	Logger *slog.Logger
}

// Follower reads new events of the log and adds them to a ring (recent events in memory).
type Follower struct {
	config Config
	again  atomic.Bool // the log went back: begin again after its last event
	at     int64       // position of the last event that was read
	last   uuid.UUID   // id of that event; Nil: not known yet, or the log is empty
}

// New returns a Follower.
func New(config Config) *Follower { return &Follower{config: config} }

// Limits of a read, and of the pauses between reads.
const (
	mostRead   = 500
	minBackoff = 50 * time.Millisecond
	maxBackoff = 2 * time.Second
	lookFor    = 10 * time.Second // time limit of one read

	perEvent     = 100 * time.Microsecond // pause after a read, for each event
	maxLull      = 8 * time.Millisecond   // longest such pause
	unwantedLull = 25 * time.Millisecond  // pause after a read of events that no reader wanted

	atOnce    = 5                      // readers that are woken at the same time
	perReader = 300 * time.Microsecond // pause after their wake, for each of them
)

// Run reads new events of the log until ctx ends, while the ring (events in memory) has readers.
func (f *Follower) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if readers, _ := f.config.Ring.Wanted(); readers == 0 {
			select {
			case <-ctx.Done():
				return nil
			case <-f.config.Ring.Came():
			}
			continue
		}
		err := retry.Backoff{Least: minBackoff, Most: maxBackoff}.Repeat(ctx, f.follow, func(err error, retryIn time.Duration) error {
			if err != nil {
				f.config.Logger.WarnContext(ctx, "feed interrupted", "error", err, "retry_seconds", retryIn.Seconds())
				return nil
			}
			return errNobody
		})
		if err != nil && !errors.Is(err, errNobody) {
			return err
		}
	}
	return nil
}

var errNobody = errors.New("nobody reads")

// follow begins after the last event of the log, and reads new events again and again while the
// ring (events in memory) has readers.
func (f *Follower) follow(ctx context.Context) (moved bool, err error) {
	if err := f.begin(ctx); err != nil {
		return false, err
	}
	for ctx.Err() == nil {
		if readers, _ := f.config.Ring.Wanted(); readers == 0 {
			return moved, nil
		}
		if f.again.Load() {
			if err := f.begin(ctx); err != nil {
				return moved, err
			}
		}
		count, changed, err := f.look(ctx)
		if err != nil {
			return moved, err
		}
		moved = moved || count > 0
		f.rouse(ctx, changed)
		f.rest(ctx, count, len(changed) > 0)
	}
	return moved, ctx.Err()
}

// begin makes the Follower and the ring (events in memory) begin after the last event of the log. A
// reader that wants earlier events reads them from the database.
func (f *Follower) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	f.again.Store(false)
	head, err := f.config.Log.Head(ctx)
	if err != nil {
		return err
	}
	f.at, f.last = head, uuid.Nil
	f.config.Ring.Skip(head)
	return nil
}

// look reads new events and adds them to the ring (events in memory). look returns the number of
// these events, and the readers that want any of them.
func (f *Follower) look(ctx context.Context) (count int, changed []*ring.Reader, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	_, bySubject := f.config.Ring.Wanted() // asked before the read: a topic that is added during the read begins after the events of the read
	found, err := f.config.Log.Tail(ctx, max(0, f.at-1), mostRead)
	if err != nil {
		return 0, nil, err
	}
	if f.again.Load() { // all readers were told already
		return 0, nil, nil
	}
	found, err = f.goesOn(found)
	if err != nil || len(found) == 0 {
		return 0, nil, err
	}
	events := make([]*ring.Event, len(found))
	for i, e := range found {
		events[i] = &ring.Event{Recorded: e}
	}
	if bySubject {
		if err := f.config.Owners.Fill(ctx, events); err != nil {
			return 0, nil, err
		}
	}
	f.at, f.last = found[len(found)-1].Position, found[len(found)-1].ID
	return len(events), f.config.Ring.Add(events, f.at, bySubject), nil
}

// goesOn returns the events that follow the last known event. If the log lacks the last known
// event, the log went back to an earlier state. goesOn then ends all readers and returns
// event.ErrLogChanged.
func (f *Follower) goesOn(found []event.Recorded) ([]event.Recorded, error) {
	if len(found) == 0 { // a replica may be behind the replica of the last read
		return nil, nil
	}
	if f.at > 0 {
		first := found[0]
		if first.Position != f.at || f.last != uuid.Nil && first.ID != f.last {
			f.Changed()
			return nil, event.ErrLogChanged
		}
		f.last, found = first.ID, found[1:]
	}
	for i, e := range found {
		if e.Position != f.at+int64(i)+1 {
			f.Changed()
			return nil, event.ErrLogChanged
		}
	}
	return found, nil
}

// Changed ends all readers with event.ErrLogChanged, because the log went back to an earlier state.
func (f *Follower) Changed() {
	f.again.Store(true)
	f.config.Owners.Forget()
	f.config.Ring.End(event.ErrLogChanged)
}

// rouse wakes readers, a few at a time. Each of them then sends something to its client. If a
// thousand readers began to send at the same moment, the commands of this process would have to
// wait until all of them have sent.
func (f *Follower) rouse(ctx context.Context, readers []*ring.Reader) {
	for i, reader := range readers {
		if i > 0 && i%atOnce == 0 {
			retry.Pause(ctx, atOnce*perReader)
		}
		reader.Rouse()
	}
}

// rest waits before the next read. After a read of more than four events, rest waits some
// milliseconds, so that the next read finds more events: larger reads cost less per event. If no
// reader wanted the events, this wait is longer. After a read that has reached its limit of
// mostRead events, rest does not wait. After a read without events, rest waits until a notification
// arrives, a reader joins, or the poll interval has passed.
func (f *Follower) rest(ctx context.Context, count int, wanted bool) {
	switch {
	case count == mostRead:
	case count > 4 && !wanted:
		retry.Pause(ctx, unwantedLull)
	case count > 4:
		retry.Pause(ctx, min(time.Duration(count)*perEvent, maxLull))
	case count == 0:
		select {
		case <-ctx.Done():
		case <-f.config.Hints:
		case <-f.config.Ring.Came():
		case <-time.After(f.config.Poll):
		}
	}
}
