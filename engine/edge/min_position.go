package httpapi

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

const (
	usualWait = 5 * time.Second
	mostWait  = 30 * time.Second
	// leastWait is for one look at where the read model is, also with wait=0.
	leastWait = 250 * time.Millisecond
)

// await returns once the read model is at Min-Position, errPositionNotReached
// when Prefer's time is up.
func (s *server) await(ctx context.Context, readModel string, minPosition, prefer *string) error {
	if minPosition == nil {
		return nil
	}
	position, err := strconv.ParseInt(*minPosition, 10, 64)
	if err != nil {
		return invalid{{Field: "Min-Position", Rule: new("maximum"), Detail: "must be at most 9223372036854775807"}}
	}
	wait, asked := waitOf(prefer)
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
func (s *server) reach(ctx context.Context, readModel string, position int64, wait time.Duration) error {
	bounded, cancel := context.WithTimeout(ctx, max(wait, leastWait))
	defer cancel()
	err := s.Wait(bounded, readModel, position)
	if err != nil && ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded) {
		return errPositionNotReached
	}
	return err
}

// waitOf reads wait=<seconds> of Prefer. As RFC 7240 has it, a preference that
// can't be understood is ignored, and the first of two counts.
func waitOf(prefer *string) (wait time.Duration, asked bool) {
	if prefer == nil {
		return usualWait, false
	}
	for preference := range strings.SplitSeq(*prefer, ",") {
		token, _, _ := strings.Cut(preference, ";")
		name, value, _ := strings.Cut(token, "=")
		if !strings.EqualFold(strings.TrimSpace(name), "wait") {
			continue
		}
		seconds, err := strconv.ParseUint(strings.Trim(strings.TrimSpace(value), `"`), 10, 31)
		if err != nil {
			return usualWait, false
		}
		return min(time.Duration(seconds)*time.Second, mostWait), true
	}
	return usualWait, false
}
