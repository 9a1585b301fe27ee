package main

import (
	"testing"

	"example.com/pgcqrs/engine/process/opstest"
)

func TestReadmeShowsTheConfiguration(t *testing.T) {
	t.Parallel()
	opstest.ReadmeShows(t, "migrate", &Config{})
}

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}
