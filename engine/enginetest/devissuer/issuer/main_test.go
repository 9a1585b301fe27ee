package main

import (
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/engine/process/env/envtest"
	"example.com/pgcqrs/engine/process/loopback"
)

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // the test changes the environment
	envtest.EmptyIsNotSet[Config](t)
}

// By default the issuer listens only on a loopback address. The variable ISSUER_ADDR can set
// another address, as in the Docker image of the issuer.
func TestOnlyThisMachineReachesTheIssuer(t *testing.T) {
	t.Setenv("ISSUER_ADDR", "")
	var config Config
	if err := env.Load(&config, envconfig.Process); err != nil || !loopback.Is(config.Addr) {
		t.Errorf("it listens on %s: %v", config.Addr, err)
	}
}
