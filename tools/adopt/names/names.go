// Package names holds the names of the template and of its modules, and replaces these names with
// the names of a service.
package names

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Names holds the new names of the service, and the paths that adopt does not rename. These are the
// import paths of the engine and of the tools, and the path of a folder: if a program runs as root,
// the engine stores databases in this folder.
type Names struct {
	Module, Service string
	Kept            []string
}

var (
	// modulePart matches one part of a valid module path: https://go.dev/ref/mod#go-mod-file-ident
	modulePart = regexp.MustCompile(`^[A-Za-z0-9_~-][A-Za-z0-9._~-]*$`)
	// majorVersion matches the last part of a module path with a major version above 1:
	// https://go.dev/ref/mod#major-version-suffixes
	majorVersion = regexp.MustCompile(`/v[0-9]+$`)
	// serviceName matches names that are valid for a role, an image, a host, a metric and a NATS
	// subject.
	serviceName = regexp.MustCompile(`^[a-z][a-z0-9]{0,29}$`)
)

// New checks the names and returns a Names. If service is empty, the service's name is the last
// part of the module's path.
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

// CheckModule returns an error if the text is not a valid module path.
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

// In replaces the old names with the new names, and returns the number of replacements. In does not
// change the import paths of the engine and of the tools.
func (n Names) In(text string) (renamed string, count int) {
	const module = "\x00module\x00" // a placeholder, so that In does not replace the service's name inside the new module path
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

// Hide replaces the paths that adopt must not rename with placeholders, and returns these paths.
// Hide does not replace the path of the module tools/lab, although that path begins with the path
// of the module tools: adopt renames the module tools/lab together with the service.
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

// hidden returns the placeholder for the hidden path with index i.
func hidden(i int) string { return fmt.Sprintf("\x00kept%d\x00", i) }

// InVersions edits the text of a go.mod. If a module's path has a suffix for a major version (such
// as /v2), InVersions gives the module a version with this major version. InVersions sorts the
// requirements as go mod tidy does.
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

// required matches a block of required modules in a go.mod.
var required = regexp.MustCompile(`(?m)^require \((?:\n\t[^\n]*)*\n\)`)
