package install

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// installPackage installs the package of the server. By default, this package also creates and
// starts a cluster. installPackage prevents this.
func installPackage(ctx context.Context) error {
	const config = "/etc/postgresql-common/createcluster.conf"
	if _, err := os.Stat(config); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(config), 0o755); err != nil { //nolint:gosec // the package of PostgreSQL uses the same mode
			return fmt.Errorf("prepare package: %w", err)
		}
		if err := os.WriteFile(config, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // the package of PostgreSQL uses the same mode
			return fmt.Errorf("prepare package: %w", err)
		}
		defer func() { // restore the package's configuration file; dpkg or ucf has stored it under another name
			_ = os.Rename(config+".dpkg-dist", config)
			_ = os.Rename(config+".ucf-dist", config)
		}()
	}
	// Several tests may start cmd/dev at the same time, so another process may run apt-get now. The
	// option DPkg::Lock::Timeout makes apt-get wait for that process.
	args := []string{"install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold", "postgresql"}
	if _, err := apt(ctx, "", args...); err == nil {
		return nil
	}
	if _, err := apt(ctx, "", "update"); err != nil { // a fresh container has no package lists
		return err
	}
	_, err := apt(ctx, "", args...)
	return err
}
