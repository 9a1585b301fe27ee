package main

import (
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/env/envtest"
	"example.com/pgcqrs/engine/process/loopback"
)

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	envtest.EmptyIsNotSet[Config](t)
}

// The issuer listens only on a loopback address, unless ISSUER_ADDR says otherwise, as in its
// image.
func TestOnlyThisMachineReachesTheIssuer(t *testing.T) {
	t.Setenv("ISSUER_ADDR", "")
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil || !loopback.Is(config.Addr) {
		t.Errorf("it listens on %s: %v", config.Addr, err)
	}
}
