//go:build linux

package readmodels

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// Whole checks that the text of each event equals the text that the client sent. Whole checks the
// log and the event's message. For texts of the maximum length, Whole also checks the read models.
func Whole(e *evidence.Evidence, v *evidence.Verdict) {
	ofEvent := make(map[uuid.UUID]sample.Digest, len(e.History.Log))
	for _, recorded := range e.History.Log {
		want := sample.DigestOf(sample.TextOf(recorded.Kind, recorded.Key))
		ofEvent[recorded.Id] = want
		if recorded.Text != want {
			v.Violated("the text of %s at position %d is not what was sent", recorded.Kind, recorded.Position)
		}
		if !sample.IsLarge(recorded.Key) || recorded.Kind == sample.Closed || !sample.IsAccount(recorded.Kind) && recorded.Kind != sample.Requested {
			continue
		}
		v.Looked++
		if recorded.Kind == sample.Requested {
			if e.History.Models.Transfers[recorded.Account].Text != want {
				v.Violated("transfer %s has another reference than was sent", recorded.Account)
			}
			continue
		}
		if recorded.Kind == sample.Opened && e.History.Models.Owners[recorded.Account] != want {
			v.Violated("balances has another owner of account %s than was sent", recorded.Account)
		}
		if at := (history.Place{Account: recorded.Account, Version: recorded.Version}); recorded.Kind != sample.Opened && e.History.Models.References[at] != want {
			v.Violated("the statement of account %s has another reference at version %d than was sent", at.Account, at.Version)
		}
	}
	for _, m := range e.History.Published {
		if want, known := ofEvent[m.Id]; known && m.Text != want {
			v.Violated("the text in message %s is not what was sent", m.Id)
		}
	}
}
