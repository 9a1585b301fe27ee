package stack

import (
	"fmt"
	"os"

	"example.com/pgcqrs/tools/dev/console"
	"example.com/pgcqrs/tools/dev/environment"
)

// leaveOut prints the environment of a server that the developer starts, and writes this
// environment to a file for shells and editors.
func (s *stack) leaveOut(name, address string) error {
	file, exports := environment.Lines(s.settings(name, address), s.forgotten)
	path := s.environmentFile(name)
	_ = os.Remove(path) // other users may be able to read an old file
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		return fmt.Errorf("write the environment of %s: %w", name, err)
	}
	console.Say("%s is left out; its environment, which is in %s, too:", name, path)
	fmt.Printf("\n%s\n", exports)
	return nil
}
