//go:build linux

package students

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/engine/eventlog"
	"example.com/pgcqrs/engine/pg/dsn"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
	"example.com/pgcqrs/tools/lab/campaign/proxy"
	"example.com/pgcqrs/tools/lab/campaign/session"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// Start creates the students' database, and starts the students.
func Start(ctx context.Context, w *world.World, seed uint64) (*Students, error) {
	if err := session.Execute(ctx, w.Postgres.Owner(), "CREATE DATABASE "+Database); err != nil {
		return nil, fmt.Errorf("create the students' database: %w", err)
	}
	if err := world.Finish(ctx, w.Program("migrate", []string{"DATABASE_URL=" + session.InDatabase(w.Postgres.Owner(), Database)})); err != nil {
		return nil, err
	}
	s := &Students{started: time.Now()}
	ending, end := context.WithCancel(context.WithoutCancel(ctx))
	s.end = end
	for number := range offices {
		if err := s.open(ending, w, number, seed); err != nil {
			s.end()
			return nil, err
		}
	}
	s.running.Go(func() { s.begin(ending) })
	s.running.Go(func() { s.disturb(ending, rand.New(rand.NewPCG(seed, 2_000_001))) })
	return s, nil
}

// open starts an office (a store of events with a separate wire to the database) and the students
// of the office.
func (s *Students) open(ending context.Context, w *world.World, number int, seed uint64) error {
	wire, err := w.Postgres.NewWire(w.Postgres.Primary)
	if err != nil {
		return err
	}
	config, err := dsn.Config(session.InDatabase(session.At(w.Postgres.Owner(), wire.Address()), Database), "students")
	if err != nil {
		return fmt.Errorf("read the students' URL: %w", err)
	}
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(ending, config)
	if err != nil {
		return fmt.Errorf("connect the students: %w", err)
	}
	store := eventlog.New(pool, eventlog.Config{Decode: courses.Decode})
	o := &office{wire: wire, store: store, handler: boundary.NewHandler(store, courses.Subscription)}
	s.offices = append(s.offices, o)
	closed := make(chan struct{})
	s.running.Go(func() {
		defer pool.Close()
		_ = store.Run(ending) // ends with ending
		<-closed
	})
	var subscribing sync.WaitGroup
	for student := range perOffice {
		rounds := make(chan int, 1)
		o.rounds = append(o.rounds, rounds)
		subscribing.Go(func() {
			s.subscribe(ending, number, rounds, rand.New(rand.NewPCG(seed, uint64(2_000_002+number*perOffice+student))))
		})
	}
	s.running.Go(func() { subscribing.Wait(); close(closed) })
	return nil
}

// begin starts the rounds. In each round, begin opens a new course, and tells all waiting students
// that the round has begun.
func (s *Students) begin(ending context.Context) {
	for number := 0; ending.Err() == nil; number++ {
		course := nameOf(number)
		opening, cancel := context.WithTimeout(ending, answerIn)
		_, _ = s.offices[number%offices].store.Append(opening, event.Append{Streams: []event.StreamAppend{{ // after an error, the course may or may not exist
			Type: "course", ID: courses.ID(course), Expected: event.NoStream, Events: []event.Event{courses.Defined{Course: course, Capacity: 1 + number%3}},
		}}})
		cancel()
		for _, o := range s.offices {
			for _, rounds := range o.rounds {
				select {
				case rounds <- number:
				default: // the student still waits for an answer
				}
			}
		}
		interval.Pause(ending, perRound)
	}
}

// disturb causes faults of the wires to the database. Each fault affects the wire of one random
// office, and not the other offices.
func (s *Students) disturb(ending context.Context, random *rand.Rand) {
	for ending.Err() == nil {
		interval.Pause(ending, interval.Between(random, time.Second, 4*time.Second))
		wire := s.offices[random.IntN(offices)].wire
		switch random.IntN(3) {
		case 0:
			wire.Cut()
		case 1:
			proxy.LoseAnswers(ending, wire, interval.Between(random, 5*time.Millisecond, 50*time.Millisecond))
		case 2:
			proxy.HalfOpen(ending, wire, interval.Between(random, time.Second, 3*time.Second))
		}
	}
}

// Stop ends the students, and returns all attempts.
func (s *Students) Stop() []history.Attempt {
	s.end()
	s.running.Wait()
	return s.attempts
}
