package encode

import (
	"bytes"
	"fmt"
	"slices"

	"example.com/pgcqrs/engine/event"
)

// addKeyed adds the records about a person. If two persons of the chain of appends claim the same
// text, addKeyed returns the answer to the later claim.
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

// excludes reports whether two persons claim the same text. Equal texts have an equal index entry
// for each secret that both claims have used. All claims of one chain of appends use the same
// secrets, unless a secret was added or removed meanwhile. Therefore excludes looks for one common
// index entry.
func (c ClaimRow) excludes(other ClaimRow) bool {
	return c.Person != other.Person && c.Field == other.Field && c.Scope == other.Scope &&
		slices.ContainsFunc(c.Indexes, func(index []byte) bool {
			return slices.ContainsFunc(other.Indexes, func(o []byte) bool { return bytes.Equal(index, o) })
		})
}

// claimed is the index entry of a unique text in a scope.
type claimed struct{ field, scope, index string }

// claimed returns the index entries of a claim.
func (c ClaimRow) claimed() (all []claimed) {
	for _, index := range c.Indexes {
		all = append(all, claimed{c.Field, c.Scope, string(index)})
	}
	return all
}
