package answers

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/command/line"
	"example.com/pgcqrs/engine/command/once"
	"example.com/pgcqrs/engine/command/states"
	"example.com/pgcqrs/engine/event"
)

// Fail answers all commands that have no answer yet with an error. Commands that Decide has refused
// get the same error, because they were refused on a state that did not become durable. If the
// error is not an outage, Fail looks up the commands' idempotency keys. A command whose key has a
// stored answer gets that answer. If the error is event.ErrUnknownOutcome, only commands that an
// append may contain get this error; the other commands get event.ErrUnavailable. If the error is
// event.ErrOtherStream, each command gets the error that the function in the parameter refuseOther
// returns.
func (w *Waiting[C]) Fail(ctx context.Context, err error, refuseOther func(*line.Command[C]) error) {
	if !once.IsOutage(err) {
		if unanswered := w.Replay(ctx); unanswered != nil {
			err = unanswered
		}
	}
	for _, c := range w.Commands {
		if c.Answered {
			continue
		}
		if errors.Is(err, event.ErrOtherStream) {
			w.Settle(c, line.Answer{Err: refuseOther(c)})
		}
		if errors.Is(err, event.ErrUnknownOutcome) && c.Withdraw() {
			w.Settle(c, line.Answer{Err: fmt.Errorf("%w: it depends on an append that may be in the log: %s", event.ErrUnavailable, err.Error())})
		}
		w.Settle(c, line.Answer{Err: err})
	}
}

// Refuse returns the answer to a request that must not be executed. The parameter reason is an
// error that says why. If the request's idempotency key already has an answer, Refuse returns that
// answer. Otherwise Refuse returns the reason. During an outage (see once.IsOutage), Refuse does
// not look up the key.
func Refuse(ctx context.Context, log Log, key string, fingerprint []byte, reason error) line.Answer {
	if key == "" || once.IsOutage(reason) {
		return line.Answer{Err: reason}
	}
	answers, err := log.Answers(ctx, []string{key})
	if err != nil {
		return line.Answer{Err: states.InTime(err)}
	}
	if first, ok := answers[key]; ok {
		return once.Again(first, fingerprint)
	}
	return line.Answer{Err: reason}
}
