package personal

import (
	"context"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/lookup"
)

// Indexes returns what keys.lookups has where a person may be found by this text in a field, or by
// one that lookup.Fold makes the same: an HMAC-SHA-256 (RFC 2104) of what lookup.Fold returns, by each key that look-ups are made by now.
// The rows that have one are everybody's: join them with the rows of whoever asks before any bound, or others decide what
// is found. The persons found are candidates, whose data has to be compared by lookup.Fold.
func (k *Keys) Indexes(ctx context.Context, field, text string) (indexes [][]byte, err error) {
	secrets, err := k.secrets.Secrets(ctx)
	if err != nil {
		return nil, err
	}
	for _, secret := range secrets {
		indexes = append(indexes, secret.Index(field, text))
	}
	return indexes, nil
}

// lookups returns what the event lets the person be found by: in a field without text, nothing.
func (k *Keys) lookups(ctx context.Context, e event.PersonalEvent) (lookups []event.Lookup, err error) {
	e.EachPersonal(func(field event.Field, value *event.Personal) {
		if !field.Findable || err != nil {
			return
		}
		found := event.Lookup{Field: field.Name}
		if value.Text() != "" {
			var secrets lookup.Secrets
			if secrets, err = k.secrets.Secrets(ctx); err == nil {
				found.Indexes = [][]byte{secrets.Current().Index(field.Name, value.Text())}
			}
		}
		lookups = append(lookups, found)
	})
	return lookups, err
}
