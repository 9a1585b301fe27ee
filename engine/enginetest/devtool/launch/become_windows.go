package launch

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

func executable(dir, name string) string { return filepath.Join(dir, name+".exe") }

// become runs the program as a child process, and exits with its exit code. become returns only if
// the program can't be started.
func become(program string, args []string) error {
	command := exec.Command(program, args...) //nolint:gosec // this process has just built the program
	command.Stdin, command.Stdout, command.Stderr = os.Stdin, os.Stdout, os.Stderr
	err := command.Run()
	if _, ended := errors.AsType[*exec.ExitError](err); err == nil || ended {
		os.Exit(command.ProcessState.ExitCode())
	}
	return fmt.Errorf("start %s: %w", program, err)
}
