package command_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/event"
)

// A handler connects the decider of ExampleDecide to an event log: in this example a log in
// memory, in a service an eventlog.Store. With an idempotency key, a command takes effect once,
// however often it is sent.
func ExampleHandler() {
	log := &memory{answers: make(map[string]event.Answered)}
	shows := command.NewAggregate("show", decideShow, evolveShow).Handler(log)
	show := uuid.New()

	reserve := func(key string, seats int, ifMatch event.Precondition) {
		result, err := shows.Handle(context.Background(), show, Reserve{seats}, command.Request{
			Key: key, Fingerprint: []byte(strconv.Itoa(seats)), IfMatch: ifMatch,
		})
		rejection, refused := errors.AsType[*event.Rejection](err)
		switch {
		case refused:
			fmt.Println("refused:", rejection.Code)
		case err != nil:
			fmt.Println("failed:", err)
		default:
			fmt.Println("version", result.Version, "position", result.Position, "replayed", result.Replayed)
		}
	}
	anyVersion := event.Precondition{}
	reserve("key-1", 60, anyVersion)
	reserve("key-1", 60, anyVersion) // the client sends the command again because it did not get the answer
	reserve("key-1", 61, anyVersion)
	reserve("key-2", 50, anyVersion)
	reserve("key-3", 40, event.Precondition{Versions: []int64{7}}) // the client has decided on a version that the stream does not have
	// Output:
	// version 1 position 1 replayed false
	// version 1 position 1 replayed true
	// failed: idempotency key was used for another request
	// refused: sold_out
	// failed: stream is at another version than the client expects
}
