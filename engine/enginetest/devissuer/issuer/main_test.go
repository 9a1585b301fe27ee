package main

import (
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/opstest"
)

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}

// Only this machine reaches the issuer, unless somebody says otherwise, as its image does.
func TestOnlyThisMachineReachesTheIssuer(t *testing.T) {
	t.Setenv("ISSUER_ADDR", "")
	var config Config
	if err := process.Load(&config, envconfig.Process); err != nil || !process.IsLoopback(config.Addr) {
		t.Errorf("it listens on %s: %v", config.Addr, err)
	}
}
