//go:build linux

package students

import (
	"context"
	"fmt"
	"sync"
	"time"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
)

// Database is the name of the students' database.
const Database = "courses"

const (
	offices   = 3                      // number of logs, which share nothing but the database
	perOffice = 3                      // number of students who use one log at the same time
	perRound  = 250 * time.Millisecond // time between two rounds, each of which opens a course
	answerIn  = 3 * time.Second        // how long a student waits for an answer
)

// Students is a set of students who subscribe to courses.
type Students struct {
	started time.Time
	offices []*office
	end     context.CancelFunc
	running sync.WaitGroup

	mu       sync.Mutex
	attempts []history.Attempt
}

// office is a store of events with a separate wire (a TCP proxy) to the database, like the store of
// a separate API process.
type office struct {
	wire    *proxy.Wire
	store   *eventlog.Store
	handler *boundary.Handler[courses.State, courses.Subscribe]
	rounds  []chan int // of each student: the number of the newest course
}

func nameOf(number int) string { return fmt.Sprint("course ", number) }
