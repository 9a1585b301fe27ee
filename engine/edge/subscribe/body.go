package subscribe

import (
	"context"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/personal/reveal"
)

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
		return ring.Rendered{Text: recorded.Append(nil, e, e.Data)}, nil
	}
	data, err := event.WithPersonal(holder, e.Data, func(event.Field, event.Personal) (any, error) {
		return map[string]bool{"personal": true}, nil
	})
	if err != nil {
		return ring.Rendered{}, err
	}
	return ring.Rendered{Text: recorded.Append(nil, e, data), Personal: true}, nil
}

// owned renders an event with its personal data decrypted. The personal data of an erased person is
// rendered as null.
func (s *Subscriptions) owned(ctx context.Context, e event.Recorded) ([]byte, error) {
	holder, holds := s.personal(e)
	if !holds {
		return recorded.Append(nil, e, e.Data), nil
	}
	data, err := reveal.Data(ctx, s.Keys, holder, e)
	if err != nil {
		return nil, err
	}
	request.Of(ctx).Show(e.StreamID)
	return recorded.Append(nil, e, data), nil
}

// personal returns the decoded event and true if the event has personal data. An event without an
// encrypted text has no personal data, and is not decoded. If an event can't be decoded, because
// another version of the service has appended it, its personal data stays encrypted.
func (s *Subscriptions) personal(e event.Recorded) (holder event.PersonalEvent, holds bool) {
	if !event.HoldsEncrypted(e.Data) {
		return nil, false
	}
	holder, holds, err := reveal.Holder(s.Decode, e)
	return holder, holds && err == nil
}
