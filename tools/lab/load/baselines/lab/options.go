package lab

import (
	"time"

	"example.com/pgcqrs/tools/lab/load/drive"
)

// Options says what the benchmarks measure, and for how long.
type Options struct {
	Data     string               // directory for the databases, on a real disk
	Server   string               // URL of a server with the superuser's login; "": the lab starts a server
	Only     []string             // names of the contests to run; empty: all
	Rounds   int                  // number of measurements of each contestant
	Duration time.Duration        // duration of one measurement
	Warmup   time.Duration        // duration of the warm-up before each measurement
	Accounts int                  // number of accounts over which the load is spread
	Big      int64                // number of events in the log of the contest "big"; 0: the contest is skipped
	Before   string               // commit with whose API the contest "traces" compares; "": none
	Say      func(string)         // prints a message about the run
	Progress func(drive.Progress) // receives the progress of a measurement; may be nil
}
