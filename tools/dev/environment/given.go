// Package environment reads the environment variables of dev. Package environment also builds the
// environments of programs that dev or the developer starts.
package environment

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
	"example.com/pgcqrs/engine/process/env"
	"example.com/pgcqrs/tools/dev/port"
)

// heeded lists the service's environment variables that the command dev run also reads.
var heeded = []string{
	"DATABASE_URL", "API_DATABASE_URL", "PROJECTOR_DATABASE_URL", "WORKER_DATABASE_URL", "SERVICE_DATABASE_URL", "NATS_URL", "KEY_URI", "SNAPSHOT_KEY",
	"AUTH", "AUTH_ISSUER", "API_ADDR", "API_OPS_ADDR", "PROJECTOR_ADDR", "LOG_FORMAT", "LOG_LEVEL",
}

// Heed sets the flags -api and -projector from API_ADDR and PROJECTOR_ADDR, if the developer has
// not given these flags. Heed returns an error if an environment variable whose name ends in _URL
// has an @ that must be percent-encoded, or if an address has a wrong form.
func Heed(flags *arguments.Run) error {
	if err := ReadFiles(); err != nil {
		return err
	}
	flags.API, flags.Projector = cmp.Or(flags.API, os.Getenv("API_ADDR")), cmp.Or(flags.Projector, os.Getenv("PROJECTOR_ADDR"))
	for _, name := range heeded {
		if strings.HasSuffix(name, "_URL") {
			if err := env.CheckURL(name, os.Getenv(name)); err != nil {
				return err
			}
		}
	}
	return errors.Join(
		port.Check("API_ADDR", ", or -api,", flags.API), port.Check("PROJECTOR_ADDR", ", or -projector,", flags.Projector),
		port.Check("API_OPS_ADDR", "", os.Getenv("API_OPS_ADDR")))
}

// ReadFiles reads the variables NAME_FILE, for this process and its child processes. Each variable
// NAME gets the content of the file that NAME_FILE names. The service's programs read NAME_FILE in
// the same way.
func ReadFiles() error {
	for _, name := range heeded {
		path := os.Getenv(name + "_FILE")
		if path == "" {
			continue
		}
		if os.Getenv(name) != "" {
			return fmt.Errorf("%[1]s and %[1]s_FILE are both set: unset one of them", name)
		}
		content, err := os.ReadFile(path) //nolint:gosec // the developer named the path
		if err != nil {
			return fmt.Errorf("read the file that %s_FILE names: %w", name, err)
		}
		const byteOrderMark = "\ufeff" // editors on Windows write one at the start of a file
		if err := os.Setenv(name, strings.TrimRight(strings.TrimPrefix(string(content), byteOrderMark), "\r\n")); err != nil {
			return fmt.Errorf("read %s_FILE: the file holds no text", name)
		}
		_ = os.Unsetenv(name + "_FILE") // Unsetenv fails only for invalid names
	}
	return nil
}
