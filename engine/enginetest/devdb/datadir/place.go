package datadir

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
)

// KeptDir returns the data directory for a clone of this repository. Each clone and each user has a
// separate directory. For the user root the directory is not in /root, because the server's account
// can't read there.
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
	if err := os.MkdirAll(parent, 0o755); err != nil { //nolint:gosec // the server's account must be able to pass through this directory
		return "", fmt.Errorf("make a place for the data: %w", err)
	}
	return filepath.Join(parent, name), nil
}
