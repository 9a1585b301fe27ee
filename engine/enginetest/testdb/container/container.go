package container

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log"
	"os"
	"strconv"
	"time"

	dockercontainer "github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	quiet "github.com/testcontainers/testcontainers-go/log"
	"github.com/testcontainers/testcontainers-go/modules/postgres"
	"github.com/testcontainers/testcontainers-go/wait"
)

const (
	answerTimeout = 5 * time.Second
	startTimeout  = 3 * time.Minute       // includes the image's download
	dataDir       = "/var/lib/postgresql" // the image's volume since version 18, and its parent before
	dataFolder    = dataDir + "/pgcqrs"   // images differ in their default
)

// Process is the label of a container with the id of the process that started it.
const Process = "pgcqrs.process"

// Server is a PostgreSQL in a container.
type Server struct {
	URL string // of the superuser

	container *postgres.PostgresContainer
	lifeline  client.HijackedResponse // a container with fresh data ends when this is closed
}

// Image returns POSTGRES_IMAGE, or the newest supported image.
func Image() string { return cmp.Or(os.Getenv("POSTGRES_IMAGE"), "postgres:18") }

// Answers returns an error if no Docker engine answers within seconds.
func Answers(ctx context.Context) error {
	quiet.SetDefault(log.New(io.Discard, "", 0)) // the errors have what matters
	ctx, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	engine, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("find a Docker engine: %w", err)
	}
	defer func() { _ = engine.Close() }()
	if _, err := engine.Ping(ctx, client.PingOptions{}); err != nil {
		return fmt.Errorf("ask the Docker engine: %w", err)
	}
	return nil
}

// Fresh starts a server with fresh data and without durability. Its container is stopped and
// removed by Stop, and when this process ends, however that happens.
func Fresh(ctx context.Context) (*Server, error) {
	s := &Server{}
	return s, s.start(ctx, postgres.WithPassword(rand.Text()),
		testcontainers.WithTmpfs(map[string]string{dataDir: "rw"}),
		testcontainers.WithCmd("sh", "-c", endWithInput, "sh", "postgres", "-c", "fsync=off", "-c", "full_page_writes=off",
			"-c", "max_connections=300"),
		testcontainers.WithConfigModifier(func(config *dockercontainer.Config) {
			config.OpenStdin, config.StdinOnce = true, true
		}),
		testcontainers.WithHostConfigModifier(func(config *dockercontainer.HostConfig) { config.AutoRemove = true }),
		testcontainers.WithAdditionalLifecycleHooks(testcontainers.ContainerLifecycleHooks{
			PreStarts: []testcontainers.ContainerHook{s.attach},
		}))
}

// Kept starts a server whose data is in a volume; the volume and its container have this name. Only
// Stop ends it.
func Kept(ctx context.Context, name, password string) (*Server, error) {
	s := &Server{}
	return s, s.start(ctx, postgres.WithPassword(password),
		testcontainers.WithName(name), testcontainers.WithCmd("postgres"),
		testcontainers.WithMounts(testcontainers.VolumeMount(name, dataDir)))
}

// endWithInput runs in the container. When its input ends, it ends PostgreSQL, which is the
// container's first process by then; earlier, signals would not reach PostgreSQL.
const endWithInput = `exec 3<&0
{ cat <&3 >/dev/null; while kill -QUIT 1; do sleep 0.1; done; } &
exec docker-entrypoint.sh "$@" </dev/null 3<&-`

// attach connects this process to the container's input before the container starts, so that the
// input is there from the first moment.
func (s *Server) attach(ctx context.Context, created testcontainers.Container) error {
	engine, err := testcontainers.NewDockerClientWithOpts(ctx)
	if err != nil {
		return fmt.Errorf("find the Docker engine: %w", err)
	}
	defer func() { _ = engine.Close() }()
	attached, err := engine.ContainerAttach(ctx, created.GetContainerID(), client.ContainerAttachOptions{Stream: true, Stdin: true})
	if err != nil {
		return fmt.Errorf("attach to the container: %w", err)
	}
	s.lifeline = attached.HijackedResponse
	return nil
}

func (s *Server) start(ctx context.Context, options ...testcontainers.ContainerCustomizer) (err error) {
	// Its job is ours, and fetching its image may hang.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return err
	}
	quiet.SetDefault(log.New(io.Discard, "", 0)) // the errors have what matters
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	s.container, err = postgres.Run(ctx, Image(), append(options,
		testcontainers.WithLabels(map[string]string{Process: strconv.Itoa(os.Getpid())}),
		testcontainers.WithEnv(map[string]string{"PGDATA": dataFolder}),
		// By TCP: the server that fills new data listens on a socket alone.
		testcontainers.WithWaitStrategy(wait.ForExec([]string{"pg_isready", "-h", "127.0.0.1"}).WithPollInterval(50*time.Millisecond)))...)
	if err == nil {
		s.URL, err = s.container.ConnectionString(ctx, "sslmode=disable")
	}
	if err != nil {
		return fmt.Errorf("start a container of %s: %w", Image(), err)
	}
	return nil
}

// Stop ends the container, also that of a failed start. PostgreSQL would otherwise wait for clients
// that nobody ends.
func (s *Server) Stop() error {
	if s.lifeline.Conn != nil {
		s.lifeline.Close()
	}
	if s.container == nil {
		return nil
	}
	return testcontainers.TerminateContainer(s.container, testcontainers.StopTimeout(2*time.Second))
}
