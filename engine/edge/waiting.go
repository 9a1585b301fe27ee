package edge

import (
	"context"

	"example.com/pgcqrs/engine/edge/problem"
)

// waiting runs what does nothing but wait, such as for a Min-Position: under bounds of its
// own, and without the request's place among the queries, which it takes again before the
// query runs. Those who wait, however long, take no place from those who don't. Those that are woken
// together all wait for a place, however many: as many as waited before. ctx is the request's; what bounds
// the wait does not bound the turn after it.
func (s *Stack) waiting(ctx context.Context, wait func() error) error {
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
func (s *Stack) bounded(request *request, wait func() error) error {
	if !s.subjectWaits.Enter(request.caller.Subject) {
		return s.turnAway("waits of subject", problem.ErrTooManyAtOnce)
	}
	defer s.subjectWaits.Leave(request.caller.Subject)
	if !s.addressWaits.Enter(request.address) {
		return s.turnAway("waits of address", problem.ErrTooManyAtOnce)
	}
	defer s.addressWaits.Leave(request.address)
	if !s.waits.Enter() {
		return s.turnAway("waits", problem.ErrTooManyWaits)
	}
	defer s.waits.Leave()
	return wait()
}

// turnAway counts a request that comes while as many run as may.
func (s *Stack) turnAway(limit string, err error) error {
	s.metrics.turnedAway.WithLabelValues(limit).Inc()
	return err
}
