// Package port finds the addresses that servers listen on, and checks those that were asked for.
package port

import (
	"fmt"
	"net"
	"strings"

	"example.com/pgcqrs/tools/dev/console"
)

// Free is the wanted address, or one with a port that is free.
func Free(wanted string) (address string, moved bool) {
	if !Any(wanted) && listens(wanted) {
		return wanted, false
	}
	host, _, err := net.SplitHostPort(wanted)
	if err != nil {
		return wanted, false // whoever listens there says what is wrong with it
	}
	listener, err := net.Listen("tcp", net.JoinHostPort(host, "0"))
	if err != nil {
		return wanted, false
	}
	defer func() { _ = listener.Close() }()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	return net.JoinHostPort(host, port), err == nil
}

func listens(address string) bool {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return false
	}
	return listener.Close() == nil
}

// Check fails unless a server can be told to listen on an address; "" is none.
func Check(variable, flag, address string) error {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if address == "" || err == nil && !strings.ContainsAny(host, " /@") {
		return nil
	}
	return fmt.Errorf("%s%s is %q: an address has the form host:port, like 127.0.0.1:8080, [::1]:8080 or, for all interfaces, :8080, with a port from 0 to 65535",
		variable, flag, address)
}

// Place decides where a server listens: where it was told to, at a free port if it was
// told port 0, or else at the usual address if that is free.
func Place(name, given, usual string) (string, error) {
	if given != "" {
		address, _ := Free(given)
		if Any(address) || !listens(given) {
			return "", fmt.Errorf("the %s can't listen on %s: is something else there? Name another address, or none to have a free one found", name, given)
		}
		return address, nil
	}
	address, moved := Free(usual)
	if moved {
		console.Say("%s: %s is taken, using %s", name, usual, address)
	}
	return address, nil
}

// Browsable is an address as a URL's host: "any interface" is no place to go to.
func Browsable(address string) string {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// Any is true of an address whose port is 0, or none: the system chooses one.
func Any(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	number, err := net.LookupPort("tcp", port)
	return err == nil && number == 0
}
