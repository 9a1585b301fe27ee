package command

import (
	"context"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
)

// Store is the part of the event log that a Handler needs. eventlog.Store implements Store.
type Store interface {
	AppendAll(ctx context.Context, chain []event.Append) ([]event.Appended, error)
	Load(ctx context.Context, streamType string, id uuid.UUID, after int64, each func(event.Recorded) error) error
	Answers(ctx context.Context, keys []string) (map[string]event.Answered, error)
}
