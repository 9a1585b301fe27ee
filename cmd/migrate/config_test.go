package main

import (
	"testing"

	"example.com/pgcqrs/engine/process/env/envtest"
)

func TestReadmeShowsTheConfiguration(t *testing.T) {
	t.Parallel()
	envtest.IsDocumented(t, "migrate", &Config{})
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	envtest.EmptyIsNotSet[Config](t)
}
