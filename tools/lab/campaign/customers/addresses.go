//go:build linux

package customers

import (
	"math"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// AddressesAreUnique checks that two customers of a subject never have the same address at the same
// position of the log. A registration or a change sets a customer's address. The customer has this
// address until the customer's next change or erasure.
func AddressesAreUnique(e *evidence.Evidence, v *evidence.Verdict) {
	for at, all := range tenures(e) {
		for n, t := range all {
			if v.Looked++; n > 0 && t.from < all[n-1].to {
				v.Violated("customers %s and %s of %q have one address: from position %d on, and from %d on", all[n-1].customer, t.customer, at.subject, all[n-1].from, t.from)
			}
		}
	}
}

// owned is the address of a customer, with the subject to which the customer belongs.
type owned struct{ subject, address string }

// tenure says that a customer has an address from one position of the log until another position.
type tenure struct {
	customer uuid.UUID
	from, to int64
}

// tenures returns, for each address, the tenures of all customers who had the address, in the order
// in which they began.
func tenures(e *evidence.Evidence) map[owned][]tenure {
	all := make(map[owned][]tenure)
	for _, recorded := range e.History.Log {
		if recorded.Kind != sample.Registered && recorded.Kind != sample.Changed {
			continue
		}
		stream := e.Streams[recorded.Account]
		t := tenure{recorded.Account, recorded.Position, math.MaxInt64}
		if recorded.Version < int64(len(stream)) {
			t.to = stream[recorded.Version].Position
		}
		at := owned{stream[0].Subject, sample.AddressOf(recorded.Key)}
		all[at] = append(all[at], t)
	}
	return all
}

// accepts returns the range of positions at which the service can accept a command of the given
// kind from a customer. The first position of the range is from, and its last position is to - 1. A
// registration is possible before the customer exists. A change is possible until the erasure.
func accepts(kind string, stream []history.Event) (from, to int64) {
	switch {
	case kind == sample.Registered && len(stream) == 0:
		return 0, math.MaxInt64
	case kind == sample.Registered:
		return 0, stream[0].Position
	case len(stream) == 0:
		return 0, 0
	}
	if last := stream[len(stream)-1]; last.Kind == sample.Erased {
		return stream[0].Position, last.Position
	}
	return stream[0].Position, math.MaxInt64
}
