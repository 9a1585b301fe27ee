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

// A Handler connects the two functions of ExampleDecide, decideShow and evolveShow, to an event
// log. This example uses a log in memory; a service uses an eventlog.Store. A command with an
// idempotency key takes effect only once, even if the client sends it several times.
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
	reserve("key-3", 40, event.Precondition{Versions: []int64{7}}) // the client expects a version that the stream does not have
	// Output:
	// version 1 position 1 replayed false
	// version 1 position 1 replayed true
	// failed: idempotency key was used for another request
	// refused: sold_out
	// failed: stream is at another version than the client expects
}
