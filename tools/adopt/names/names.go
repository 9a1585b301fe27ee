// Package names knows what the template and its modules are called, and gives a text the names of a service.
package names

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Names are what the service is to be called, and what is kept as it is although it holds the old
// names: the paths of modules that are not the service's, and a folder of the engine's.
type Names struct {
	Module, Service string
	Kept            []string
}

var (
	// A module path's parts, as the go command takes them: https://go.dev/ref/mod#go-mod-file-ident
	modulePart = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$`)
	// The last part of a module of a later major version: https://go.dev/ref/mod#major-version-suffixes
	majorVersion = regexp.MustCompile(`/v[0-9]+$`)
	// What a role, an image, a host name, a metric and a NATS subject may all be called.
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
)

// New checks them. A service without a name has that of the module's last part.
func New(module, service string) (Names, error) {
	if err := CheckModule(module); err != nil {
		return Names{}, err
	}
	if service == "" {
		service = strings.ToLower(path.Base(majorVersion.ReplaceAllString(module, "")))
		if !serviceName.MatchString(service) {
			return Names{}, fmt.Errorf("module %q ends in what no service can be called; name it with -service", module)
		}
	}
	if !serviceName.MatchString(service) {
		return Names{}, fmt.Errorf("service %q: must be 1 to 30 lower-case letters and digits, a letter first", service)
	}
	if service == "pg" {
		return Names{}, fmt.Errorf("service %q: PostgreSQL keeps the roles pg_… for itself; name it with -service", service)
	}
	for _, taken := range []string{OldModule + "/engine", OldTools} {
		if module == taken {
			return Names{}, fmt.Errorf("module %q: %s is a module of this repository that keeps its path", module, taken)
		}
	}
	return Names{module, service, []string{OldModule + "/engine", OldTools, devFolder}}, nil
}

// CheckModule fails for what is no module's path.
func CheckModule(module string) error {
	parts := strings.Split(module, "/")
	if !strings.Contains(parts[0], ".") {
		return fmt.Errorf("module %q: the first part must be a host, like github.com, as in github.com/acme/orders", module)
	}
	for _, part := range parts {
		if !modulePart.MatchString(part) || strings.HasSuffix(part, ".") {
			return fmt.Errorf("module %q: the part %q must be letters, digits, and - _ ~ . in between", module, part)
		}
	}
	return nil
}

// In puts the new names in the old ones' places, and says how many there were. It leaves the
// paths of the modules that are not the service's.
func (n Names) In(text string) (renamed string, count int) {
	const module = "\x00module\x00" // no service's name is looked for in a module's
	text, kept := n.Hide(text)
	for _, old := range []struct{ name, mark, becomes string }{
		{OldModule, module, n.Module},
		{OldService, n.Service, n.Service},
		{strings.ToUpper(OldService), strings.ToUpper(n.Service), strings.ToUpper(n.Service)},
	} {
		if old.name != old.becomes {
			count += strings.Count(text, old.name)
		}
		text = strings.ReplaceAll(text, old.name, old.mark)
	}
	text = strings.ReplaceAll(text, module, n.Module)
	for i, path := range kept {
		text = strings.ReplaceAll(text, hidden(i), path)
	}
	return text, count
}

// Hide replaces what is not renamed by marks, and returns what they stand for. The module of
// tools/lab is not hidden, though its path may begin with that of tools: it is renamed as the service is.
func (n Names) Hide(text string) (marked string, kept []string) {
	for _, path := range n.Kept {
		text = regexp.MustCompile(regexp.QuoteMeta(path)+`(/lab)?\b`).ReplaceAllStringFunc(text, func(found string) string {
			if path == OldTools && strings.HasSuffix(found, "/lab") {
				return found
			}
			return hidden(len(kept)) + strings.TrimPrefix(found, path)
		})
		kept = append(kept, path)
	}
	return text, kept
}

// hidden is the mark of a path that is kept.
func hidden(i int) string { return fmt.Sprintf("\x00kept%d\x00", i) }

// InVersions gives a module of a later major version a version that it can have, in the text of a go.mod, and puts its
// requirements in the order in which go mod tidy has them.
func InVersions(text, module string) string {
	if major := majorVersion.FindString(module); major != "" {
		text = strings.ReplaceAll(text, module+" v0.0.0", module+" "+strings.TrimPrefix(major, "/")+".0.0")
	}
	return required.ReplaceAllStringFunc(text, func(block string) string {
		lines := strings.Split(block, "\n")
		slices.Sort(lines[1 : len(lines)-1])
		return strings.Join(lines, "\n")
	})
}

// required is a block of requirements.
var required = regexp.MustCompile(`(?m)^require \((?:\n\t[^\n]*)*\n\)`)
