package main

import (
	"context"
	"errors"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/gotest"
)

// dev exits with code 2 after a mistake in the command line, with the exit code of go test after a
// failed test, and with code 1 after another failure. If dev is told to end, a failure may result
// from this end. dev then exits with the code of an interrupted program (130).
func TestExitCodes(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(t.Context())
	end()
	if code := exitCode(ended, errors.New("stopped")); code != gotool.Interrupted {
		t.Errorf("after the end: exit code = %d, want %d", code, gotool.Interrupted)
	}
	for _, c := range []struct {
		err  error
		want int
	}{
		{nil, 0}, {gotest.Failed(3), 3}, {arguments.Mistake("dev: -all needs curl\n"), 2}, {errors.New("coverage is below the floor"), 1},
	} {
		if code := exitCode(t.Context(), c.err); code != c.want {
			t.Errorf("%v: exit code = %d, want %d", c.err, code, c.want)
		}
	}
}
