package cluster

import (
	"os"
	"path/filepath"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// Cluster is the data directory of one PostgreSQL server, together with the programs that work on
// it.
type Cluster struct {
	Dir      string // directory of the data, the log and the URL
	Binaries binaries.Binaries
	Account  platform.Account
	Keep     *datadir.Kept // nil: the directory is fresh, and is removed when the server ends
}

// New returns a Cluster in the directory keep or, if keep is nil, in a new temporary directory. The
// method Make creates the data.
func New(programs binaries.Binaries, runAs platform.Account, keep *datadir.Kept) (Cluster, error) {
	c := Cluster{Binaries: programs, Account: runAs, Keep: keep}
	if keep != nil {
		c.Dir = keep.Dir
		return c, nil
	}
	dir, err := datadir.Fresh(runAs)
	c.Dir = dir
	return c, err
}

// Data returns the directory that PostgreSQL calls PGDATA.
func (c Cluster) Data() string { return filepath.Join(c.Dir, "data") }

// Log returns the path of the file to which the server writes its log.
func (c Cluster) Log() string { return filepath.Join(c.Dir, "postgres.log") }

// LastWords returns the last lines of the server's log.
func (c Cluster) LastWords() string {
	content, err := os.ReadFile(c.Log())
	if err != nil {
		return err.Error()
	}
	return binaries.LastLines(content, 5)
}
