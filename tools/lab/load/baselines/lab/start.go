package lab

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/jackc/pgx/v5"

	"example.com/pgcqrs/engine/enginetest/devtool/gotool"
)

// New builds the programs and starts a PostgreSQL server with fsync on. Close ends everything that
// New and the benchmarks have started.
func New(ctx context.Context, options Options) (*Lab, error) {
	l := &Lab{
		Options: options, url: options.Server, Settings: []string{"those of the given server"},
		password: rand.Text(), Tag: strings.ToLower(rand.Text()[:6]), Revision: revision(),
	}
	if err := l.setUp(ctx); err != nil {
		l.Close()
		return nil, err
	}
	return l, nil
}

func (l *Lab) setUp(ctx context.Context) error {
	removeForgotten(l.Options.Data)
	l.Dir = filepath.Join(l.Options.Data, fmt.Sprintf("%s%d", dirName, os.Getpid()))
	if err := os.MkdirAll(l.Dir, 0o755); err != nil {
		return fmt.Errorf("make directory: %w", err)
	}
	if err := l.build(ctx); err != nil {
		return err
	}
	if l.Options.Server == "" {
		if err := l.ownServer(ctx); err != nil {
			return err
		}
	}
	return l.SQL(ctx, l.url, func(conn *pgx.Conn) error {
		l.Version, _, _ = strings.Cut(conn.PgConn().ParameterStatus("server_version"), " ")
		return nil
	})
}

func (l *Lab) build(ctx context.Context) error {
	l.programs = filepath.Join(l.Dir, "bin")
	command := exec.CommandContext(ctx, "go", "build", "-o", l.programs+"/",
		"./cmd/api", "./cmd/projector")
	command.Dir = gotool.Root()
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("build the programs: %w: %s", err, output)
	}
	if l.Options.Before != "" {
		return l.buildBefore(ctx)
	}
	return nil
}

// Close ends all programs and servers that the Lab has started, and removes their data.
func (l *Lab) Close() {
	for _, p := range l.processes {
		p.Stop()
	}
	if l.Server != nil {
		l.Server.Stop()
	}
	if l.kept != nil {
		l.kept.Close()
	}
	if l.Dir != "" {
		_ = os.RemoveAll(l.Dir) // the next lab removes what is left
	}
}

// dirName is the beginning of the name of the directory for a run of the benchmarks. The name ends
// with the process id of the run.
const dirName = "pgcqrs-load-"

// removeForgotten removes the directories of earlier runs whose process no longer exists.
func removeForgotten(parent string) {
	left, _ := filepath.Glob(filepath.Join(parent, dirName+"*")) // the pattern is valid
	for _, dir := range left {
		pid := strings.TrimPrefix(filepath.Base(dir), dirName)
		if _, err := os.Stat("/proc/" + pid); errors.Is(err, os.ErrNotExist) {
			_ = os.RemoveAll(dir)
		}
	}
}
