package eventlog

import (
	"context"

	"github.com/google/uuid"
)

// OnLogChange has forget called whenever the log has changed to another epoch: it drops whatever was
// remembered of events. It is called before Run and Watch.
func (s *Store) OnLogChange(forget func()) { s.history.OnLogChange(forget) }

// Grown returns a channel that has a value after this process has appended. It is for one reader of the log.
func (s *Store) Grown() <-chan struct{} { return s.hints.Here() }

// Watch looks at the log every two seconds until ctx ends, so that a process without appends notices,
// too, that the log went back.
func (s *Store) Watch(ctx context.Context) error { return s.history.Watch(ctx) }

// Look compares what this process remembers with the log, and drops it if the log went back. Its
// error says that it could not look.
func (s *Store) Look(ctx context.Context) error { return s.history.Look(ctx) }

// CheckHead returns an error while the log's head is not known: at the start, and after the log went
// back, until the new head is read and everybody who remembers events has forgotten them.
func (s *Store) CheckHead() error { return s.history.CheckHead() }

// Epoch returns the log's epoch as this process knows it: as it was a moment ago. uuid.Nil says that
// it is not known.
func (s *Store) Epoch() uuid.UUID { return s.history.Epoch() }

// ReadEpoch returns the log's epoch as it is now. Calls at the same time share a look.
func (s *Store) ReadEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.ReadEpoch(ctx) }

// NewEpoch begins an epoch of the log, for somebody who knows that the log went back. It returns the
// log's newest.
func (s *Store) NewEpoch(ctx context.Context) (uuid.UUID, error) { return s.history.NewEpoch(ctx) }
