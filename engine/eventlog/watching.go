package eventlog

import (
	"context"

	"github.com/google/uuid"
)

// OnLogChange registers a function that must drop everything that its owner remembers of the events
// in the log. The function is called after each change of the log to another epoch. OnLogChange
// must be called before Run and Watch.
func (s *Store) OnLogChange(forget func()) { s.history.OnLogChange(forget) }

// Grown returns a channel that has a value after this process has appended. It is for one reader of
// the log.
func (s *Store) Grown() <-chan struct{} { return s.hints.Here() }

// Watch compares the log with what this process remembers, every two seconds until ctx ends, so
// that a process without appends also notices that the log went back to an earlier state.
func (s *Store) Watch(ctx context.Context) error { return s.history.Watch(ctx) }

// Look compares the log with what this process remembers of it, and drops everything remembered if
// the log went back to an earlier state. Look returns an error if it could not read the log or
// could not begin an epoch.
func (s *Store) Look(ctx context.Context) error { return s.history.Look(ctx) }

// CheckHead returns an error while this process does not know the head of the log: at the start,
// and after the log went back to an earlier state, until the new head is read and everything
// remembered is dropped. Otherwise CheckHead returns nil.
func (s *Store) CheckHead() error { return s.history.CheckHead() }

// Epoch returns the epoch of the log that this process has read last, or uuid.Nil while it knows
// none.
func (s *Store) Epoch() uuid.UUID { return s.history.Epoch() }

// ReadEpoch reads the current epoch of the log. Concurrent calls share one query.
func (s *Store) ReadEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.ReadEpoch(ctx) }

// NewEpoch begins a new epoch of the log and returns that epoch. An operator who knows that the log
// went back to an earlier state calls NewEpoch.
func (s *Store) NewEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.NewEpoch(ctx) }
