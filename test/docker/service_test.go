//go:build docker

// Package docker_test runs the service with PostgreSQL in a container. The tests need Docker, and
// fail if Docker does not run.
package docker_test

import (
	"cmp"
	"net/http"
	"os"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/postgres"

	"example.com/pgcqrs/api"
	"example.com/pgcqrs/engine/enginetest/caller"
	"example.com/pgcqrs/engine/enginetest/contracttest"
	"example.com/pgcqrs/engine/enginetest/programs"
)

func TestMain(m *testing.M) {
	programs.Main(m, "../..", "./cmd/api", "./cmd/projector", "./cmd/migrate")
}

// The service starts on a PostgreSQL in a container, even if PostgreSQL is installed on this
// machine. The program migrate creates the schema, and the API answers requests.
func TestServiceInAContainer(t *testing.T) {
	t.Parallel()
	serve(t).Get("/v1/trail", "").Want(t, http.StatusOK, "")
}

// serve starts the whole service on a PostgreSQL in a container, and returns a client of its API.
func serve(t *testing.T) *caller.Caller {
	t.Helper()
	server, err := postgres.Run(t.Context(), cmp.Or(os.Getenv("POSTGRES_IMAGE"), "postgres:18"), postgres.WithPassword("secret"), postgres.BasicWaitStrategies())
	testcontainers.CleanupContainer(t, server)
	if err != nil {
		t.Fatalf("start PostgreSQL in a container, for which a Docker engine must answer: %v", err)
	}
	url, err := server.ConnectionString(t.Context(), "sslmode=disable")
	if err != nil {
		t.Fatal(err)
	}
	environment := append(os.Environ(), "DATABASE_URL="+url, "UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "LOG_FORMAT=json")
	if said, code := programs.Run(t, environment, "migrate"); code != 0 {
		t.Fatalf("migrate: %s", said)
	}
	programs.Begin(t, "projector", environment...)
	return caller.New(t, contracttest.Must(api.Spec), programs.Begin(t, "api", environment...).Address)
}
