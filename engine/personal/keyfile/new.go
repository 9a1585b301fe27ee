package keyfile

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/tink-crypto/tink-go/v2/keyset"

	"example.com/pgcqrs/engine/personal/operator"
	"example.com/pgcqrs/engine/personal/wrapping"
)

// isThere reports whether a file exists. For a link to a file that does not exist, isThere returns
// an error, because that file may come back.
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

// makeFile makes the key file that the URI names. If the file exists, makeFile does nothing. Before
// makeFile makes the file, it calls the function in the parameter may. If this function returns an
// error, makeFile makes no file and returns this error.
func makeFile(ctx context.Context, uri string, may func() error) (made bool, err error) {
	path, err := operator.Path(uri)
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
	if err := operator.AddPrimary(manager); err != nil {
		return false, err
	}
	beside, err := writeBeside(path, manager)
	if err != nil {
		return false, err
	}
	defer os.Remove(beside)
	switch err := os.Link(beside, path); { // os.Link replaces no file
	case errors.Is(err, os.ErrExist):
		return false, nil
	case err != nil:
		return false, fmt.Errorf("write key: %w", err)
	}
	return true, syncDir(filepath.Dir(path))
}

// New makes the key file that the URI names, unless the file exists. Use New for a database without
// keys, and First for any database.
func New(uri string) (made bool, err error) {
	return makeFile(context.Background(), uri, func() error { return nil })
}

// First makes the key file that the URI names, unless the file exists. First fails if the database
// has keys that another key has wrapped.
func First(ctx context.Context, pool *pgxpool.Pool, uri string) (made bool, err error) {
	return makeFile(ctx, uri, func() error {
		var tables bool
		const there = `SELECT to_regclass('keys.persons') IS NOT NULL AND to_regclass('keys.secrets') IS NOT NULL`
		if err := pool.QueryRow(ctx, there).Scan(&tables); err != nil || !tables {
			return err
		}
		stored, err := wrapping.StoredBesides(ctx, pool, nil)
		if err != nil || len(stored) == 0 {
			return err
		}
		return fmt.Errorf("there is no file, and the database has keys that were wrapped by %s: put the file back that has them. A new one would decrypt none. "+
			"If it is gone for good, see KeysUnreadable in docs/operations.md", wrapping.Named(stored))
	})
}
