package stack

import (
	"os"

	"example.com/pgcqrs/engine/enginetest/devissuer"
)

// settings returns the environment variables of a server. A variable with the value "" is removed
// from the environment. If dev has started the database, settings removes the variables about a
// read replica and about a connection pooler.
func (s *stack) settings(name, address string) map[string]string {
	set := map[string]string{"DATABASE_URL": s.loginURLs[name], "SNAPSHOT_KEY": s.snapshots}
	replica := "READ_DATABASE_URL"
	switch name {
	case "ops":
		set["DATABASE_URL"] = s.loginURLs["projector"]
	case "api":
		set["API_ADDR"], set["KEY_URI"] = address, s.keyURI
		if !s.open {
			set["API_OPS_ADDR"] = s.probes
		}
		if s.issuerURL != "" {
			set["AUTH_ISSUER"], set["AUTH_AUDIENCE"] = s.issuerURL, devissuer.Audience
		}
	default:
		set["PROJECTOR_ADDR"], set["NATS_URL"], set["WORKER_DATABASE_URL"] = address, s.natsURL, s.loginURLs["worker"]
		replica = "LISTEN_DATABASE_URL"
	}
	if !s.given {
		set[replica] = ""
	}
	for _, variable := range s.forgotten {
		set[variable] = ""
	}
	if os.Getenv("LOG_FORMAT") == "" {
		set["LOG_FORMAT"] = "text"
	}
	return set
}
