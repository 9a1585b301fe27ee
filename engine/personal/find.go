package personal

import (
	"context"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/personal/lookup"
)

// Indexes returns the index entries under which the table keys.lookups may have a person with this
// text in a field, or with a text that lookup.Fold makes equal. An index entry is an HMAC-SHA-256
// (RFC 2104) of the folded text, and there is one for each key that look-ups use now. The table has
// the rows of all callers: join it with the caller's rows before any limit, or other people's rows
// decide what is found. The persons found are only candidates: compare their text with the searched
// text by lookup.Fold.
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

// lookups returns the index entries by which an event makes its person findable. For a findable
// field without text, lookups returns an event.Lookup without entries.
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
