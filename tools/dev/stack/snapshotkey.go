package stack

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// snapshotKey returns the value of the environment variable SNAPSHOT_KEY. If SNAPSHOT_KEY is not
// set, snapshotKey returns the key that is stored with the data. If no key is stored, snapshotKey
// creates one.
func snapshotKey(dir string) (string, error) {
	if given := os.Getenv("SNAPSHOT_KEY"); given != "" {
		return given, nil
	}
	path := filepath.Join(dir, "snapshot.key")
	kept, err := os.ReadFile(path) //nolint:gosec // the path is the developer's
	if err == nil && len(kept) > 0 {
		return string(kept), nil
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("read key of snapshots: %w", err)
	}
	made := rand.Text() + rand.Text() // at least 32 bytes
	if err := os.WriteFile(path, []byte(made), 0o600); err != nil {
		return "", fmt.Errorf("keep key of snapshots: %w", err)
	}
	return made, nil
}
