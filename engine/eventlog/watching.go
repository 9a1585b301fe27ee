package eventlog

import (
	"context"

	"github.com/google/uuid"
)

// OnLogChange registers a function that drops everything that was remembered of events. It is
// called whenever the log has changed to another epoch. OnLogChange must be called before Run and
// Watch.
func (s *Store) OnLogChange(forget func()) { s.history.OnLogChange(forget) }

// Grown returns a channel that has a value after this process has appended. It is for one reader of
// the log.
func (s *Store) Grown() <-chan struct{} { return s.hints.Here() }

// Watch looks at the log every two seconds until ctx ends, so that a process without appends also
// notices that the log went back.
func (s *Store) Watch(ctx context.Context) error { return s.history.Watch(ctx) }

// Look compares what this process remembers with the log, and drops it if the log went back. An
// error says that it could not look.
func (s *Store) Look(ctx context.Context) error { return s.history.Look(ctx) }

// CheckHead returns an error while the log's head is not known: at the start, and after the log
// went back, until the new head is read and all remembered events are forgotten.
func (s *Store) CheckHead() error { return s.history.CheckHead() }

// Epoch returns the log's epoch as this process knew it a moment ago, or uuid.Nil if it is not
// known.
func (s *Store) Epoch() uuid.UUID { return s.history.Epoch() }

// ReadEpoch reads the log's current epoch. Calls at the same time share a look.
func (s *Store) ReadEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.ReadEpoch(ctx) }

// NewEpoch begins an epoch of the log, for an operator who knows that the log went back. It returns
// the new epoch.
func (s *Store) NewEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.NewEpoch(ctx) }
