package shell

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// ofClients matches the variables that libpq and pgx read as a connection's defaults.
var ofClients = regexp.MustCompile(`^(PG[A-Z]+|PGCONNECT_TIMEOUT)$`)

// Variables returns the names of the variables, like PGSERVICE and PGHOST, that
// change connections which this process makes; sorted.
func Variables() []string {
	var names []string
	for _, entry := range os.Environ() {
		name, value, _ := strings.Cut(entry, "=")
		if value != "" && ofClients.MatchString(name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Forget unsets them, for this process and what it starts, and returns their names.
// They are about other servers: with them a connection to one of ours fails, or is another.
func Forget() []string {
	names := Variables()
	for _, name := range names {
		_ = os.Unsetenv(name) // it fails for names that can't be set either
	}
	return names
}
