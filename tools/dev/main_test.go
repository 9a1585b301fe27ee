package main

import (
	"context"
	"errors"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/gotest"
)

// A mistake of the developer's ends with 2, go test with its own code, and a failure with 1 unless it comes of the end.
func TestExitCodes(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	for _, c := range []struct {
		ctx  context.Context
		err  error
		want int
	}{
		{t.Context(), nil, 0}, {t.Context(), gotest.Failed(3), 3}, {t.Context(), arguments.Mistake("dev: -all needs curl\n"), 2},
		{t.Context(), errors.New("coverage is below the floor"), 1}, {ended, errors.New("stopped"), gotool.Interrupted},
	} {
		if code := exitCode(c.ctx, c.err); code != c.want {
			t.Errorf("%v: exit code = %d, want %d", c.err, code, c.want)
		}
	}
}
