package devdb

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Files in each kept directory.
const (
	lockName = "lock" // has its user's process id, and a lock
	urlName  = "url"  // has the URL of the server's last start
)

// Kept is a directory whose data outlives the server, with nobody else in it.
type Kept struct {
	Dir  string
	lock *os.File
}

// Keep opens the directory, made if it is missing, and fails if another program
// has it open, or if it holds what is not Keep's. Close gives it back.
func Keep(ctx context.Context, dir string) (*Kept, error) {
	if err := refuseOther(dir); err != nil {
		return nil, err
	}
	runAs, err := serverAccount()
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make directory for kept data: %w", err)
	}
	if err := runAs.owns(dir); err != nil {
		return nil, fmt.Errorf("give data directory to the server's account: %w", err)
	}
	lock, err := lockDir(ctx, dir)
	if err != nil {
		return nil, err
	}
	return &Kept{Dir: dir, lock: lock}, nil
}

// refuseOther fails for a directory that has something in it, but nothing that an earlier run
// has left: it would go to the server's account.
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

// leftByUs is true of a directory with a lock as lockDir leaves it, which holds a process's
// number or nothing, or with a URL as Start does: a copy from a backup may lack the lock.
func leftByUs(dir string) bool {
	lock, err := os.ReadFile(filepath.Join(dir, lockName)) //nolint:gosec // the path is the developer's
	if err == nil && strings.Trim(string(lock), "0123456789") == "" {
		return true
	}
	url, err := os.ReadFile(filepath.Join(dir, urlName)) //nolint:gosec // as above
	return err == nil && strings.HasPrefix(string(url), "postgres://postgres:")
}

// Close lets others have the directory. What we have just started may still have the
// lock for a moment, as the reaper has: without our name in it the next one waits.
func (k *Kept) Close() {
	_ = k.lock.Truncate(0)
	_ = k.lock.Close()
}

// KeptDir is where the data for a clone of this repository goes: one place for
// each clone and user. Root's is not under /root, where the server's account could
// not get at it.
func KeptDir(clone string) (string, error) {
	hash := sha256.Sum256([]byte(clone))
	name := filepath.Base(clone) + "-" + hex.EncodeToString(hash[:4])
	if os.Geteuid() != 0 {
		cache, err := os.UserCacheDir()
		if err != nil {
			return "", fmt.Errorf("find a place for the data: %w", err)
		}
		return filepath.Join(cache, "pgcqrs", "run", name), nil
	}
	const parent = "/var/lib/pgcqrs-dev"
	if err := os.MkdirAll(parent, 0o755); err != nil { //nolint:gosec // the server's account goes through it
		return "", fmt.Errorf("make a place for the data: %w", err)
	}
	return filepath.Join(parent, name), nil
}

// lockDir makes us the only user of a kept directory. The lock passes on to the
// reaper and ends with the last of both, even by kill -9: who gets it knows that
// nobody is still stopping the server of before.
func lockDir(ctx context.Context, dir string) (*os.File, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockName), os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is ours
	if err != nil {
		return nil, fmt.Errorf("open lock: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	for !tryLock(file) {
		content, _ := io.ReadAll(io.NewSectionReader(file, 0, 32))
		holder, _ := strconv.Atoi(strings.TrimSpace(string(content)))
		if alive(holder) || ctx.Err() != nil {
			_ = file.Close()
			return nil, fmt.Errorf("the data in %s is in use by process %d: stop that one first", dir, holder)
		}
		time.Sleep(20 * time.Millisecond)
	}
	err = file.Truncate(0)
	_, writeErr := file.WriteAt([]byte(strconv.Itoa(os.Getpid())), 0)
	if err := errors.Join(err, writeErr); err != nil {
		_ = file.Close()
		return nil, fmt.Errorf("write lock: %w", err)
	}
	return file, nil
}
