package subscribe

import (
	"context"
	"encoding/json"

	"example.com/pgcqrs/engine/edge/live"
	"example.com/pgcqrs/engine/edge/recorded"
	"example.com/pgcqrs/engine/edge/request"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/feed/ring"
	"example.com/pgcqrs/engine/personal/reveal"
)

func render(e event.Recorded, data []byte) ([]byte, error) { return json.Marshal(recorded.Of(e, data)) }

// body returns how events are rendered for a caller: an owner sees personal data, and a caller who
// sees all events does not.
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

// owned renders an event with its personal data decrypted, or null if the person was erased.
func (s *Subscriptions) owned(ctx context.Context, e event.Recorded) ([]byte, error) {
	holder, holds := s.personal(e)
	if !holds {
		return render(e, e.Data)
	}
	data, err := reveal.Data(ctx, s.Keys, holder, e)
	if err != nil {
		return nil, err
	}
	request.Of(ctx).Show(e.StreamID)
	return render(e, data)
}

// personal returns the event as an event with personal data, if it is one. The personal data of an
// event of another version of the service, which can't be decoded, stays encrypted.
func (s *Subscriptions) personal(e event.Recorded) (holder event.PersonalEvent, holds bool) {
	holder, holds, err := reveal.Holder(s.Decode, e)
	return holder, holds && err == nil
}
