package main

import (
	"strings"
	"testing"

	"example.com/pgcqrs/engine/process/env/envtest"
)

func TestReadmeShowsTheConfiguration(t *testing.T) {
	t.Parallel()
	envtest.IsDocumented(t, "api", &Config{})
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	envtest.EmptyIsNotSet[Config](t)
}

// The program does not start if MAX_QUEUE_TIME is longer than mostQueueTime.
func TestATimeToWaitIsBounded(t *testing.T) {
	t.Setenv("DATABASE_URL", "postgres://u:p@127.0.0.1:1/none")
	t.Setenv("AUTH", "off")
	for given, refused := range map[string]bool{"2s": false, "2001ms": true} {
		t.Setenv("MAX_QUEUE_TIME", given)
		if err := run(t.Context()); err == nil || strings.Contains(err.Error(), "MAX_QUEUE_TIME") != refused {
			t.Errorf("%s: %v", given, err)
		}
	}
}
