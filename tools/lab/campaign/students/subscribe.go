//go:build linux

package students

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/google/uuid"

	"example.com/pgcqrs/engine/command/boundary"
	"example.com/pgcqrs/engine/enginetest/courses"
	"example.com/pgcqrs/engine/event"
	"example.com/pgcqrs/tools/lab/campaign/history"
	"example.com/pgcqrs/tools/lab/campaign/interval"
)

const (
	perYear  = 10 // number of rounds in which the same students subscribe
	students = 4  // number of students at a time; several goroutines may subscribe the same student
	tries    = 6  // how often a student tries to subscribe to a course
)

// subscribe tries, in each round, to subscribe a random student to a course. Mostly this is the
// course of the round, which all students want, and sometimes the course of the previous round.
func (s *Students) subscribe(ending context.Context, office int, rounds <-chan int, random *rand.Rand) {
	var made []history.Attempt
	defer func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.attempts = append(s.attempts, made...)
	}()
	for {
		var number int
		select {
		case <-ending.Done():
			return
		case number = <-rounds:
		}
		student := fmt.Sprintf("student %d of year %d", random.IntN(students), number/perYear)
		if random.IntN(4) == 0 && number > 0 {
			number--
		}
		one := history.Attempt{Key: uuid.New(), Course: nameOf(number), Student: student}
		for try := range tries {
			one = s.attempt(ending, (office+try)%offices, one)
			made = append(made, one)
			if one.Ended != history.NothingDone && one.Ended != history.UnknownDone || random.IntN(4) == 0 {
				break
			}
			interval.Pause(ending, interval.Between(random, 50*time.Millisecond, 300*time.Millisecond))
		}
	}
}

// attempt sends a command to an office, and records the answer.
func (s *Students) attempt(ending context.Context, office int, one history.Attempt) history.Attempt {
	ctx, cancel := context.WithTimeout(ending, answerIn)
	defer cancel()
	one.Sent = time.Since(s.started)
	result, err := s.offices[office].handler.Handle(ctx, courses.Subscribe{Course: one.Course, Student: one.Student},
		boundary.Request{Key: one.Key.String(), Fingerprint: one.Key[:], Metadata: event.Metadata{CorrelationID: one.Key.String()}})
	one.Done = time.Since(s.started)
	one.Ended, one.Position = endingOf(err), result.Position
	return one
}

// endingOf returns how an attempt ended. The argument err is the error of the command. All errors
// except ErrUnknownOutcome promise that nothing was done.
func endingOf(err error) history.Ending {
	rejection, rejected := errors.AsType[*event.Rejection](err)
	switch {
	case err == nil:
		return history.Subscribed
	case rejected:
		return history.Ending(rejection.Code)
	case errors.Is(err, event.ErrStreamNotFound):
		return history.NoCourse
	case errors.Is(err, event.ErrUnknownOutcome):
		return history.UnknownDone
	}
	return history.NothingDone
}
