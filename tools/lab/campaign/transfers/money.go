//go:build linux

package transfers

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Money checks every position of the log. In each currency, the balances of all accounts and the
// money in flight must together be the clients' deposits less their withdrawals. No account may be
// overdrawn. A move of a balance has up to three events; between its first and its last event, the
// money that it moves counts, too.
func Money(e *evidence.Evidence, v *evidence.Verdict) {
	seen, held := make(byTransfer), make(map[uuid.UUID]int64)
	sums := make(map[string]*sum)
	for _, currency := range []string{"EUR", "USD"} {
		sums[currency] = &sum{}
	}
	for _, recorded := range e.History.Log {
		v.Looked++
		of := sums[sample.CurrencyOf(recorded.Account)]
		of.held += recorded.Delta()
		if held[recorded.Account] += recorded.Delta(); held[recorded.Account] < 0 {
			v.Violated("account %s is overdrawn by %d at position %d", recorded.Account, -held[recorded.Account], recorded.Position)
		}
		switch {
		case recorded.Transfer != uuid.Nil:
			sums[currencyOf(e, recorded)].flight += seen.add(recorded)
		case isMoved(e, recorded):
			of.moved -= recorded.Delta()
		default:
			of.paid += recorded.Delta()
		}
		for currency, s := range sums {
			if off := s.held + s.flight + s.moved - s.paid; off != s.off {
				v.Violated("at position %d, %s of %d of transfer %s has made or lost %d %s", recorded.Position, recorded.Kind, recorded.Amount, recorded.Transfer, off-s.off, currency)
				s.off = off
			}
		}
	}
}

// sum has the sums in one currency at a position.
type sum struct {
	held   int64 // by all accounts
	flight int64 // of transfers
	moved  int64 // of moves of balances that are not complete at the position
	paid   int64 // in by clients, less what they have paid out
	off    int64 // what was reported already
}

// add adds an event of a transfer, and returns by how much the event changes the money in flight.
func (b byTransfer) add(recorded history.Event) (change int64) {
	before := flight(b[recorded.Transfer])
	b[recorded.Transfer] = append(b[recorded.Transfer], recorded)
	return flight(b[recorded.Transfer]) - before
}

// currencyOf returns the currency of a transfer, which is the currency of the account that pays.
func currencyOf(e *evidence.Evidence, recorded history.Event) string {
	return sample.CurrencyOf(e.Transfers[recorded.Transfer][0].From)
}

// isMoved reports whether a move of a balance has caused an event.
func isMoved(e *evidence.Evidence, recorded history.Event) bool {
	calls := e.ByKey[recorded.Key]
	return len(calls) > 0 && calls[0].Command.Kind == answers.Moved
}
