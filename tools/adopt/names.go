package main

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// names are what everything is to be called.
type names struct{ module, service string }

var (
	// A module path's parts, as the go command takes them: https://go.dev/ref/mod#go-mod-file-ident
	modulePart = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$`)
	// The last part of a module of a later major version: https://go.dev/ref/mod#major-version-suffixes
	majorVersion = regexp.MustCompile(`/v[0-9]+$`)
	// What a role, an image, a host name, a metric and a NATS subject may all be called.
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
)

// newNames checks them. A service without a name has that of the module's last part.
func newNames(module, service string) (names, error) {
	parts := strings.Split(module, "/")
	if !strings.Contains(parts[0], ".") {
		return names{}, fmt.Errorf("module %q: the first part must be a host, like github.com, as in github.com/acme/orders", module)
	}
	for _, part := range parts {
		if !modulePart.MatchString(part) || strings.HasSuffix(part, ".") {
			return names{}, fmt.Errorf("module %q: the part %q must be letters, digits, and - _ ~ . in between", module, part)
		}
	}
	if service == "" {
		service = strings.ToLower(path.Base(majorVersion.ReplaceAllString(module, "")))
		if !serviceName.MatchString(service) {
			return names{}, fmt.Errorf("module %q ends in what no service can be called; name it with -service", module)
		}
	}
	if !serviceName.MatchString(service) {
		return names{}, fmt.Errorf("service %q: must be 1 to 30 lower-case letters and digits, a letter first", service)
	}
	if service == "pg" {
		return names{}, fmt.Errorf("service %q: PostgreSQL keeps the roles pg_… for itself; name it with -service", service)
	}
	return names{module, service}, nil
}

// in puts the new names in the old ones' places, and says how many there were.
func (n names) in(text string) (renamed string, count int) {
	const module = "\x00module\x00" // no service's name is looked for in a module's
	for _, old := range []struct{ name, mark, becomes string }{
		{oldModule, module, n.module},
		{oldService, n.service, n.service},
		{strings.ToUpper(oldService), strings.ToUpper(n.service), strings.ToUpper(n.service)},
	} {
		if old.name != old.becomes {
			count += strings.Count(text, old.name)
		}
		text = strings.ReplaceAll(text, old.name, old.mark)
	}
	return strings.ReplaceAll(text, module, n.module), count
}
