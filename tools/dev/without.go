package main

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// leaveOut prints the environment of a process that the developer starts, and writes it
// into a file that shells and editors read.
func (s *stack) leaveOut(name, address string) error {
	settings := s.settings(name, address)
	for _, entry := range os.Environ() { // an issuer that the developer has chosen
		key, value, _ := strings.Cut(entry, "=")
		if _, set := settings[key]; !set && strings.HasPrefix(key, "AUTH") {
			settings[key] = value
		}
	}
	var file, exports strings.Builder
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := quoted(settings[key])
		fmt.Fprintf(&file, "%s=%s\n", key, value)
		if value == "" {
			fmt.Fprintf(&exports, "unset %s\n", key)
		} else {
			fmt.Fprintf(&exports, "export %s=%s\n", key, value)
		}
	}
	path := s.environmentFile(name)
	_ = os.Remove(path) // an older one may be readable by others
	if err := os.WriteFile(path, []byte(file.String()), 0o600); err != nil {
		return fmt.Errorf("write the environment of %s: %w", name, err)
	}
	say("%s is left out; its environment, which is in %s, too:", name, path)
	fmt.Printf("\n%s\n", exports.String())
	return nil
}

func (s *stack) environmentFile(name string) string { return filepath.Join(s.dir, name+".env") }

// leftOut tells the banner's reader how to start what is missing.
func (s *stack) leftOut() string {
	var text strings.Builder
	for _, name := range s.without {
		path := s.environmentFile(name)
		fmt.Fprintf(&text, "\n  left out    %s: start it with (set -a; . %s; go run ./cmd/%s)\n"+
			"              or in a debugger; for VS Code: \"program\": \"${workspaceFolder}/cmd/%[1]s\", \"envFile\": \"%[4]s\"\n", name, quoted(path), name, path)
	}
	return text.String()
}

var plain = regexp.MustCompile(`^[\w./:@%?=,+-]*$`)

// quoted is a value as shells and env files take it.
func quoted(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}
