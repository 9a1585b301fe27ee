// Package names holds the names of the template and of its modules, and replaces them by the names
// of a service.
package names

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Names holds the new names of the service, and the paths that keep their old names: those of
// modules that are not the service's, and of a folder of the engine.
type Names struct {
	Module, Service string
	Kept            []string
}

var (
	// The parts of a module path, as the go command accepts them:
	// https://go.dev/ref/mod#go-mod-file-ident
	modulePart = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$`)
	// The last part of the path of a later major version:
	// https://go.dev/ref/mod#major-version-suffixes
	majorVersion = regexp.MustCompile(`/v[0-9]+$`)
	// serviceName matches names that a role, an image, a host, a metric and a NATS subject can all
	// have.
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
)

// New checks the names. Without a name for the service it takes the last part of the module's path.
func New(module, service string) (Names, error) {
	if err := CheckModule(module); err != nil {
		return Names{}, err
	}
	if service == "" {
		service = strings.ToLower(path.Base(majorVersion.ReplaceAllString(module, "")))
		if !serviceName.MatchString(service) {
			return Names{}, fmt.Errorf("the last part of module %q can't be the name of a service; name the service with -service", module)
		}
	}
	if !serviceName.MatchString(service) {
		return Names{}, fmt.Errorf("service %q: must be 1 to 30 lower-case letters and digits, a letter first", service)
	}
	if service == "pg" {
		return Names{}, fmt.Errorf("service %q: PostgreSQL reserves the roles whose names begin with pg_; choose another name with -service", service)
	}
	for _, taken := range []string{OldModule + "/engine", OldTools} {
		if module == taken {
			return Names{}, fmt.Errorf("module %q: %s is the path of another module of this repository, which keeps it", module, taken)
		}
	}
	return Names{module, service, []string{OldModule + "/engine", OldTools, devFolder}}, nil
}

// CheckModule fails unless the text is a valid module path.
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

// In replaces the old names by the new ones, and returns how many it replaced. It keeps the paths
// of modules that are not the service's.
func (n Names) In(text string) (renamed string, count int) {
	const module = "\x00module\x00" // so that the service's name is not replaced within a module's path
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

// Hide replaces the paths that are kept by marks, and returns the paths. It does not hide the
// module of tools/lab, whose path may begin with that of tools: the lab is renamed with the
// service.
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

// hidden returns the mark of a kept path.
func hidden(i int) string { return fmt.Sprintf("\x00kept%d\x00", i) }

// InVersions gives a module of a later major version a valid version in the text of a go.mod, and
// puts the requirements in the order of go mod tidy.
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

// required matches a block of requirements.
var required = regexp.MustCompile(`(?m)^require \((?:\n\t[^\n]*)*\n\)`)
