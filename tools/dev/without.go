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
	file, exports := s.lines(s.settings(name, address))
	path := s.environmentFile(name)
	_ = os.Remove(path) // an older one may be readable by others
	if err := os.WriteFile(path, []byte(file), 0o600); err != nil {
		return fmt.Errorf("write the environment of %s: %w", name, err)
	}
	say("%s is left out; its environment, which is in %s, too:", name, path)
	fmt.Printf("\n%s\n", exports)
	return nil
}

// lines returns the settings for a file, and for a shell. Both empty each NAME_FILE that would
// contradict a NAME.
func (s *stack) lines(settings map[string]string) (file, exports string) {
	for _, entry := range os.Environ() { // an issuer that the developer has chosen
		key, value, _ := strings.Cut(entry, "=")
		_, set := settings[key]
		_, other := settings[strings.TrimSuffix(key, "_FILE")]
		if value != "" && !set && !other && strings.HasPrefix(key, "AUTH") {
			settings[key] = value
		}
	}
	for key := range maps.Clone(settings) {
		if !strings.HasSuffix(key, "_FILE") && !slices.Contains(s.forgotten, key) {
			settings[key+"_FILE"] = ""
		}
	}
	var unset []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := quoted(settings[key])
		file += key + "=" + value + "\n"
		if value == "" {
			unset = append(unset, key)
		} else {
			exports += "export " + key + "=" + value + "\n"
		}
	}
	return file, exports + "unset " + strings.Join(unset, " ") + "\n"
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
