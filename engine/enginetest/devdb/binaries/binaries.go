package binaries

import (
	"bytes"
	"errors"
)

// ErrNotFound means that no PostgreSQL server was found on this machine.
var ErrNotFound = errors.New("no PostgreSQL server on this machine")

// Binaries describes the programs of one PostgreSQL installation.
type Binaries struct {
	Dir     string // directory with postgres, initdb and pg_ctl
	Version string // like 15.18
	Why     string // how the programs were found
}

// Env returns the complete environment in which the programs of PostgreSQL must run. The
// environment contains no variable of the developer's shell, because a variable such as PGDATA or
// PGPORT would change what the programs do.
func (b Binaries) Env() []string {
	env := []string{"PATH=/usr/bin:/bin", "LC_ALL=C", "TZ=UTC"}
	if libs := librariesOf(b.Dir); libs != "" {
		env = append(env, "LD_LIBRARY_PATH="+libs)
	}
	return env
}

// LastLines returns the last n lines of a program's output.
func LastLines(text []byte, n int) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n")))
}
