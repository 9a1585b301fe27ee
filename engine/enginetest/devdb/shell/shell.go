package shell

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// ofClients matches the variables from which libpq and pgx take a connection's defaults.
var ofClients = regexp.MustCompile(`^(PG[A-Z]+|PGCONNECT_TIMEOUT)$`)

// Variables returns the sorted names of the variables, like PGSERVICE and PGHOST, that change the
// connections of this process.
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

// Forget unsets them, for this process and its children, and returns their names. They name other
// servers: with them a connection to a development server would fail, or reach another one.
func Forget() []string {
	names := Variables()
	for _, name := range names {
		_ = os.Unsetenv(name) // it fails only for names that can't be set either
	}
	return names
}
