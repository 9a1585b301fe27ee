package ops

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// Together runs long-lived things until one of them returns an error, which ends the others' context, or all
// have returned. It returns the first error.
type Together struct{ group *errgroup.Group }

// NewTogether returns one with nothing in it, and the context of what it runs.
func NewTogether(ctx context.Context) (Together, context.Context) {
	group, ctx := errgroup.WithContext(ctx)
	return Together{group}, ctx
}

// Go runs one thing more.
func (t Together) Go(run func() error) { t.group.Go(run) }

// Wait waits for all.
func (t Together) Wait() error { return t.group.Wait() }
