package delivery

import (
	"context"
	"errors"
	"slices"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog/epoch"
	"example.com/pgcqrs/engine/eventlog/flight"
)

// sendFlight sends a batch to the database in one transaction (a flight), and returns the outcome
// of each chain of appends. sendFlight also tells the Follower (package load) which events other
// processes have appended, and tells the Reads (package confirm) which events are replicated. Then
// sendFlight notifies listeners that the log has new events.
func (d *Deliverer) sendFlight(ctx context.Context, batch []*Pending, rests *epoch.Basis) ([]flight.Outcome, error) {
	seen := d.config.History.Seen.Load()
	columns := &flight.Batch{}
	for _, p := range batch {
		columns.Add(&p.Rows)
	}
	report, err := d.config.Sender.Send(ctx, columns, rests)
	if err != nil {
		return nil, err
	}
	outcomes := make([]flight.Outcome, len(batch))
	for i, p := range batch {
		if outcomes[i], err = report.Next(&p.Rows); err != nil {
			return nil, err
		}
	}
	if errors.Is(outcomes[0].Err, event.ErrLogChanged) {
		_ = d.config.History.Look(ctx) // if Look fails, the next flight calls Look again
		return outcomes, nil
	}
	head := report.Head + report.Appended
	d.config.Follower.Notice(seen, report.Head, head)
	d.config.Reads.NoticeReplicated(report.Head, head, report.StandbyRequired)
	if report.Appended > 0 {
		d.config.History.Advance(rests, epoch.Mark{Position: head, Event: lastOf(batch, outcomes)})
		d.config.Hints.Give(head)
	}
	return outcomes, nil
}

// lastOf returns the id of the last event that the batch has appended, or uuid.Nil if the batch has
// appended no event.
func lastOf(batch []*Pending, outcomes []flight.Outcome) uuid.UUID {
	for i, p := range slices.Backward(batch) {
		if outcomes[i].Err == nil && len(p.Rows.Events) > 0 {
			return p.Rows.Events[len(p.Rows.Events)-1].ID
		}
	}
	return uuid.Nil
}
