package install

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"time"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
)

// installTimeout is the time limit for the whole installation. It is long enough for a slow
// network.
const installTimeout = 10 * time.Minute

// PostgreSQL installs a PostgreSQL server: it downloads the packages from Debian or Ubuntu, and
// installs or unpacks them. On other systems it returns an error that says which command to type.
func PostgreSQL(ctx context.Context, say func(string)) (binaries.Binaries, error) {
	if _, err := exec.LookPath("apt-get"); err != nil {
		return binaries.Binaries{}, fmt.Errorf("%w: %s, or set PG_BINDIR to the directory with initdb", binaries.ErrNotFound, advice())
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
		return binaries.Binaries{}, fmt.Errorf("get PostgreSQL: %w (to do it yourself: sudo apt-get install postgresql)", err)
	}
	return binaries.Find()
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
