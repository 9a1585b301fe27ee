//go:build linux

package session

import (
	"net/url"
)

func DatabaseOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err) // can't happen: devdb built the URL
	}
	u.Path = "/pgcqrs"
	return u.String()
}

func HostOf(server string) string {
	u, err := url.Parse(server)
	if err != nil {
		panic(err)
	}
	return u.Host
}
