package eventlog_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command"
	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/tank"
	"example.com/pgcqrs/engine/enginetest/testdb"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg"
)

const (
	linearTanks    = 2
	linearClients  = 4 // clients of each process
	linearCommands = 50
)

// Three command handlers handle commands on the same streams. Each handler has its own cache and
// its own connections, like that of a separate process. The answers of all handlers together are
// linearizable.
func TestAnswersOfSeveralProcessesAreLinearizable(t *testing.T) {
	t.Parallel()
	for name, states := range map[string][]int{
		"cached": {1000, 1000, 1000}, "uncached": {0, 0, 0}, "mixed": {1000, 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			var processes []*tankHandler
			for _, keep := range states {
				processes = append(processes, newTankHandler(t, url, keep))
			}
			history := drive(t, processes)
			if result := porcupine.CheckOperationsTimeout(tanks, history, await.Within); result != porcupine.Ok {
				t.Errorf("%d operations are not linearizable: %s", len(history), result)
			}
		})
	}
}

type tankHandler = command.Handler[tank.State, tank.Command]

// newTankHandler returns a command handler with its own cache, its own log and its own connection
// pool, like that of a separate process.
func newTankHandler(t *testing.T, url string, keep int) *tankHandler {
	t.Helper()
	pool, err := pg.Open(t.Context(), url, t.Name(), 4)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pool.Close)
	store := eventlog.New(pool, eventlog.Config{Decode: tank.Decode, MessageOf: event.PublicMessage})
	handler := command.NewHandler(store, tank.Stream, tank.Decide, tank.Evolve).WithKeepStates(keep)
	await.Background(t, store.Run)
	await.Background(t, func(ctx context.Context) error { return store.Follow(ctx, handler.Observe) })
	return handler
}

// drive runs several clients of each handler. All clients fill and drain the same few tanks.
func drive(t *testing.T, processes []*tankHandler) []porcupine.Operation {
	t.Helper()
	var ids []uuid.UUID
	for range linearTanks {
		id := uuid.New()
		if _, err := processes[0].Handle(t.Context(), id, tank.Build{Place: "north"}, command.Request{}); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, id)
	}
	started := time.Now()
	var mu sync.Mutex
	var history []porcupine.Operation
	var all sync.WaitGroup
	for number := range linearClients * len(processes) {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(number), 1)) // repeatable, because the seed is fixed
			seen := make([]int64, len(ids))
			for range linearCommands {
				asked := anyCommand(random, seen)
				called := time.Since(started)
				result, err := processes[number%len(processes)].Handle(t.Context(), ids[asked.tank], asked.command(), asked.request())
				returned := time.Since(started)
				seen[asked.tank] = max(seen[asked.tank], result.Version)
				mu.Lock()
				history = append(history, porcupine.Operation{
					ClientId: number, Input: asked, Output: told{result.Version, err}, Call: called.Nanoseconds(), Return: returned.Nanoseconds(),
				})
				mu.Unlock()
			}
		})
	}
	all.Wait()
	return history
}

// asked is the command of a client. A positive amount fills the tank, and a negative amount drains
// it.
type asked struct {
	tank    int
	amount  int64
	ifMatch int64 // 0: any version
}

// anyCommand returns a random command. On average, the commands drain more water than they add, so
// that about half of all commands are rejected. Some commands expect the last version that their
// client has seen.
func anyCommand(random *rand.Rand, seen []int64) asked {
	a := asked{tank: random.IntN(linearTanks), amount: random.Int64N(5) + 1}
	if random.IntN(2) == 0 {
		a.amount = -random.Int64N(8) - 1
	}
	if random.IntN(4) == 0 {
		a.ifMatch = seen[a.tank]
	}
	return a
}

func (a asked) command() tank.Command {
	if a.amount < 0 {
		return tank.Drain{Amount: -a.amount}
	}
	return tank.Pour{Amount: a.amount}
}

func (a asked) request() command.Request {
	if a.ifMatch == 0 {
		return command.Request{}
	}
	return command.Request{IfMatch: event.Precondition{Versions: []int64{a.ifMatch}}}
}

// told is the answer to a client's command.
type told struct {
	version int64
	err     error
}

// level is the model with which the test compares the answers. The model implements the rules of a
// tank without the engine's code.
type level struct{ version, amount int64 }

var tanks = porcupine.Model{
	Partition: func(history []porcupine.Operation) [][]porcupine.Operation {
		parts := make([][]porcupine.Operation, linearTanks)
		for _, o := range history {
			number := o.Input.(asked).tank //nolint:forcetypeassert,errcheck // drive has stored a value of this type
			parts[number] = append(parts[number], o)
		}
		return slices.DeleteFunc(parts, func(part []porcupine.Operation) bool { return len(part) == 0 })
	},
	Init: func() any { return level{version: 1} },
	Step: func(state, input, output any) (bool, any) {
		return state.(level).step(input.(asked), output.(told)) //nolint:forcetypeassert,errcheck // drive has stored values of these types
	},
}

func (l level) step(a asked, got told) (possible bool, next any) {
	holds := a.ifMatch == 0 || a.ifMatch == l.version
	moved := level{l.version + 1, l.amount + a.amount}
	_, rejected := errors.AsType[*event.Rejection](got.err)
	switch {
	case got.err == nil:
		return holds && moved.amount >= 0 && got.version == moved.version, moved
	case errors.Is(got.err, event.ErrPreconditionFailed):
		return !holds && moved.amount >= 0, l
	case rejected:
		return moved.amount < 0, l
	case errors.Is(got.err, event.ErrConflict): // other clients were faster in ten attempts
		return true, l
	}
	return false, l
}
