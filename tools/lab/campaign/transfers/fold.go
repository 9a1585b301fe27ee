//go:build linux

package transfers

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// fold returns the row of a transfer after some events of its stream. fold implements the rules
// independently of the service's code.
func fold(stream []history.Event) (row history.Transfer) {
	late := false
	for _, e := range stream {
		row.Version = e.Version
		switch e.Kind {
		case sample.Requested:
			row.Subject, row.From, row.To, row.Amount, row.Text = e.Subject, e.From, e.To, e.Amount, e.Text
			row.Currency, row.Status = sample.CurrencyOf(e.From), "requested"
		case sample.Debited:
			late, row.Status = row.Status == "expired", "debited"
		case sample.Completed:
			row.Status = "completed"
		case sample.Refused:
			row.Status, row.Code = "refused", e.Code
		case sample.Refunded:
			if row.Status, row.Code = "refunded", "not_accepted"; late {
				row.Code = "expired"
			}
		case sample.Expired:
			row.Status = "expired"
		}
	}
	return row
}

// ofStream returns the events of the transfer's own stream, without the movements of the accounts.
func ofStream(events []history.Event) (own []history.Event) {
	for _, e := range events {
		if sample.IsTransfer(e.Kind) {
			own = append(own, e)
		}
	}
	return own
}

// flight returns the money that a transfer has in flight after the given events. Between the debit
// and the deposit or refund, this is the amount of the request; before and after, it is 0.
func flight(events []history.Event) (amount int64) {
	for _, e := range events {
		switch e.Kind {
		case sample.Withdrawn:
			amount = events[0].Amount
		case sample.Deposited:
			return 0
		}
	}
	return amount
}

// byTransfer maps the id of each transfer to the transfer's events.
type byTransfer map[uuid.UUID][]history.Event
