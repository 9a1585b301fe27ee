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

// URLName is the name of a file in the directory of a server. The file contains the URL that the
// server had when it ran last.
const URLName = "url"

// Kept is a locked directory. Its data stays when the server ends.
type Kept struct {
	Dir  string
	lock *os.File
}

// Keep locks a directory, and creates it if it is missing. Keep fails if another program has the
// lock, or if the directory has content that does not come from an earlier run. The method Close
// releases the lock.
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

// refuseOther returns an error if a directory has content that does not come from an earlier run.
// Without this check, Keep would make the server's account the owner of other programs' files.
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

// leftByUs reports whether the content of a directory comes from an earlier run. One sign is a lock
// file that is empty or contains a process id. The other sign is a file with the URL of a cluster;
// a copy from a backup may have this file without the lock file.
func leftByUs(dir string) bool {
	lock, err := os.ReadFile(filepath.Join(dir, lockName)) //nolint:gosec // the developer chooses the path
	if err == nil && strings.Trim(string(lock), "0123456789") == "" {
		return true
	}
	url, err := os.ReadFile(filepath.Join(dir, URLName)) //nolint:gosec // the developer chooses the path
	return err == nil && strings.HasPrefix(string(url), "postgres://postgres:")
}

// Close releases the directory for other programs. The reaper, the process that stops the server,
// may still have the lock for a moment. Therefore Close also removes the process id from the lock
// file: the next program then waits for the lock instead of failing.
func (k *Kept) Close() {
	_ = k.lock.Truncate(0)
	_ = k.lock.Close()
}

// Lock returns the lock file. A child process that inherits this file shares the lock.
func (k *Kept) Lock() *os.File { return k.lock }
