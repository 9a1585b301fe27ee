package lab

import (
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// Options say what to measure, and for how long.
type Options struct {
	Data     string               // directory on a real disk, for the databases
	Server   string               // URL of the superuser of a server to use; "": one of our own
	Only     []string             // contests; none: all
	Rounds   int                  // how often each side has its turn
	Duration time.Duration        // of one turn
	Warmup   time.Duration        // before it
	Accounts int                  // that the load is spread over
	Big      int64                // events in the log of the contest "big"; 0: it is not held
	Say      func(string)         // told what happens
	Progress func(drive.Progress) // nil, or told how far a turn is
}
