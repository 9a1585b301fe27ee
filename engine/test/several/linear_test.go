package several_test

import (
	"errors"
	"math/rand/v2"
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
)

const (
	linearTanks    = 3
	linearClients  = 3 // clients of each process
	linearCommands = 40
)

// Several processes handle commands on single tanks and on overlapping pairs of tanks, and each
// process has its own cache. The answers of all processes together are linearizable. Even a refusal
// is decided on levels that both tanks had at one moment.
func TestAnswersAboutOverlappingPairsAreLinearizable(t *testing.T) {
	t.Parallel()
	for name, keep := range map[string][]int{"cached": {1000, 1000, 1000}, "uncached": {0, 0, 0}, "mixed": {1000, 1, 0}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testdb.New(t)
			var processes []*process
			for _, states := range keep {
				processes = append(processes, newProcess(t, url, states))
			}
			history := drive(t, processes)
			if result := porcupine.CheckOperationsTimeout(tanks, history, await.Within); result != porcupine.Ok {
				t.Errorf("%d operations are not linearizable: %s", len(history), result)
			}
		})
	}
}

// drive runs clients of every process, which use the same few tanks.
func drive(t *testing.T, processes []*process) []porcupine.Operation {
	t.Helper()
	ids := processes[0].build(t, linearTanks, 10)
	started := time.Now()
	var mu sync.Mutex
	var history []porcupine.Operation
	var all sync.WaitGroup
	for number := range linearClients * len(processes) {
		all.Go(func() {
			random := rand.New(rand.NewPCG(uint64(number), 1)) // repeatable, because the seed is fixed
			for range linearCommands {
				asked := anyCommand(random)
				called := time.Since(started)
				result, err := asked.send(t, processes[number%len(processes)], ids)
				returned := time.Since(started)
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

// asked is the command of a client. If from and to are the same tank, body is nil. The command then
// adds the amount to this tank or, if the amount is negative, drains it from the tank.
type asked struct {
	from, to int
	amount   int64
	body     any
}

func anyCommand(random *rand.Rand) asked {
	a := asked{from: random.IntN(linearTanks), to: random.IntN(linearTanks), amount: random.Int64N(6) + 1}
	switch {
	case a.from == a.to && random.IntN(2) == 0:
		a.amount = -a.amount
	case a.from == a.to:
	case random.IntN(2) == 0:
		a.body = pump{a.amount}
	default:
		a.body = level{a.amount}
	}
	return a
}

func (a asked) send(t *testing.T, p *process, ids []uuid.UUID) (command.Result, error) {
	switch {
	case a.body != nil:
		return p.handle(t.Context(), ids[a.from], ids[a.to], a.body, command.Request{})
	case a.amount < 0:
		return p.tanks.Handle(t.Context(), ids[a.from], tank.Drain{Amount: -a.amount}, command.Request{})
	}
	return p.tanks.Handle(t.Context(), ids[a.from], tank.Pour{Amount: a.amount}, command.Request{})
}

// told is the answer to a client's command.
type told struct {
	version int64
	err     error
}

// The type one is a tank of the model, and the type world is the list of all tanks. The model
// implements the rules of the commands without the engine's code.
type (
	one   struct{ version, amount int64 }
	world [linearTanks]one
)

var tanks = porcupine.Model{
	Init: func() any { return world{{2, 10}, {2, 10}, {2, 10}} },
	Step: func(state, input, output any) (bool, any) {
		return state.(world).step(input.(asked), output.(told)) //nolint:forcetypeassert,errcheck // drive made them
	},
}

func (w world) step(a asked, got told) (possible bool, next any) {
	next, allowed := w.after(a)
	_, rejected := errors.AsType[*event.Rejection](got.err)
	switch {
	case got.err == nil:
		return allowed && got.version == w[a.from].version+1, next
	case rejected:
		return !allowed, w
	case errors.Is(got.err, event.ErrConflict): // other clients were faster in ten attempts
		return true, w
	}
	return false, w
}

// after returns the tanks after a command, if the command is allowed.
func (w world) after(a asked) (world, bool) {
	next := w
	change := func(tank int, amount int64) {
		next[tank] = one{next[tank].version + 1, next[tank].amount + amount}
	}
	switch a.body.(type) {
	case pump:
		change(a.from, -a.amount)
		change(a.to, a.amount)
		return next, w[a.from].amount >= a.amount
	case level:
		change(a.from, a.amount)
		return next, w[a.from].amount+a.amount <= w[a.to].amount
	}
	change(a.from, a.amount)
	return next, next[a.from].amount >= 0
}
