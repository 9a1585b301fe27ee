package subscribe

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/personal"
)

// Keys decrypts personal data; personal.Keys implements it.
type Keys interface {
	Reveal(ctx context.Context, person uuid.UUID, streamType string, streamID uuid.UUID, field event.Field, encrypted event.Personal) (string, error)
}

// item is an event in the form in which clients get it: the schema FeedEvent of the contract.
type item struct {
	Position   string          `json:"position"`
	StreamType string          `json:"stream_type"`
	StreamID   uuid.UUID       `json:"stream_id"`
	Version    int64           `json:"version"`
	ID         uuid.UUID       `json:"id"`
	Type       string          `json:"type"`
	Data       json.RawMessage `json:"data"`
	Metadata   event.Metadata  `json:"metadata"`
	OccurredAt time.Time       `json:"occurred_at"`
	RecordedAt time.Time       `json:"recorded_at"`
}

func render(e event.Recorded, data []byte) ([]byte, error) {
	return json.Marshal(item{
		strconv.FormatInt(e.Position, 10), e.StreamType, e.StreamID, e.Version, e.ID, e.Type, data, e.Metadata, e.OccurredAt.UTC(), e.RecordedAt.UTC(),
	})
}

// body returns the functions that render events for a caller. A caller who sees all events does not
// see personal data. Any other caller sees only events of the caller's own streams, with their
// personal data.
func (s *Subscriptions) body(all bool) live.Body {
	body := live.Body{Shared: s.shared}
	if !all {
		body.Owned = s.owned
	}
	return body
}

// shared renders an event without personal data.
func (s *Subscriptions) shared(e event.Recorded) (ring.Rendered, error) {
	holder, holds := s.personal(e)
	if !holds {
		text, err := render(e, e.Data)
		return ring.Rendered{Text: text}, err
	}
	data, err := event.WithPersonal(holder, e.Data, func(event.Field, event.Personal) (any, error) {
		return map[string]bool{"personal": true}, nil
	})
	if err != nil {
		return ring.Rendered{}, err
	}
	text, err := render(e, data)
	return ring.Rendered{Text: text, Personal: true}, err
}

// owned renders an event with its personal data decrypted. The personal data of an erased person is
// rendered as null.
func (s *Subscriptions) owned(ctx context.Context, e event.Recorded) ([]byte, error) {
	holder, holds := s.personal(e)
	if !holds {
		return render(e, e.Data)
	}
	data, err := event.WithPersonal(holder, e.Data, func(field event.Field, value event.Personal) (any, error) {
		text, err := s.Keys.Reveal(ctx, holder.Person(e.StreamID), e.StreamType, e.StreamID, field, value)
		if errors.Is(err, personal.ErrErased) {
			return nil, nil
		}
		return text, err
	})
	if err != nil {
		return nil, err
	}
	request.Of(ctx).Show(e.StreamID)
	return render(e, data)
}

// personal returns the decoded event and true if the event has personal data. If an event can't be
// decoded, because another version of the service has appended it, its personal data stays
// encrypted.
func (s *Subscriptions) personal(e event.Recorded) (holder event.PersonalEvent, holds bool) {
	decoded, err := s.Decode(e.Type, e.SchemaVersion, e.Data)
	if err != nil {
		return nil, false
	}
	holder, holds = decoded.(event.PersonalEvent)
	return holder, holds
}
