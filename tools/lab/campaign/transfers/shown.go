//go:build linux

package transfers

import (
	"net/http"
	"sort"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// RowsAreFolds compares each row of the table transfers with the fold of the transfer's events.
func RowsAreFolds(e *evidence.Evidence, v *evidence.Verdict) {
	count := 0
	for id, events := range e.Transfers {
		own := ofStream(events)
		if len(own) == 0 {
			continue // another check reports the movement without a transfer
		}
		v.Looked++
		count++
		if got, want := e.History.Models.Transfers[id], fold(own); got != want {
			v.Violated("the table has %+v of transfer %s, and the log says %+v", got, id, want)
		}
	}
	if rows := len(e.History.Models.Transfers); rows != count {
		v.Violated("there are %d rows of %d transfers", rows, count)
	}
}

// AnswersAreFolds compares each answer about a transfer with the fold of the transfer's events up
// to the position of the answer. Only the subject that has requested a transfer may see it.
func AnswersAreFolds(e *evidence.Evidence, v *evidence.Verdict) {
	for _, r := range e.History.Transfers {
		if !r.Last && r.Status != 0 {
			shows(e, v, r)
		}
	}
}

// AtTheEnd checks the answers about all transfers at the end of a run.
func AtTheEnd(e *evidence.Evidence, v *evidence.Verdict) {
	asked := make(map[uuid.UUID]bool)
	for _, r := range e.History.Transfers {
		if !r.Last {
			continue
		}
		shows(e, v, r)
		if events := e.Transfers[r.Transfer]; len(events) > 0 && r.By == events[0].Subject {
			asked[r.Transfer] = true
			if r.Status != http.StatusOK {
				v.Violated("transfer %s can't be read at the end: %d", r.Transfer, r.Status)
			}
		}
	}
	for id, events := range e.Transfers {
		if !asked[id] && len(ofStream(events)) > 0 {
			v.Violated("nobody has read transfer %s at the end", id)
		}
	}
}

func shows(e *evidence.Evidence, v *evidence.Verdict, r answers.TransferRead) {
	own := ofStream(e.Transfers[r.Transfer])
	own = own[:sort.Search(len(own), func(i int) bool { return own[i].Position > r.At })]
	all := e.Streams[r.Transfer]
	isOwn := len(all) > 0 && all[0].Subject == r.By
	switch r.Status {
	case http.StatusNotFound:
		if v.Looked++; isOwn && r.Min >= all[0].Position {
			v.Violated("transfer %s is requested at %d, and was not found as of %d", r.Transfer, all[0].Position, r.Min)
		}
	case http.StatusOK:
		v.Looked++
		want := fold(own)
		got := history.Transfer{Subject: r.By, From: r.From, To: r.To, Amount: r.Amount, Currency: r.Currency, Text: r.Text, Status: r.State, Code: r.Code, Version: r.Version}
		if !isOwn || r.At < r.Min || got != want {
			v.Violated("transfer %s as of %d (at least %d) is shown to %s as %+v, and the log says %+v", r.Transfer, r.At, r.Min, r.By, got, want)
		}
	}
}

// KeysMadeOne checks that all successful answers to one request for a transfer name the same
// transfer, and that one idempotency key has created at most one transfer.
func KeysMadeOne(e *evidence.Evidence, v *evidence.Verdict) {
	for key, calls := range e.ByKey {
		if calls[0].Command.Kind != sample.Requested {
			continue
		}
		v.Looked++
		caused := e.Caused[key]
		if len(caused) > 1 {
			v.Violated("key %s has made %d transfers", key, len(caused))
		}
		for _, c := range calls {
			if c.Succeeded() && (len(caused) == 0 || c.Made != caused[0].Account) {
				v.Violated("key %s was answered transfer %s, which is not the one in the log", key, c.Made)
			}
		}
	}
}
