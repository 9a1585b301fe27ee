// Package container runs PostgreSQL in a container. To control the container, package container
// starts the program serve in engine/enginetest/testdb/container.
package container

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
	"example.com/pgcqrs/tools/dev/child"
	"example.com/pgcqrs/tools/dev/console"
)

func postgresImage() string {
	if image := os.Getenv("POSTGRES_IMAGE"); image != "" {
		return image
	}
	return "postgres:18"
}

// Ready returns nil if a container can start now. Otherwise Ready returns an error within seconds.
// Ready does not pull a missing image, because a pull may hang for minutes if the registry can't be
// reached.
func Ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := exec.LookPath("docker"); err != nil {
		return errors.New("there is no docker command: install Docker, or use -db local")
	}
	if output, err := exec.CommandContext(ctx, "docker", "version", "--format", "{{.Server.Version}}").CombinedOutput(); err != nil {
		return fmt.Errorf("no Docker engine answers: start it, or use -db local (%s)", firstLine(output, ctx.Err()))
	}
	if err := exec.CommandContext(ctx, "docker", "image", "inspect", postgresImage()).Run(); err != nil {
		return fmt.Errorf("Docker does not have the image yet: run `docker pull %s`, or name another in POSTGRES_IMAGE", postgresImage()) //nolint:staticcheck // Docker is a proper name
	}
	return nil
}

// Server is a PostgreSQL server in a container.
type Server struct {
	URL    string
	Volume string // name of the volume with the data; "" for fresh data
	Exited <-chan struct{}
	Stop   func()
}

// Start starts the program engine/enginetest/testdb/container/serve, which runs the container. When
// the input of serve ends, serve ends the container. The input also ends if dev is killed. If
// keepDir is not "", the data of this folder's earlier runs are used again and stay after the run.
// If keepDir is "", the data are new, and are removed at the end.
func Start(ctx context.Context, keepDir, why string) (Server, error) {
	if err := Ready(ctx); err != nil {
		return Server{}, err
	}
	console.Say("database: starting a container of %s (%s)", postgresImage(), why)
	name := containerName(keepDir)
	command, err := serve(ctx, keepDir, name)
	if err != nil {
		return Server{}, err
	}
	input, inErr := command.StdinPipe()
	output, outErr := command.StdoutPipe()
	if err := errors.Join(inErr, outErr); err != nil {
		return Server{}, fmt.Errorf("make pipes for the container's program: %w", err)
	}
	if err := command.Start(); err != nil {
		return Server{}, fmt.Errorf("start the container's program: %w", err)
	}
	exited, first := make(chan struct{}), make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(output).ReadString('\n') // if there is no line, there is no URL
		first <- strings.TrimSpace(line)
		_ = command.Wait() // the program has printed its error
		close(exited)
	}()
	stop := func() {
		_ = input.Close()
		<-exited
	}
	select {
	case u := <-first:
		if u != "" {
			return Server{URL: u, Volume: name, Exited: exited, Stop: stop}, nil
		}
		err = fmt.Errorf("the container did not start: see above (if Docker is not at %q, set DOCKER_HOST; `docker context ls` shows where it may be)", dockerHost(ctx))
	case <-ctx.Done():
		err = ctx.Err()
	}
	stop()
	return Server{}, err
}

// containerName returns the name of the container and of its volume. The name depends only on the
// data folder. If the data are removed after the run, containerName returns "".
func containerName(keepDir string) string {
	if keepDir == "" {
		return ""
	}
	hash := sha256.Sum256([]byte(keepDir))
	return "pgcqrs-" + hex.EncodeToString(hash[:6])
}

// serve returns the command that runs the container. If the data remain after the run, the name and
// the password of the container are the same in every run.
func serve(ctx context.Context, keepDir, name string) (*exec.Cmd, error) {
	args, env := []string{"run", "example.com/pgcqrs/engine/enginetest/testdb/container/serve"}, os.Environ()
	if name != "" {
		password, err := keptPassword(filepath.Join(keepDir, "container-password"))
		if err != nil {
			return nil, err
		}
		args, env = append(args, "-keep", name), append(env, "POSTGRES_PASSWORD="+password)
		// This run of dev has locked the data folder. So an existing container of this name comes
		// from an earlier run, which was killed.
		_ = exec.CommandContext(ctx, "docker", "rm", "--force", name).Run()
	}
	command, err := gotool.Command(context.WithoutCancel(ctx), args...)
	if err != nil {
		return nil, err
	}
	if host := dockerHost(ctx); host != "" {
		env = append(env, "DOCKER_HOST="+host)
	}
	command.Dir, command.Env, command.Stderr = gotool.Root(), env, console.NewPrefixed("container")
	command.SysProcAttr = child.OwnSession()
	return command, nil
}

// dockerHost returns the address of the Docker daemon that the docker command uses, or "" if the
// command does not print an address. Colima and rootless Docker configure this address only for the
// docker command. So the library testcontainers may not find the address.
func dockerHost(ctx context.Context) string {
	if host := os.Getenv("DOCKER_HOST"); host != "" {
		return host
	}
	output, err := exec.CommandContext(ctx, "docker", "context", "inspect", "-f", "{{.Endpoints.docker.Host}}").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(output))
}

func keptPassword(path string) (string, error) {
	content, err := os.ReadFile(path) //nolint:gosec // the path is dev's own
	if errors.Is(err, fs.ErrNotExist) {
		content = []byte(rand.Text())
		err = os.WriteFile(path, content, 0o600)
	}
	if err != nil {
		return "", fmt.Errorf("keep the container's password: %w", err)
	}
	return string(content), nil
}

func firstLine(output []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	return line
}
