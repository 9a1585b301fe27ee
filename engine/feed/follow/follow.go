package follow

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/owner"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/pg/retry"
)

// Log is what is followed; eventlog.Store is one.
type Log interface {
	Head(ctx context.Context) (int64, error)
	Tail(ctx context.Context, position int64, limit int) ([]event.Recorded, error)
}

// Config of a Follower.
type Config struct {
	Log    Log
	Owners *owner.Owners
	Ring   *ring.Ring
	Hints  <-chan struct{} // has a value when the log may have grown; nil: only the poll
	Poll   time.Duration   // the longest time between two looks while somebody reads
	Logger *slog.Logger
}

// Follower reads the log's tail into a ring.
type Follower struct {
	Config
	at   int64     // the last position that was read
	last uuid.UUID // the event there; Nil: not read, or there is none
}

// New makes a Follower.
func New(config Config) *Follower { return &Follower{Config: config} }

// Bounds of a look and of the pauses.
const (
	mostRead   = 500
	minBackoff = 50 * time.Millisecond
	maxBackoff = 2 * time.Second
	lookFor    = 10 * time.Second // bounds one look
	maxLull    = 8 * time.Millisecond
)

// Run follows the log while the ring has readers, until ctx ends.
func (f *Follower) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		if readers, _ := f.Ring.Wanted(); readers == 0 {
			select {
			case <-ctx.Done():
				return nil
			case <-f.Ring.Came():
			}
			continue
		}
		err := retry.Backoff{Least: minBackoff, Most: maxBackoff}.Repeat(ctx, f.follow, func(err error, retryIn time.Duration) error {
			if err != nil {
				f.Logger.WarnContext(ctx, "feed interrupted", "error", err, "retry_in", retryIn)
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

// follow begins at the log's head, and looks again and again while somebody reads.
func (f *Follower) follow(ctx context.Context) (moved bool, err error) {
	if err := f.begin(ctx); err != nil {
		return false, err
	}
	for ctx.Err() == nil {
		if readers, _ := f.Ring.Wanted(); readers == 0 {
			return moved, nil
		}
		count, err := f.look(ctx)
		if err != nil {
			return moved, err
		}
		moved = moved || count > 0
		f.rest(ctx, count)
	}
	return moved, ctx.Err()
}

// begin skips what nobody has asked for yet: a reader that wants it reads it from the table.
func (f *Follower) begin(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	head, err := f.Log.Head(ctx)
	if err != nil {
		return err
	}
	f.at, f.last = head, uuid.Nil
	f.Ring.Skip(head)
	return nil
}

// look adds what has come, and reports how many events that was.
func (f *Follower) look(ctx context.Context) (count int, err error) {
	ctx, cancel := context.WithTimeout(ctx, lookFor)
	defer cancel()
	_, bySubject := f.Ring.Wanted() // before the read: a topic that comes later begins after it
	found, err := f.Log.Tail(ctx, max(0, f.at-1), mostRead)
	if err != nil {
		return 0, err
	}
	found, err = f.goesOn(found)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	events := make([]*ring.Event, len(found))
	for i, e := range found {
		events[i] = &ring.Event{Recorded: e}
	}
	if bySubject {
		if err := f.Owners.Fill(ctx, events); err != nil {
			return 0, err
		}
	}
	f.at, f.last = found[len(found)-1].Position, found[len(found)-1].ID
	f.Ring.Add(events, f.at, bySubject)
	return len(events), nil
}

// goesOn returns the events that follow the last one. Where that is another one than it was, the log went
// back: whoever reads is told so.
func (f *Follower) goesOn(found []event.Recorded) ([]event.Recorded, error) {
	if len(found) == 0 { // a replica may be behind another one
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

// Changed tells all readers that the log went back.
func (f *Follower) Changed() {
	f.Owners.Forget()
	f.Ring.End(event.ErrLogChanged)
}

// rest waits before the next look: a little for what comes with much, which costs less in one look; for a
// hint where nothing has come.
func (f *Follower) rest(ctx context.Context, count int) {
	switch {
	case count == mostRead:
	case count > 4:
		retry.Pause(ctx, min(time.Duration(count)*100*time.Microsecond, maxLull))
	case count == 0:
		select {
		case <-ctx.Done():
		case <-f.Hints:
		case <-f.Ring.Came():
		case <-time.After(f.Poll):
		}
	}
}
