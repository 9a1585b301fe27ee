package drive

import (
	"context"
	"sync"

	"example.com/pgcqrs/tools/lab/load/drive/measure"
)

// Run runs the load and returns the measurements. If ctx ends, Run ends early, and returns the
// measurements so far.
func Run(ctx context.Context, plan Plan) (*measure.Result, error) {
	plan, err := plan.withDefaults()
	if err != nil {
		return nil, err
	}
	r, err := newRun(plan)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var watching sync.WaitGroup
	watching.Go(func() { r.watch(ctx) })
	if plan.Rate > 0 {
		r.open(ctx)
	} else {
		r.closed(ctx)
	}
	cancel()
	watching.Wait()
	return r.result(), nil
}
