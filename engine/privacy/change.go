package privacy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// changed says what a key file is to become, and when.
type changed struct {
	// edit makes the new content of what was read. It returns false if nothing changes.
	edit func(manager *keyset.Manager, before *readKey) (bool, error)

	// agree calls place, which puts the new content in the file's place, once all else agrees to it.
	agree func(before *readKey, place func() error) error
}

// withFile runs do, which has the operator's key file for itself on this host: it gets the path that links lead to.
func withFile(ctx context.Context, named string, do func(path string) error) error {
	path, err := filepath.EvalSymlinks(named)
	if err != nil {
		return fmt.Errorf("read key: %w", err)
	}
	unlock, err := lockFile(ctx, path)
	if err != nil {
		return err
	}
	defer unlock()
	return do(path)
}

// changeFile changes the operator's key file, whole or not at all, for whoever has it (withFile). A file
// that is not what was read by the time that it would be replaced stays. Links stay, and so do owner and mode.
func changeFile(named, path string, change changed) error {
	if err := removeLeft(path); err != nil {
		return err
	}
	before, err := readFile(path)
	if err != nil {
		return err
	}
	manager := keyset.NewManagerFromHandle(before.handle)
	if changes, err := change.edit(manager, before); err != nil {
		return err
	} else if !changes {
		return change.agree(before, func() error { return nil })
	}
	beside, err := writeBeside(path, manager)
	if err != nil {
		return err
	}
	defer os.Remove(beside)
	return change.agree(before, func() error {
		target, err := filepath.EvalSymlinks(named)
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		now, err := os.ReadFile(path) //nolint:gosec // the path is the operator's
		if err != nil {
			return fmt.Errorf("read key: %w", err)
		}
		if target != path || !bytes.Equal(now, before.text) {
			return fmt.Errorf("%s has changed meanwhile: it was left as it is, run this again", named)
		}
		if err := os.Rename(beside, path); err != nil {
			return fmt.Errorf("write key: %w", err)
		}
		return syncDir(filepath.Dir(path))
	})
}

// NewKeyFile makes the key that the URI names, if there is none, for a database that has no keys. See FirstKey.
func NewKeyFile(uri string) (made bool, err error) {
	return newKeyFile(context.Background(), uri, func() error { return nil })
}

// newKeyFile makes the key file unless something is there, once it may.
func newKeyFile(ctx context.Context, uri string, may func() error) (made bool, err error) {
	path, err := pathOf(uri)
	if err != nil {
		return false, err
	}
	if there, err := isThere(path); there || err != nil {
		return false, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return false, fmt.Errorf("write key: %w", err)
	}
	unlock, err := lockFile(ctx, path)
	if err != nil {
		return false, err
	}
	defer unlock()
	if there, err := isThere(path); there || err != nil {
		return false, err
	}
	if err := may(); err != nil {
		return false, err
	}
	if err := removeLeft(path); err != nil {
		return false, err
	}
	manager := keyset.NewManager()
	if err := addPrimary(manager); err != nil {
		return false, err
	}
	beside, err := writeBeside(path, manager)
	if err != nil {
		return false, err
	}
	defer os.Remove(beside)
	switch err := os.Link(beside, path); { // it replaces nothing
	case errors.Is(err, os.ErrExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("write key: %w", err)
	}
	return true, syncDir(filepath.Dir(path))
}

// isThere reports whether there is a file. A link that leads nowhere is an error: what it led to may come back.
func isThere(path string) (bool, error) {
	_, err := os.Stat(path)
	if !errors.Is(err, os.ErrNotExist) {
		return err == nil, err
	}
	if _, err := os.Lstat(path); err == nil {
		return false, fmt.Errorf("%s is a link to what is not there: mount, or put back, what it leads to; a new key is made only where nothing is", path)
	}
	return false, nil
}

const (
	mostLockWait = 90 * time.Second // another may wait for the locks of the database meanwhile
	lockPause    = 100 * time.Millisecond
)

// lockFile keeps others on this host from changing a key file: by a file beside it, for the one itself is replaced.
func lockFile(ctx context.Context, path string) (unlock func(), err error) {
	name := path + ".lock"
	for ends := time.Now().Add(mostLockWait); ; {
		file, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600) //nolint:gosec // the path is the operator's
		if err != nil {
			return nil, fmt.Errorf("lock key: %w", err)
		}
		ownedLike(file, path)
		free, err := tryLock(file)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("lock key: %s: %w", name, err), file.Close())
		}
		if free && isStill(file, name) {
			return func() { _ = file.Close() }, nil
		}
		_ = file.Close()
		if time.Now().After(ends) {
			return nil, fmt.Errorf("another process has been changing %s for %v, and keeps %s locked: end it, if it hangs", path, mostLockWait, name)
		}
		select {
		case <-ctx.Done():
			return nil, fmt.Errorf("another process keeps %s locked: %w", name, ctx.Err())
		case <-time.After(lockPause):
		}
	}
}

// isStill reports whether the name still leads to the file: else somebody has removed it, and others lock another.
func isStill(file *os.File, name string) bool {
	ours, err := file.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(name)
	return err == nil && os.SameFile(ours, there)
}

// besideOf is what the names of new contents of a key file begin with; digits follow.
func besideOf(path string) string { return ".key-" + filepath.Base(path) + "-" }

// removeLeft removes what processes have left that were killed while they changed the file: it has all keys, in clear.
func removeLeft(path string) error {
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		return fmt.Errorf("write key: %w", err)
	}
	for _, entry := range entries {
		random, ok := strings.CutPrefix(entry.Name(), besideOf(path))
		if !ok || strings.Trim(random, "0123456789") != "" {
			continue
		}
		if err := os.Remove(filepath.Join(filepath.Dir(path), entry.Name())); err != nil {
			return fmt.Errorf("write key: remove what was left: %w", err)
		}
	}
	return nil
}

// writeBeside writes the new content of a key file beside it, for who may read the file.
func writeBeside(path string, manager *keyset.Manager) (name string, err error) {
	content, err := textOf(manager)
	if err != nil {
		return "", err
	}
	beside, err := os.CreateTemp(filepath.Dir(path), besideOf(path)+"*") // for its owner alone
	if err != nil {
		return "", fmt.Errorf("write key: %w", err)
	}
	err = readableLike(beside, path)
	if err == nil {
		_, err = beside.Write(content)
	}
	err = errors.Join(err, beside.Sync(), beside.Close())
	if err != nil {
		_ = os.Remove(beside.Name())
		return "", fmt.Errorf("write key: %w", err)
	}
	return beside.Name(), nil
}
