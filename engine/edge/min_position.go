package edge

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"example.com/pgcqrs/engine/edge/problem"
	"example.com/pgcqrs/engine/edge/query"
)

// Await returns once the read model is at Min-Position, problem.ErrPositionNotReached
// when Prefer's time is up.
func (s *Stack) Await(ctx context.Context, readModel string, minPosition, prefer *string) error {
	if minPosition == nil {
		return nil
	}
	position, err := strconv.ParseInt(*minPosition, 10, 64)
	if err != nil {
		return problem.Invalid{{Field: "Min-Position", Rule: new("maximum"), Detail: "must be at most 9223372036854775807"}}
	}
	wait, asked := query.WaitOf(prefer)
	if asked {
		requestOf(ctx).answer.Set("Preference-Applied", fmt.Sprintf("wait=%d", int(wait.Seconds())))
	}
	became, took := "refused", time.Duration(0)
	err = s.waiting(ctx, func() error {
		start := time.Now()
		err := s.reach(ctx, readModel, position, wait)
		became, took = "reached", time.Since(start)
		if err != nil {
			became = "not_reached"
		}
		return err
	})
	s.metrics.waits.WithLabelValues(readModel, became).Observe(took.Seconds())
	if err != nil {
		return fmt.Errorf("wait for %s at %d: %w", readModel, position, err)
	}
	return nil
}

// reach waits so long at most, and looks once at least.
func (s *Stack) reach(ctx context.Context, readModel string, position int64, wait time.Duration) error {
	bounded, cancel := context.WithTimeout(ctx, max(wait, query.LeastWait))
	defer cancel()
	err := s.Wait(bounded, readModel, position)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return problem.ErrPositionNotReached
	}
	return err
}
