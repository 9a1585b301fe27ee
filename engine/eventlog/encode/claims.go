package encode

import (
	"bytes"
	"fmt"
	"slices"

	"example.com/pgcqrs/engine/event"
)

// addKeyed adds the records about the person of an encrypted event. If two persons of the chain of
// appends claim the same text, addKeyed returns the error of the later claim.
func (r *Rows) addKeyed(stream int, keyed event.Keyed) error {
	r.Keyed = append(r.Keyed, KeyedRow{stream, keyed})
	for _, lookup := range keyed.Lookups {
		if lookup.Claim == nil {
			continue
		}
		claim := ClaimRow{
			Stream: stream, Person: keyed.Person, Field: lookup.Field, Scope: lookup.Claim.Scope, Indexes: lookup.Claim.Indexes,
			Taken: fmt.Errorf("%w: %w", event.ErrTaken, lookup.Claim.Taken),
		}
		if slices.ContainsFunc(r.Claims, claim.excludes) {
			return claim.Taken
		}
		r.Claims = append(r.Claims, claim)
	}
	return nil
}

// excludes reports whether two persons claim the same text in the same field and scope. A claim has
// hashes of its text instead of the text: one hash for each secret of the service that is in use.
// With the same secret, equal texts have the same hash. The claims of one chain of appends usually
// use the same secrets, but a secret may be added or removed meanwhile. Therefore excludes looks
// for one common hash.
func (c ClaimRow) excludes(other ClaimRow) bool {
	return c.Person != other.Person && c.Field == other.Field && c.Scope == other.Scope &&
		slices.ContainsFunc(c.Indexes, func(index []byte) bool {
			return slices.ContainsFunc(other.Indexes, func(o []byte) bool { return bytes.Equal(index, o) })
		})
}

// claimed is one hash of a unique text, with the text's field and scope.
type claimed struct{ field, scope, index string }

// claimed returns the hashes of a claim's text, each with the field and the scope of the claim.
func (c ClaimRow) claimed() (all []claimed) {
	for _, index := range c.Indexes {
		all = append(all, claimed{c.Field, c.Scope, string(index)})
	}
	return all
}
