//go:build linux

package logchecks

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

// isReaction checks an event that a workflow has caused. The event must belong to a transfer that a
// client requested before the event. The correlation id of the event must be the key of that
// request.
func isReaction(e *evidence.Evidence, v *evidence.Verdict, recorded history.Event) {
	switch recorded.Kind {
	case sample.Deposited, sample.Withdrawn, sample.Debited, sample.Completed, sample.Refused, sample.NotAccepted, sample.Refunded, sample.Expired:
	default:
		v.Violated("a workflow has caused %s at position %d", recorded.Kind, recorded.Position)
		return
	}
	if recorded.Transfer == uuid.Nil {
		v.Violated("a workflow has caused %s at position %d, which belongs to no transfer", recorded.Kind, recorded.Position)
		return
	}
	first := e.Transfers[recorded.Transfer][0]
	if first.Kind != sample.Requested || first.Workflow || first.Position >= recorded.Position || first.Key != recorded.Key {
		v.Violated("a workflow has caused %s at position %d; transfer %s begins with %s at %d, of another key or too late",
			recorded.Kind, recorded.Position, recorded.Transfer, first.Kind, first.Position)
	}
}
