package encode

import (
	"slices"

	"github.com/google/uuid"
)

// Batched has the streams, idempotency keys, tags and unique texts of the chains of appends in a
// batch. With these, Clashes finds out whether another chain of appends may be added to the batch.
type Batched struct {
	streams map[uuid.UUID]bool
	keys    map[string]bool
	tags    map[string]bool
	claims  map[claimed]bool
}

// NewBatched returns the Batched of an empty batch. Its method Add adds chains of appends.
func NewBatched() *Batched {
	return &Batched{streams: make(map[uuid.UUID]bool), keys: make(map[string]bool), tags: make(map[string]bool), claims: make(map[claimed]bool)}
}

// Add adds a chain of appends to the batch.
func (b *Batched) Add(r *Rows) {
	for i := range r.Streams {
		b.streams[r.Streams[i].ID] = true
	}
	for i := range r.Appends {
		if once := r.Appends[i].Once; once != nil {
			b.keys[once.Key] = true
		}
	}
	for i := range r.Tags {
		b.tags[r.Tags[i].Tag] = true
	}
	for _, claim := range r.Claims {
		for _, index := range claim.claimed() {
			b.claims[index] = true
		}
	}
}

// Clashes reports whether a chain of appends must not be added to the batch. The SQL statement for
// a batch checks each stream, each key and each unique text only once, and checks all conditions
// before it appends. Therefore no two chains of appends of a batch have a stream, a key or a unique
// text in common. Also, no chain of appends has a condition that events of an earlier chain of
// appends could match.
func (b *Batched) Clashes(r *Rows) bool {
	for i := range r.Appends {
		if once := r.Appends[i].Once; once != nil && b.keys[once.Key] {
			return true
		}
	}
	for i := range r.Streams {
		if b.streams[r.Streams[i].ID] {
			return true
		}
	}
	if slices.ContainsFunc(r.Claims, func(claim ClaimRow) bool {
		return slices.ContainsFunc(claim.claimed(), func(index claimed) bool { return b.claims[index] })
	}) {
		return true
	}
	return len(b.tags) > 0 && slices.ContainsFunc(r.Items, func(row ItemRow) bool {
		return !slices.ContainsFunc(row.Item.Tags, func(tag string) bool { return !b.tags[tag] })
	})
}
