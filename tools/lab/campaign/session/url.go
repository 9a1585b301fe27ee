//go:build linux

package session

import (
	"net/url"
)

func DatabaseOf(server string) string { return InDatabase(server, "pgcqrs") }

// InDatabase returns the URL of another database on the same server.
func InDatabase(server, database string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // can't happen: devdb built the URL
	}
	u.Path = "/" + database
	return u.String()
}

// At returns the same URL with another address of the server.
func At(server, host string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	u.Host = host
	return u.String()
}

func HostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	return u.Host
}
