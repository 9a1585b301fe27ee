package main

import (
	"context"
	"errors"
	"fmt"

	"example.com/pgcqrs/internal/read"
)

// administer runs one of the commands for parked streams, beside the processes that
// project.
func administer(ctx context.Context, projector *read.Projector, args []string) error {
	if len(args) != 1 || args[0] != "parked" && args[0] != "retry" {
		return errors.New("usage: projector [parked | retry]")
	}
	parked, err := projector.Parked(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("%d parked streams\n", len(parked))
	var failed []error
	for _, stream := range parked {
		fmt.Printf("%s: stream %s at version %d, position %d: %s\n",
			stream.Projection, stream.StreamID, stream.Version, stream.Position, stream.Error)
		if args[0] == "parked" {
			continue
		}
		if err := projector.Retry(ctx, stream); err != nil {
			failed = append(failed, fmt.Errorf("retry stream %s: %w", stream.StreamID, err))
			continue
		}
		fmt.Println("  applied, and no longer parked")
	}
	return errors.Join(failed...)
}
