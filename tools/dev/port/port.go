// Package port finds free addresses for servers. Package port also checks the addresses that the
// developer has set.
package port

import (
	"fmt"
	"net"
	"strings"

	"example.com/pgcqrs/tools/dev/console"
)

// Free returns the wanted address if a server can listen on it. Otherwise, or if the wanted port is
// 0, Free returns the same host with a free port, and the result moved is true.
func Free(wanted string) (address string, moved bool) {
	if !Any(wanted) && listens(wanted) {
		return wanted, false
	}
	host, _, err := net.SplitHostPort(wanted)
	if err != nil {
		return wanted, false // the server will fail to listen there, and report why
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

// Check returns an error if the address does not have the form host:port. Check does not try to
// listen. An empty address is valid: it means that the developer has set no address.
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

// Place returns the address on which a server shall listen. If the developer has given an address,
// Place returns this address. If the port of this address is 0, Place chooses a free port. Place
// fails if the given address is in use. If the developer has given no address, Place returns the
// usual address, with a free port if the usual port is in use.
func Place(name, given, usual string) (string, error) {
	if given != "" {
		address, _ := Free(given)
		if Any(address) || !listens(given) {
			return "", fmt.Errorf("the %s can't listen on %s: is another program listening there? Name another address, or none to use a free one", name, given)
		}
		return address, nil
	}
	address, moved := Free(usual)
	if moved {
		console.Say("%s: %s is taken, using %s", name, usual, address)
	}
	return address, nil
}

// Browsable returns an address that works as the host of a URL in a browser. A browser can't open
// the address of all interfaces (0.0.0.0), so Browsable replaces it.
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

// Any reports whether an address has port 0 or no port, so that the operating system chooses one.
func Any(address string) bool {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return false
	}
	number, err := net.LookupPort("tcp", port)
	return err == nil && number == 0
}
