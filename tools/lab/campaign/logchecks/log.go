//go:build linux

package logchecks

import (
	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/evidence"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/sample"
)

func Acknowledged(e *evidence.Evidence, v *evidence.Verdict) {
	for _, c := range e.History.Calls {
		if !c.Succeeded() {
			continue
		}
		v.Looked++
		stream := e.Streams[c.Stream()]
		if c.Version < 1 || c.Version > int64(len(stream)) {
			v.Violated("%s %s was answered version %d, and the stream has %d events", c.Command.Kind, c.Command.Key, c.Version, len(stream))
			continue
		}
		got, caused := stream[c.Version-1], e.Caused[c.Command.Key]
		if !isAnswered(c, stream[:c.Version], caused) {
			v.Violated("%s %s of %d was answered version %d, position %d; there is %s %s of %d at %d", c.Command.Kind, c.Command.Key, c.Command.Amount, c.Version, c.At, got.Kind, got.Key, got.Amount, got.Position)
		}
		if n := times(c.Command, caused); n > 1 {
			v.Violated("%s %s took effect %d times", c.Command.Kind, c.Command.Key, n)
		}
	}
}

// Refused checks that commands without a successful answer have caused no event. There is one
// exception: if a request got no answer, or the answer outcome_unknown, the service may execute
// that request later. So such a command may take effect once.
func Refused(e *evidence.Evidence, v *evidence.Verdict) {
	for key, calls := range e.ByKey {
		lost, succeeded := 0, false
		for _, c := range calls {
			succeeded = succeeded || c.Succeeded()
			if c.Status == 0 || c.Code == "outcome_unknown" {
				lost++
			}
		}
		if succeeded {
			continue
		}
		v.Looked++
		last := calls[len(calls)-1]
		if n := times(last.Command, e.Caused[key]); n > min(lost, 1) {
			v.Violated("%s %s was answered %d %s and took effect %d times", last.Command.Kind, key, last.Status, last.Code, n)
		}
	}
}

func Commanded(e *evidence.Evidence, v *evidence.Verdict) {
	for _, recorded := range e.History.Log {
		v.Looked++
		if recorded.Workflow {
			isReaction(e, v, recorded)
			continue
		}
		calls := e.ByKey[recorded.Key]
		if len(calls) == 0 {
			v.Violated("nobody sent what is at position %d: %s %s", recorded.Position, recorded.Kind, recorded.Key)
			continue
		}
		if c := calls[0].Command; !isOf(c, recorded) {
			v.Violated("position %d has %s of %d, and %s of %d was sent", recorded.Position, recorded.Kind, recorded.Amount, c.Kind, c.Amount)
		}
	}
}

func Positions(e *evidence.Evidence, v *evidence.Verdict) {
	ids := make(map[uuid.UUID]bool, len(e.History.Log))
	for i, recorded := range e.History.Log {
		v.Looked++
		if recorded.Position != int64(i)+1 {
			v.Violated("position %d comes where %d is due", recorded.Position, i+1)
			return
		}
		if ids[recorded.Id] {
			v.Violated("the event's id at position %d was there before", recorded.Position)
		}
		ids[recorded.Id] = true
	}
	for _, said := range e.History.TailSaid {
		v.Violated("%s", said)
	}
	for i := range max(len(e.History.Tail), len(e.History.Log)) {
		if i >= len(e.History.Tail) || i >= len(e.History.Log) || e.History.Tail[i] != e.History.Log[i] {
			v.Violated("the tail showed something else at position %d than the log has", i+1)
			return
		}
	}
}

func RealTime(e *evidence.Evidence, v *evidence.Verdict) {
	type times struct{ sent, done int64 }
	at := make([]times, len(e.History.Log)+1)
	for _, c := range e.History.Calls {
		if !c.Succeeded() || c.At < 1 || c.At > int64(len(e.History.Log)) || e.History.Log[c.At-1].Key != c.Command.Key {
			continue
		}
		if t := at[c.At]; t.done == 0 {
			at[c.At] = times{answers.SentFirst(e.ByKey[c.Command.Key]).Nanoseconds(), c.Done.Nanoseconds()}
			v.Looked++
		}
	}
	soonest := int64(1) << 62 // when the earliest answer to a command with a higher position arrived
	for position := len(e.History.Log); position > 0; position-- {
		t := at[position]
		if t.done == 0 {
			continue
		}
		if soonest < t.sent {
			v.Violated("what is at position %d was sent after an answer about a later position", position)
		}
		soonest = min(soonest, t.done)
	}
}

func Versions(e *evidence.Evidence, v *evidence.Verdict) {
	for id, stream := range e.Streams {
		v.Looked++
		for i, recorded := range stream {
			if recorded.Version != int64(i)+1 {
				v.Violated("account %s has version %d where %d is due", id, recorded.Version, i+1)
				break
			}
		}
	}
}

func Rules(e *evidence.Evidence, v *evidence.Verdict) {
	for id, stream := range e.Streams {
		v.Looked++
		var sum int64
		var closed bool
		for i, recorded := range stream {
			sum += recorded.Delta()
			if sample.IsPerson(recorded.Kind) {
				if (i == 0) != (recorded.Kind == sample.Registered) || recorded.Kind == sample.Erased && i < len(stream)-1 {
					v.Violated("customer %s: %s at version %d of %d", id, recorded.Kind, recorded.Version, len(stream))
				}
				continue
			}
			if sample.IsTransfer(recorded.Kind) { // package transfers checks them
				continue
			}
			if sum < 0 || (i == 0) != (recorded.Kind == sample.Opened) || recorded.Kind == sample.Closed && sum != 0 || closed && !isAfterClosing(recorded) {
				v.Violated("account %s: %s at version %d leaves %d", id, recorded.Kind, recorded.Version, sum)
			}
			closed = closed || recorded.Kind == sample.Closed
		}
	}
}

// isAfterClosing reports whether an event may follow the closing of its account: a refund, or the
// withdrawal of a refund by a client.
func isAfterClosing(recorded history.Event) bool {
	return recorded.Kind == sample.Deposited && recorded.Refund || recorded.Kind == sample.Withdrawn && !recorded.Workflow
}
