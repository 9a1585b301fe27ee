package devdb

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// installTimeout bounds the whole of it on a slow network.
const installTimeout = 10 * time.Minute

// install gets PostgreSQL where that takes no decision of the developer's: from
// Debian's or Ubuntu's packages. Elsewhere its error says what to type.
func install(ctx context.Context, say func(string)) (Binaries, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return Binaries{}, fmt.Errorf("%w: %s, or set PG_BINDIR to the directory with initdb", ErrNotFound, advice())
	}
	ctx, cancel := context.WithTimeout(ctx, installTimeout)
	defer cancel()
	var err error
	if os.Geteuid() == 0 {
		say("no PostgreSQL server on this machine: installing the package postgresql (about half a minute)")
		err = installPackage(ctx)
	} else {
		say("no PostgreSQL server on this machine: unpacking the system's packages of it into your cache (about ten seconds)")
		err = unpackPackages(ctx)
	}
	if err != nil {
		return Binaries{}, fmt.Errorf("get PostgreSQL: %w (to do it yourself: sudo apt-get install postgresql)", err)
	}
	return Find()
}

func advice() string {
	for _, manager := range []struct{ program, words string }{
		{"brew", "brew install postgresql@18"},
		{"dnf", "sudo dnf install postgresql-server"},
		{"apk", "sudo apk add postgresql"},
		{"pacman", "sudo pacman -S postgresql"},
		{"zypper", "sudo zypper install postgresql-server"},
	} {
		if _, err := exec.LookPath(manager.program); err == nil {
			return "type: " + manager.words
		}
	}
	return "install it (on macOS with Homebrew: brew install postgresql@18)"
}

// installPackage installs the server without the cluster that the package would
// make and start: nobody asked for one.
func installPackage(ctx context.Context) error {
	const config = "/etc/postgresql-common/createcluster.conf"
	if _, err := os.Stat(config); errors.Is(err, os.ErrNotExist) {
		if err := os.MkdirAll(filepath.Dir(config), 0o755); err != nil { //nolint:gosec // as the package has it
			return fmt.Errorf("prepare package: %w", err)
		}
		if err := os.WriteFile(config, []byte("create_main_cluster = false\n"), 0o644); err != nil { //nolint:gosec // as the package has it
			return fmt.Errorf("prepare package: %w", err)
		}
		defer func() { // the package's own again, wherever dpkg or ucf put it
			_ = os.Rename(config+".dpkg-dist", config)
			_ = os.Rename(config+".ucf-dist", config)
		}()
	}
	// Others may be at it: several tests start cmd/dev at the same time.
	args := []string{"install", "-y", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300", "-o", "Dpkg::Options::=--force-confold", "postgresql"}
	if _, err := apt(ctx, "", args...); err == nil {
		return nil
	}
	if _, err := apt(ctx, "", "update"); err != nil { // a fresh container has no lists
		return err
	}
	_, err := apt(ctx, "", args...)
	return err
}

func apt(ctx context.Context, dir string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "apt-get", append([]string{"-q"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("apt-get %s: %w: %s", args[0], err, lastLines(output, 3))
	}
	return string(output), nil
}
