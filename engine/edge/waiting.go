package httpapi

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/engine/event"
)

var (
	// errTooManyWaits is what ErrOverloaded is for reads that wait.
	errTooManyWaits = fmt.Errorf("waits: %w", event.ErrOverloaded)

	errTooManyAtOnce = errors.New("too many requests at once")
)

// waiting runs what does nothing but wait, such as for a Min-Position: under bounds of its
// own, and without the request's place among the queries, which it takes again before the
// query runs. Those who wait, however long, take no place from those who don't. Those that are woken
// together all wait for a place, however many: as many as waited before. ctx is the request's; what bounds
// the wait does not bound the turn after it.
func (s *server) waiting(ctx context.Context, wait func() error) error {
	request := requestOf(ctx)
	place := request.place
	if err := s.bounded(request, func() error {
		request.leave()
		return wait()
	}); err != nil {
		return err
	}
	if place == nil {
		return nil
	}
	return s.turn(ctx, request, place, true)
}

// bounded runs a wait, unless as many of all, of the subject or of the address do as may.
func (s *server) bounded(request *request, wait func() error) error {
	if !s.subjectWaits.enter(request.caller.Subject) {
		return s.turnAway("waits of subject", errTooManyAtOnce)
	}
	defer s.subjectWaits.leave(request.caller.Subject)
	if !s.addressWaits.enter(request.address) {
		return s.turnAway("waits of address", errTooManyAtOnce)
	}
	defer s.addressWaits.leave(request.address)
	if !s.waits.enter() {
		return s.turnAway("waits", errTooManyWaits)
	}
	defer s.waits.leave()
	return wait()
}

// turnAway counts a request that comes while as many run as may.
func (s *server) turnAway(limit string, err error) error {
	s.metrics.turnedAway.WithLabelValues(limit).Inc()
	return err
}
