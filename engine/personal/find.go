package personal

import (
	"context"

	"example.com/pgcqrs/engine/event"
)

// Indexes returns the hashes of a field's text, by which a query finds persons in the table
// keys.lookups. If a person has this text in this field, or a text that lookup.Fold makes equal,
// the table has a row with the person and one of these hashes. Each hash is an HMAC-SHA-256 (RFC
// 2104) of the field's name and the folded text. Indexes returns one hash for each secret that is
// in use now.
//
// The table has rows about the persons of all callers. A query must join the table with the
// caller's own rows before it applies a limit. Otherwise the rows of other callers may use up the
// limit. The found persons are only candidates: the caller must compare each person's text with the
// searched text, after lookup.Fold was applied to both texts.
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

// lookups returns an event.Lookup for each field by which searches may find the person of an event.
// The Lookup has a hash of the field's text. If the field has no text, the Lookup has no hash.
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

// index returns the Lookup for a text, with a hash that is made with the current secret. If the
// text must be unique, the Lookup also has the claim on the text. The claim has one hash for each
// secret: during a rotation, the hash of another person's equal text may have been made with
// another secret. If unique is the zero Unique, several persons may have the same text.
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
