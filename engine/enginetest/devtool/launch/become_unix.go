//go:build unix

package launch

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

func executable(dir, name string) string { return filepath.Join(dir, name) }

// become replaces this process with the program. The program has the same process id, so signals,
// the exit code and the parent `go run` are its own. It returns only if that fails.
func become(program string, args []string) error {
	err := syscall.Exec(program, append([]string{program}, args...), os.Environ())
	return fmt.Errorf("start %s: %w", program, err)
}
