package encode

import (
	"slices"

	"github.com/google/uuid"
)

// claimed is the index entry of a unique text in a scope.
type claimed struct{ field, scope, index string }

// Batch collects chains of appends that may be in the same SQL statement. The statement checks each
// stream, each idempotency key and each unique text only once, against the state before the batch.
// Therefore no two chains of a batch may have one of them in common.
type Batch struct {
	streams map[uuid.UUID]bool
	keys    map[string]bool
	claims  map[claimed]bool
}

// NewBatch returns a Batch without chains, with room for the given number of streams.
func NewBatch(streams int) *Batch {
	return &Batch{streams: make(map[uuid.UUID]bool, streams), keys: make(map[string]bool), claims: make(map[claimed]bool)}
}

// Add adds a chain of appends to the batch and returns true. If the chain has a stream, an
// idempotency key or a unique text in common with a chain of the batch, Add returns false.
func (b *Batch) Add(r *Rows) bool {
	if b.clashes(r) {
		return false
	}
	for _, stream := range r.Streams {
		b.streams[stream.ID] = true
	}
	for _, a := range r.Appends {
		if a.Once != nil {
			b.keys[a.Once.Key] = true
		}
	}
	for _, claim := range r.Claims {
		for _, index := range claim.Indexes {
			b.claims[claimed{claim.Field, claim.Scope, string(index)}] = true
		}
	}
	return true
}

func (b *Batch) clashes(r *Rows) bool {
	return slices.ContainsFunc(r.Streams, func(stream StreamRow) bool { return b.streams[stream.ID] }) ||
		slices.ContainsFunc(r.Appends, func(a AppendRow) bool { return a.Once != nil && b.keys[a.Once.Key] }) ||
		slices.ContainsFunc(r.Claims, func(claim ClaimRow) bool {
			return slices.ContainsFunc(claim.Indexes, func(index []byte) bool {
				return b.claims[claimed{claim.Field, claim.Scope, string(index)}]
			})
		})
}
