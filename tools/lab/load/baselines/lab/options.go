package lab

import (
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// Options holds what to measure, and for how long.
type Options struct {
	Data     string               // directory on a real disk, for the databases
	Server   string               // URL of the superuser of a server to use; "": the lab starts one
	Only     []string             // contests; none: all
	Rounds   int                  // how often each side has its turn
	Duration time.Duration        // of one turn
	Warmup   time.Duration        // before it
	Accounts int                  // over which the load is spread
	Big      int64                // events in the log of the contest "big"; 0: the contest is left out
	Say      func(string)         // receives messages about the run
	Progress func(drive.Progress) // nil, or receives the progress of a turn
}
