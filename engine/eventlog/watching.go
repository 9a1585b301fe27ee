package eventlog

import (
	"context"

	"github.com/google/uuid"
)

// OnLogChange registers the function forget. The Store calls forget after the log went back to an
// earlier state; forget must then drop everything that the caller has cached from events of the
// log. OnLogChange must be called before Run and Watch.
func (s *Store) OnLogChange(forget func()) { s.history.OnLogChange(forget) }

// Grown returns a channel that receives a value after this process has appended events. The channel
// is for a single reader of the log.
func (s *Store) Grown() <-chan struct{} { return s.hints.Here() }

// Watch calls Look every two seconds until ctx ends. A process that appends nothing thus also
// notices when the log went back to an earlier state.
func (s *Store) Watch(ctx context.Context) error { return s.history.Watch(ctx) }

// Look checks whether the log still has the epoch and the events that this process has seen. If the
// log went back to an earlier state, Look makes this process drop everything that it has cached
// from the log. Look returns an error if it could not read the log or could not begin a new epoch.
func (s *Store) Look(ctx context.Context) error { return s.history.Look(ctx) }

// CheckHead returns an error if this process does not know the last event of the log; otherwise
// CheckHead returns nil. The last event is unknown after the start of the process. The last event
// is also unknown after the log went back to an earlier state, until all cached data is dropped and
// the new last event is read.
func (s *Store) CheckHead() error { return s.history.CheckHead() }

// Epoch returns the epoch that this process has last read from the database. While CheckHead
// returns an error, Epoch returns uuid.Nil. An epoch is the name of one history of the log.
func (s *Store) Epoch() uuid.UUID { return s.history.Epoch() }

// ReadEpoch reads the current epoch of the log. An epoch is the name of one history of the log.
// Concurrent calls share one query.
func (s *Store) ReadEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.ReadEpoch(ctx) }

// NewEpoch begins a new epoch of the log and returns it. NewEpoch is for an operator who knows that
// the log went back to an earlier state.
func (s *Store) NewEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.NewEpoch(ctx) }
