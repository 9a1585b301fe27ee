package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"time"
)

func postgresImage() string {
	if image := os.Getenv("POSTGRES_IMAGE"); image != "" {
		return image
	}
	return "postgres:18"
}

// dockerReady finds out in seconds whether a container can start now. A missing
// image is not pulled: without a registry that hangs for minutes.
func dockerReady(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	if _, err := exec.LookPath("docker"); err != nil {
		return errors.New("there is no docker command: install Docker, or use -db local")
	}
	if output, err := exec.CommandContext(ctx, "docker", "version", "--format", "{{.Server.Version}}").CombinedOutput(); err != nil {
		return fmt.Errorf("no Docker engine answers: start it, or use -db local (%s)", firstLine(output, ctx.Err()))
	}
	if err := exec.CommandContext(ctx, "docker", "image", "inspect", postgresImage()).Run(); err != nil {
		return fmt.Errorf("Docker does not have the image yet: run `docker pull %s`, or name another in POSTGRES_IMAGE", postgresImage()) //nolint:staticcheck // Docker is a name
	}
	return nil
}

// docker starts test/container, which ends its container when its input ends: also
// when we are killed.
func (s source) docker(ctx context.Context, why string) (database, error) {
	if err := dockerReady(ctx); err != nil {
		return database{}, err
	}
	say("database: starting a container of %s (%s)", postgresImage(), why)
	args := []string{"run", "./test/container"}
	if s.keep != nil {
		args = append(args, "-keep", s.keep.Dir)
	}
	command, err := goCommand(context.WithoutCancel(ctx), args...)
	if err != nil {
		return database{}, err
	}
	command.Dir = moduleRoot()
	command.SysProcAttr = ownSession()
	command.Stderr = newPrefixed("container")
	input, inErr := command.StdinPipe()
	output, outErr := command.StdoutPipe()
	if err := errors.Join(inErr, outErr, command.Start()); err != nil {
		return database{}, fmt.Errorf("start test/container: %w", err)
	}
	exited := make(chan struct{})
	stop := func() {
		_ = input.Close()
		<-exited
	}
	first := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(output).ReadString('\n') // no line: no URL
		first <- strings.TrimSpace(line)
		_ = command.Wait() // it has said itself what went wrong
		close(exited)
	}()
	select {
	case u := <-first:
		if u == "" {
			stop()
			return database{}, errors.New("the container did not start: see what it said above")
		}
		return database{url: u, exited: exited, stop: stop}, nil
	case <-ctx.Done():
		stop()
		return database{}, ctx.Err()
	}
}

func firstLine(output []byte, err error) string {
	if err != nil {
		return err.Error()
	}
	line, _, _ := strings.Cut(strings.TrimSpace(string(output)), "\n")
	return line
}
