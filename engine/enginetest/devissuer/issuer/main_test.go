package main

import (
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/opstest"
)

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}

// Only this machine reaches the issuer, unless somebody says otherwise, as its image does.
func TestOnlyThisMachineReachesTheIssuer(t *testing.T) {
	t.Setenv("ISSUER_ADDR", "")
	var config Config
	if err := ops.Load(&config, envconfig.Process); err != nil || !ops.IsLoopback(config.Addr) {
		t.Errorf("it listens on %s: %v", config.Addr, err)
	}
}
