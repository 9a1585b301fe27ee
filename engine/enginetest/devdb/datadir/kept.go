package datadir

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/platform"
)

// URLName is the name of the file in a server's directory that has the URL of its last start.
const URLName = "url"

// Kept is a directory whose data outlives the server, and that nobody else uses now.
type Kept struct {
	Dir  string
	lock *os.File
}

// Keep opens the directory, and makes it if it is missing. It fails if another program has it open,
// or if it holds anything that Keep did not make. Close gives it back.
func Keep(ctx context.Context, dir string) (*Kept, error) {
	if err := refuseOther(dir); err != nil {
		return nil, err
	}
	runAs, err := platform.ServerAccount()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make directory for kept data: %w", err)
	}
	if err := runAs.Owns(dir); err != nil {
		return nil, fmt.Errorf("give data directory to the server's account: %w", err)
	}
	lock, err := lockDir(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Kept{Dir: dir, lock: lock}, nil
}

// refuseOther fails for a directory that has content but none that an earlier run has left: it
// would become the server's account's.
func refuseOther(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into the directory for kept data: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "lost+found" }) // of an empty volume
	if len(entries) == 0 || leftByUs(dir) {
		return nil
	}
	return fmt.Errorf("%s holds what no earlier run has left (%s): name an empty directory for the data, or one that is not there yet", dir, entries[0].Name())
}

// leftByUs reports whether an earlier run has left the directory: its lock file holds a process's
// number or nothing, as lockDir leaves it, or it has the URL of a cluster: a copy from a backup may
// lack the lock.
func leftByUs(dir string) bool {
	lock, err := os.ReadFile(filepath.Join(dir, lockName)) //nolint:gosec // the path is the developer's
	if err == nil && strings.Trim(string(lock), "0123456789") == "" {
		return true
	}
	url, err := os.ReadFile(filepath.Join(dir, URLName)) //nolint:gosec // as above
	return err == nil && strings.HasPrefix(string(url), "postgres://postgres:")
}

// Close lets others use the directory. A process that was just started, such as the reaper, may
// still have the lock for a moment; since Close removes the number from the file, the next user
// waits for it.
func (k *Kept) Close() {
	_ = k.lock.Truncate(0)
	_ = k.lock.Close()
}

// Lock returns the locked file, for a process that is to have the lock as long as this one.
func (k *Kept) Lock() *os.File { return k.lock }
