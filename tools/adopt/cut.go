package main

import (
	"regexp"
	"strings"
)

// cut leaves out the lines that match, with what they begin: a block in brackets or
// below a key, a section below a heading, a paragraph.
func cut(text string, lines *regexp.Regexp) string {
	var kept []string
	inside := func(string) bool { return false }
	for line := range strings.SplitSeq(text, "\n") {
		if inside(line) {
			continue
		}
		inside = func(string) bool { return false }
		if !lines.MatchString(line) {
			kept = append(kept, line)
			continue
		}
		indent := line[:len(line)-len(strings.TrimLeft(line, " \t"))]
		switch {
		case strings.HasPrefix(line, "**"):
			ended := false
			inside = func(next string) bool {
				was := ended
				ended = next == ""
				return !was
			}
		case strings.HasPrefix(line, "## "):
			inside = func(next string) bool { return !strings.HasPrefix(next, "## ") }
		case strings.HasSuffix(line, ":"):
			inside = func(next string) bool { return next == "" || strings.HasPrefix(next, indent+" ") }
		case strings.HasSuffix(line, "{"):
			closed := false
			inside = func(next string) bool {
				open := !closed
				closed = strings.HasPrefix(next, indent+"}")
				return open
			}
		}
	}
	return strings.Join(kept, "\n")
}

var (
	componentKind = regexp.MustCompile(`^  ([a-z]\w+):$`)
	componentName = regexp.MustCompile(`^    (\w+):`)
	everybodys    = regexp.MustCompile(`^(parameters|headers|responses|securitySchemes)/`)
	sampleNamed   = regexp.MustCompile(`/(Account|Customer)`)
	reference     = regexp.MustCompile(`#/components/(\w+/\w+)`)
)

// prune leaves out the sample's components of a contract: the schemas that nothing refers
// to, neither in it nor in what is still to come, and what else goes by its names.
func prune(contract, toCome string) string {
	for {
		referred := make(map[string]bool)
		for _, found := range reference.FindAllStringSubmatch(contract+toCome, -1) {
			referred[found[1]] = true
		}
		head, components, _ := strings.Cut(contract, "\ncomponents:\n")
		var kept []string
		kind, name := "", ""
		for line := range strings.SplitSeq(components, "\n") {
			if found := componentKind.FindStringSubmatch(line); found != nil {
				kind, name = found[1], ""
			} else if found := componentName.FindStringSubmatch(line); found != nil {
				name = found[1]
			}
			full := kind + "/" + name
			if name == "" || line == "" || referred[full] || everybodys.MatchString(full) && !sampleNamed.MatchString(full) {
				kept = append(kept, line)
			}
		}
		pruned := head + "\ncomponents:\n" + strings.Join(kept, "\n")
		if pruned == contract {
			return contract
		}
		contract = pruned
	}
}
