package reveal

import (
	"context"
	"errors"
	"fmt"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal"
)

// Keys decrypts personal data; personal.Keys implements it.
type Keys interface {
	Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field event.Field, encrypted event.Personal) (string, error)
}

// Holder decodes an event. If the event has personal fields, Holder returns the decoded event and
// true. Otherwise Holder returns false.
func Holder(decode event.Decode, e event.Recorded) (holder event.PersonalEvent, holds bool, err error) {
	decoded, err := decode(e.Type, e.SchemaVersion, e.Data)
	if err != nil {
		return nil, false, fmt.Errorf("decode version %d of %s %s: %w", e.Version, e.StreamType, e.StreamID, err)
	}
	holder, holds = decoded.(event.PersonalEvent)
	return holder, holds, nil
}

// Data returns the data of an event with each personal field as text, or as null if the person is
// erased.
func Data(ctx context.Context, keys Keys, holder event.PersonalEvent, e event.Recorded) ([]byte, error) {
	return event.WithPersonal(holder, e.Data, func(field event.Field, value event.Personal) (any, error) {
		text, err := keys.Reveal(ctx, holder.Person(e.StreamID), e.StreamType, e.StreamID, field, value)
		if errors.Is(err, personal.ErrErased) {
			return nil, nil
		}
		return text, err
	})
}

// Events replaces the data of each event that has personal fields by the result of the function
// Data. If an event can't be decoded, or a field can't be decrypted, Events returns an error.
func Events(ctx context.Context, keys Keys, decode event.Decode, events []event.Recorded) error {
	for i, e := range events {
		holder, holds, err := Holder(decode, e)
		if err == nil && holds {
			events[i].Data, err = Data(ctx, keys, holder, e)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// NoKeys implements Keys, and treats every person as erased.
type NoKeys struct{}

// Reveal returns personal.ErrErased.
func (NoKeys) Reveal(context.Context, uuid.UUID, string, uuid.UUID, event.Field, event.Personal) (string, error) {
	return "", personal.ErrErased
}
