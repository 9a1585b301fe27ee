package event

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/google/uuid"
)

// NewIdentity returns the identity of a piece of work. Equal arguments give the same identity. The
// parameter unixMilli is the time at which the cause of the work happened. An identity, and each id
// that DeriveID computes from the identity, is a UUID of version 8 (RFC 9562, 5.8). Each of these
// UUIDs begins with this time, as the ids of other events do. Therefore new ids are close together
// in the database's index of event ids.
func NewIdentity(name string, position int64, n int, unixMilli int64) uuid.UUID {
	seed := binary.BigEndian.AppendUint64(nil, uint64(position)) //nolint:gosec // any bits will do
	seed = binary.BigEndian.AppendUint64(seed, uint64(n))        //nolint:gosec // any bits will do
	return version8(unixMilli, sha256.Sum256(append(seed, name...)))
}

// DeriveID returns the id of one event of an append that has the given identity. The parameter n is
// the number of the event in the append: 0, 1, 2 …
func DeriveID(identity uuid.UUID, n int) uuid.UUID {
	var milli [8]byte
	copy(milli[2:], identity[:6])
	seed := binary.BigEndian.AppendUint64(identity[:16:16], uint64(n))             //nolint:gosec // any bits will do
	return version8(int64(binary.BigEndian.Uint64(milli[:])), sha256.Sum256(seed)) //nolint:gosec // 48 bits
}

// version8 returns a UUID of version 8. Its first 48 bits are the time, and the other bits are from
// the hash.
func version8(unixMilli int64, hash [32]byte) (id uuid.UUID) {
	var milli [8]byte
	binary.BigEndian.PutUint64(milli[:], uint64(unixMilli)) //nolint:gosec // times since 1970
	copy(id[:6], milli[2:])
	copy(id[6:], hash[:])
	id[6] = id[6]&0x0f | 0x80
	id[8] = id[8]&0x3f | 0x80
	return id
}
