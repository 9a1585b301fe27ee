package mixes

import (
	"slices"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// Mix is a named kind of load.
type Mix struct {
	Name   string
	Does   string                             // description for people
	Step   func(a *Accounts, c *drive.Client) // one step of a client, which the client repeats
	Reads  bool                               // the accounts must be in the read model before the load begins
	Writes bool
}

// All lists the mixes (named kinds of load). Each step (operation of a client) of a mix records the
// mix's first part (kind of request) exactly once. So the number of results of the first part is
// the number of steps.
var All = []Mix{
	{"write", "deposits, spread over the accounts", (*Accounts).write, false, true},
	{"write-own", "deposits, each account through one API process only", (*Accounts).writeOwn, false, true},
	{"read", "one account by its id", (*Accounts).read, true, false},
	{"mixed", "four reads for each deposit", (*Accounts).mixed, true, true},
	{"hot-stream", "deposits, all to one account", (*Accounts).hotStream, false, true},
	{"read-your-write", "a deposit, then reads until one shows it: by Min-Position and by asking again, in turns", (*Accounts).readYourWrite, true, true},
	{"idempotent-retry", "a deposit, then the same again under its Idempotency-Key", (*Accounts).idempotentRetry, false, true},
}

// Of returns the mix (a named kind of load) with the given name. If no mix has that name, the
// result ok is false.
func Of(name string) (Mix, bool) {
	i := slices.IndexFunc(All, func(m Mix) bool { return m.Name == name })
	if i < 0 {
		return Mix{}, false
	}
	return All[i], true
}

// On returns the operation (step) that each client of the mix (a named kind of load) repeats. The
// operation uses the given accounts.
func (m Mix) On(a *Accounts) drive.Step {
	return func(c *drive.Client) { m.Step(a, c) }
}
