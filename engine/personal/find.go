package personal

import (
	"context"

	"example.com/pgcqrs/engine/event"
)

// Indexes returns the index entries for a text in a field. If a person has this text, or a text
// that lookup.Fold makes equal, the table keys.lookups has the person under one of these entries.
// An index entry is an HMAC-SHA-256 (RFC 2104) of the folded text. Indexes returns one entry for
// each secret that is in use now. The table has rows about the persons of all callers. A query must
// join the table with the caller's own rows before it applies a limit. Otherwise the rows of other
// callers may use up the limit. The found persons are only candidates: the caller must compare each
// person's text with the searched text, after lookup.Fold was applied to both.
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
	unique, err := event.UniqueIn(e)
	if err != nil {
		return nil, err
	}
	e.EachPersonal(func(field event.Field, value *event.Personal) {
		if !field.Findable || err != nil {
			return
		}
		found := event.Lookup{Field: field.Name}
		if value.Text() != "" {
			found, err = k.index(ctx, field, unique[field], value.Text())
		}
		lookups = append(lookups, found)
	})
	return lookups, err
}

// index returns the Lookup for a text. If the text must be unique, the Lookup also has the claim on
// the text, with an index entry for each secret: during a rotation, another person's entry may have
// been made with another secret. If unique is the zero Unique, several persons may have the same
// text.
func (k *Keys) index(ctx context.Context, field event.Field, unique event.Unique, text string) (found event.Lookup, err error) {
	secrets, err := k.secrets.Secrets(ctx)
	if err != nil {
		return found, err
	}
	found = event.Lookup{Field: field.Name, Indexes: [][]byte{secrets.Current().Index(field.Name, text)}}
	if unique.Scope == "" {
		return found, nil
	}
	found.Claim = &event.Claim{Scope: unique.Scope, Taken: &unique.Taken}
	for _, secret := range secrets {
		found.Claim.Indexes = append(found.Claim.Indexes, secret.Index(field.Name, text))
	}
	return found, nil
}
