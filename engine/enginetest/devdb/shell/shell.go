package shell

import (
	"os"
	"regexp"
	"slices"
	"strings"
)

// ofClients matches the names of the variables from which the libraries libpq and pgx read default
// settings of connections.
var ofClients = regexp.MustCompile(`^(PG[A-Z]+|PGCONNECT_TIMEOUT)$`)

// Variables returns the sorted names of environment variables, such as PGHOST and PGSERVICE, that
// are set in this process. Each of these variables changes the process's database connections.
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

// Forget unsets these variables, for this process and its children, and returns their names. With
// these variables a connection to a development server would fail, or reach another server.
func Forget() []string {
	names := Variables()
	for _, name := range names {
		_ = os.Unsetenv(name) // Unsetenv fails only for an invalid name
	}
	return names
}
