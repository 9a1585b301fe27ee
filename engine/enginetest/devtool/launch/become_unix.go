//go:build unix

package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func executable(dir, name string) string { return filepath.Join(dir, name) }

// become replaces this process by the program. The program has the same process id, so it receives
// the signals, its exit code is the one of this process, and its parent is `go run`. become returns
// only if the program can't be started.
func become(program string, args []string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return fmt.Errorf("start %s: %w", program, err)
}
