package personal

import (
	"context"

	"example.com/pgcqrs/engine/event"
)

// Indexes returns the index entries for a text in a field. If a person has this text, or a text
// that lookup.Fold makes equal, the table keys.lookups has the person under one of these entries.
// An index entry is an HMAC-SHA-256 (RFC 2104) of the folded text. Indexes returns one entry for
// each key that is in use now for such entries. The table has rows about the persons of all
// callers. A query must join the table with the caller's own rows before it applies a limit:
// otherwise the rows of other callers may use up the limit. The persons found are only candidates:
// the caller must compare their text with the searched text by lookup.Fold.
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

// lookups returns the index entries by which searches find the person of an event. If a field has
// no text but searches may find persons by this field, lookups returns an event.Lookup without
// entries.
func (k *Keys) lookups(ctx context.Context, e event.PersonalEvent) (lookups []event.Lookup, err error) {
	e.EachPersonal(func(field event.Field, value *event.Personal) {
		if !field.Findable || err != nil {
			return
		}
		found := event.Lookup{Field: field.Name}
		if value.Text() != "" {
			err = k.index(ctx, e, field, value.Text(), &found)
		}
		lookups = append(lookups, found)
	})
	return lookups, err
}

// index adds the index entry for a text to a Lookup. If the text must be unique, index also adds
// the claim on the text, with an index entry for each secret: during a rotation, another person's
// entry may have been made with another secret.
func (k *Keys) index(ctx context.Context, e event.PersonalEvent, field event.Field, text string, found *event.Lookup) error {
	secrets, err := k.secrets.Secrets(ctx)
	if err != nil {
		return err
	}
	found.Indexes = [][]byte{secrets.Current().Index(field.Name, text)}
	unique, err := event.UniqueIn(e, field)
	if err != nil || unique == nil {
		return err
	}
	found.Claim = &event.Claim{Scope: unique.Scope, Taken: &unique.Taken}
	for _, secret := range secrets {
		found.Claim.Indexes = append(found.Claim.Indexes, secret.Index(field.Name, text))
	}
	return nil
}
