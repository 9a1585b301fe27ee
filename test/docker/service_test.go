//go:build docker

// Package docker_test needs a Docker engine, and fails without one.
package docker_test

import (
	"bufio"
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/testcontainers/testcontainers-go"
	"github.com/testcontainers/testcontainers-go/modules/postgres"

	"example.com/pgcqrs/engine/enginetest/await"
)

// The service starts on a PostgreSQL in a container, whatever else is on this machine: it makes its schema, and answers.
func TestServiceInAContainer(t *testing.T) {
	t.Parallel()
	send(t, http.MethodGet, serve(t)+"/v1/audit", "", "", http.StatusOK)
}

// serve starts all of the service on a PostgreSQL in a container, and returns the API's URL.
func serve(t *testing.T) string {
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
	programs := build(t)
	environment := append(os.Environ(), "DATABASE_URL="+url, "UNSAFE_DATABASE=accept", "AUTH=off", "API_ADDR=127.0.0.1:0", "PROJECTOR_ADDR=127.0.0.1:0", "LOG_FORMAT=json")
	migrate := exec.Command(filepath.Join(programs, "migrate"))
	migrate.Env = environment
	if said, err := migrate.CombinedOutput(); err != nil {
		t.Fatalf("migrate: %v\n%s", err, said)
	}
	start(t, filepath.Join(programs, "projector"), environment)
	return "http://" + start(t, filepath.Join(programs, "api"), environment)
}

func build(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	command := exec.Command("go", "build", "-o", folder+string(filepath.Separator), "../../cmd/api", "../../cmd/projector", "../../cmd/migrate")
	if said, err := command.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, said)
	}
	return folder
}

// start runs a program until the test ends, and returns the address that it listens on.
func start(t *testing.T, program string, environment []string) string {
	t.Helper()
	command := exec.Command(program)
	command.Env = environment
	log, err := command.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	listening, ended := make(chan string, 1), make(chan struct{})
	go func() {
		defer close(ended)
		for lines := bufio.NewScanner(log); lines.Scan(); {
			var line struct{ Msg, Address, Server string }
			if json.Unmarshal(lines.Bytes(), &line) == nil && line.Msg == "listening" && line.Server != "probes" {
				listening <- line.Address
			}
		}
		_ = command.Wait() // how it ended does not matter here
	}()
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM)
		<-ended
	})
	return await.Signal(t, filepath.Base(program)+" listens", listening)
}

type answer struct {
	header http.Header
	body   string
}

func send(t *testing.T, method, url, body, position string, want int) answer {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	if position != "" {
		request.Header.Set("Min-Position", position)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != want {
		t.Fatalf("%s %s: %d %s %v; want %d", method, url, response.StatusCode, content, err, want)
	}
	return answer{response.Header, string(content)}
}
