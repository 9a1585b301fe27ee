//go:build unix

package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func executable(dir, name string) string { return filepath.Join(dir, name) }

// become replaces this process by the program. The process id stays the same, so the program
// receives the signals of this process, and its exit code reaches the parent process. become
// returns only if the program can't be started.
func become(program string, args []string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return fmt.Errorf("start %s: %w", program, err)
}
