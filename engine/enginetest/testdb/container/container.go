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
	startTimeout  = 3 * time.Minute       // includes the download of the image
	dataDir       = "/var/lib/postgresql" // volume of the images since version 18; the volume of older images is below this folder
	dataFolder    = dataDir + "/pgcqrs"   // set explicitly, because images have different defaults
)

// Process is the name of a container label. The label's value is the id of the process that has
// started the container.
const Process = "pgcqrs.process"

// Server is a PostgreSQL server in a container.
type Server struct {
	URL string // URL of the superuser

	container *postgres.PostgresContainer
	lifeline  client.HijackedResponse // a container with fresh data ends when this connection is closed
}

// Image returns the name of the Docker image: the variable POSTGRES_IMAGE or, if it is not set, the
// newest supported image.
func Image() string { return cmp.Or(os.Getenv("POSTGRES_IMAGE"), "postgres:18") }

// Answers returns an error if Docker does not answer within a few seconds.
func Answers(ctx context.Context) error {
	quiet.SetDefault(log.New(io.Discard, "", 0)) // the errors contain everything that matters
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

// Fresh starts a server with new data, which is not durable. The container is stopped and removed
// when Stop is called, and also when this process ends in any way.
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

// Kept starts a server whose data is in a Docker volume. Both the volume and the container have the
// given name. Only a call of Stop ends the container.
func Kept(ctx context.Context, name, password string) (*Server, error) {
	s := &Server{}
	return s, s.start(ctx, postgres.WithPassword(password),
		testcontainers.WithName(name), testcontainers.WithCmd("postgres"),
		testcontainers.WithMounts(testcontainers.VolumeMount(name, dataDir)))
}

// endWithInput is a shell script that runs in the container. When the standard input of the
// container ends, the script stops PostgreSQL. PostgreSQL gets signals only after it has become
// process 1 of the container, so the script repeats the signal.
const endWithInput = `exec 3<&0
{ cat <&3 >/dev/null; while kill -QUIT 1; do sleep 0.1; done; } &
exec docker-entrypoint.sh "$@" </dev/null 3<&-`

// attach connects this process to the standard input of the container, before the container starts.
// So the container ends when this process ends.
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
	// Ryuk is a helper container of testcontainers that removes other containers. Ryuk is not used:
	// package container removes its containers itself, and the download of Ryuk may hang.
	if err := os.Setenv("TESTCONTAINERS_RYUK_DISABLED", "true"); err != nil {
		return err
	}
	quiet.SetDefault(log.New(io.Discard, "", 0)) // the errors contain everything that matters
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	s.container, err = postgres.Run(ctx, Image(), append(options,
		testcontainers.WithLabels(map[string]string{Process: strconv.Itoa(os.Getpid())}),
		testcontainers.WithEnv(map[string]string{"PGDATA": dataFolder}),
		// While PostgreSQL initializes new data, it listens only on a Unix socket. Therefore
		// pg_isready connects by TCP: on the Unix socket, it would report a server that is not
		// ready yet as ready.
		testcontainers.WithWaitStrategy(wait.ForExec([]string{"pg_isready", "-h", "127.0.0.1"}).WithPollInterval(50*time.Millisecond)))...)
	if err == nil {
		s.URL, err = s.container.ConnectionString(ctx, "sslmode=disable")
	}
	if err != nil {
		return fmt.Errorf("start a container of %s: %w", Image(), err)
	}
	return nil
}

// Stop ends the container. The caller must call Stop even after a failed start, because PostgreSQL
// would otherwise wait forever for its clients to end.
func (s *Server) Stop() error {
	if s.lifeline.Conn != nil {
		s.lifeline.Close()
	}
	if s.container == nil {
		return nil
	}
	return testcontainers.TerminateContainer(s.container, testcontainers.StopTimeout(2*time.Second))
}
