//go:build linux

package collect

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/answers"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/operate"
	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/world"
	"example.com/pgcqrs/tools/lab/load/drive/wire"
)

const (
	askers     = 8 // number of connections that query customers or transfers at the same time
	retryAfter = 200 * time.Millisecond
)

// readPeople queries each customer in the log at the end of the run. readPeople queries each
// customer by id, and searches for the customer by the present address and by an earlier address.
// readPeople also searches with a token whose subject must not see the customer. For one customer
// in eight, readPeople queries the export.
func readPeople(ctx context.Context, w *world.World, log []history.Event) (all []answers.PersonRead) {
	streams := make(map[uuid.UUID][]history.Event)
	for _, e := range log {
		if sample.IsPerson(e.Kind) {
			streams[e.Account] = append(streams[e.Account], e)
		}
	}
	ids := make(chan uuid.UUID, len(streams))
	for id := range streams {
		ids <- id
	}
	close(ids)
	asking, cancel := context.WithTimeout(ctx, operate.OperatorFor)
	defer cancel()
	var mu sync.Mutex
	var running sync.WaitGroup
	for number := range askers {
		running.Go(func() {
			connection := wire.NewConnection(w.Apis[number%len(w.Apis)].Address, answers.QueryFor)
			defer connection.Close()
			for id := range ids {
				reads := readPerson(asking, w, connection, id, streams[id], int64(len(log)))
				mu.Lock()
				all = append(all, reads...)
				mu.Unlock()
			}
		})
	}
	running.Wait()
	return all
}

func readPerson(asking context.Context, w *world.World, connection *wire.Connection, id uuid.UUID, stream []history.Event, head int64) (reads []answers.PersonRead) {
	one := answers.PersonRead{Customer: id, By: stream[0].Subject, Last: true, Min: head}
	contacts := slices.DeleteFunc(slices.Clone(stream), func(e history.Event) bool { return e.Kind == sample.Erased })
	if len(contacts) == 0 {
		return nil // the check reports the missing customer
	}
	one.Contact = contacts[len(contacts)-1].Key
	for _, of := range []answers.Query{answers.OfPersonItself, answers.OfLookUp, answers.OfExport} {
		if one.Of = of; of != answers.OfExport || id[0]%8 == 0 {
			reads = append(reads, one)
		}
	}
	one.Of, one.By = answers.OfLookUp, sample.Stranger
	if reads = append(reads, one); len(contacts) > 1 {
		one.By, one.Contact = stream[0].Subject, contacts[len(contacts)-2].Key
		reads = append(reads, one)
	}
	for n := range reads {
		ask(asking, w, connection, &reads[n], n%2 == 1)
	}
	return reads
}

// ask repeats a query until the answer contains the customer. After the deadline of the context in
// the argument asking, ask sends the query only once. If the answer then lacks the customer, the
// checks report the missing customer.
func ask(asking context.Context, w *world.World, connection *wire.Connection, one *answers.PersonRead, capitals bool) {
	for {
		r := requests.OfRead(one, capitals)
		r.Token, _ = w.Issuer.Token(one.By)
		answer, err := connection.Send(r)
		if err == nil {
			requests.Take(one, answer)
		}
		if asking.Err() != nil || err == nil && answer.Status < 500 && answer.Status != http.StatusUnauthorized {
			return
		}
		interval.Pause(asking, retryAfter)
	}
}
