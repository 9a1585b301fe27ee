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

// URLName is the name of the file in a server's directory that contains the URL of the last start.
const URLName = "url"

// Kept is a locked directory whose data outlives the server.
type Kept struct {
	Dir  string
	lock *os.File
}

// Keep locks the directory, and creates it if it is missing. Keep fails if another program has the
// lock, or if the directory contains anything that Keep has not created. Close releases the lock.
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

// refuseOther returns an error for a directory that has content but none of an earlier run, because
// Keep would give its content to the server's account.
func refuseOther(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("look into the directory for kept data: %w", err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "lost+found" }) // an empty volume has this folder
	if len(entries) == 0 || leftByUs(dir) {
		return nil
	}
	return fmt.Errorf("%s holds what no earlier run has left (%s): name an empty directory for the data, or one that is not there yet", dir, entries[0].Name())
}

// leftByUs reports whether an earlier run has left the directory: its lock file contains a process
// id or nothing, as lockDir writes it, or the directory has the URL of a cluster, since a copy from
// a backup may lack the lock file.
func leftByUs(dir string) bool {
	lock, err := os.ReadFile(filepath.Join(dir, lockName)) //nolint:gosec // the path is the developer's
	if err == nil && strings.Trim(string(lock), "0123456789") == "" {
		return true
	}
	url, err := os.ReadFile(filepath.Join(dir, URLName)) //nolint:gosec // as above
	return err == nil && strings.HasPrefix(string(url), "postgres://postgres:")
}

// Close releases the directory for other programs. A process that was just started, such as the
// reaper, may still have the lock for a moment; since Close removes the process id from the file,
// the next user waits for the lock instead of failing.
func (k *Kept) Close() {
	_ = k.lock.Truncate(0)
	_ = k.lock.Close()
}

// Lock returns the locked file. A child process that inherits the file shares the lock.
func (k *Kept) Lock() *os.File { return k.lock }
