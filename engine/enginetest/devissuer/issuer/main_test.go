package main

import (
	"os"
	"strings"
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/ops"
	"example.com/pgcqrs/engine/ops/opstest"
)

func TestAnEmptyVariableMeansItsDefault(t *testing.T) { //nolint:paralleltest // it changes the environment
	opstest.EmptyIsNotSet[Config](t)
}

// Only this machine reaches the issuer, unless somebody says otherwise, as its image does: what a container
// listens on is reached by whom its ports are published to.
func TestOnlyThisMachineReachesTheIssuer(t *testing.T) {
	t.Setenv("ISSUER_ADDR", "")
	var config Config
	if err := ops.Load(&config, envconfig.Process); err != nil || !ops.IsLoopback(config.Addr) {
		t.Errorf("it listens on %s: %v", config.Addr, err)
	}
	dockerfile, err := os.ReadFile("../../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(dockerfile), "\nENV ISSUER_ADDR=:8083\n") {
		t.Error("nobody reaches it in a container")
	}
}
