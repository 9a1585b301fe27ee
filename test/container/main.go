// Command container runs a PostgreSQL container for cmd/dev: it prints the server's
// URL on a line, and ends the container when its input ends, which it also does when
// cmd/dev is killed. It lies under test because only test code may know of
// testcontainers.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/testcontainers/testcontainers-go"
	quiet "github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/modules/postgres"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	startTimeout = 90 * time.Second
	dataDir      = "/var/lib/postgresql" // the image's volume since 18, and its parent before
)

func main() {
	keep := flag.String("keep", "", "`name` of a container and of the volume with its data, whose password is in POSTGRES_PASSWORD; empty: fresh data, without durability")
	flag.Parse()
	quiet.SetDefault(log.New(io.Discard, "", 0)) // what matters is in the errors
	if err := run(*keep); err != nil {
		fmt.Fprintln(os.Stderr, "container:", err)
		os.Exit(1)
	}
}

func run(keep string) (err error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin) // however it ends, cmd/dev is gone
		stop()
	}()
	// Its job is ours, and fetching its image may hang.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return err
	}
	starting, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	server, err := postgres.Run(starting, image(), options(keep)...)
	defer func() {
		// A failed start leaves one, too. PostgreSQL would wait for clients that nobody ends.
		err = errors.Join(err, testcontainers.TerminateContainer(server, testcontainers.StopTimeout(2*time.Second)))
	}()
	if err != nil {
		return fmt.Errorf("start a container of %s: %w", image(), err)
	}
	url, err := server.ConnectionString(starting, "sslmode=disable")
	if err != nil {
		return fmt.Errorf("find the container's address: %w", err)
	}
	fmt.Println(url)
	<-ctx.Done()
	return nil
}

func image() string {
	if given := os.Getenv("POSTGRES_IMAGE"); given != "" {
		return given
	}
	return "postgres:18"
}

func options(keep string) []testcontainers.ContainerCustomizer {
	all := []testcontainers.ContainerCustomizer{
		testcontainers.WithEnv(map[string]string{"PGDATA": dataDir + "/pgcqrs"}), // images differ in their default
		// By TCP: the server that fills new data listens on a socket alone.
		testcontainers.WithWaitStrategy(wait.ForExec([]string{"pg_isready", "-h", "127.0.0.1"}).WithPollInterval(50 * time.Millisecond)),
	}
	if keep == "" {
		return append(all,
			postgres.WithPassword(rand.Text()),
			testcontainers.WithTmpfs(map[string]string{dataDir: "rw"}),
			testcontainers.WithCmd("postgres", "-c", "fsync=off", "-c", "full_page_writes=off",
				"-c", "synchronous_commit=off", "-c", "max_connections=300"))
	}
	return append(all,
		postgres.WithPassword(os.Getenv("POSTGRES_PASSWORD")),
		testcontainers.WithName(keep),
		testcontainers.WithCmd("postgres"),
		testcontainers.WithMounts(testcontainers.VolumeMount(keep, dataDir)))
}
