package sample

import (
	"regexp"
	"strings"
)

var (
	componentKind = regexp.MustCompile(`^  ([a-z]\w+):$`)
	componentName = regexp.MustCompile(`^    (\w+):`)
	everybodys    = regexp.MustCompile(`^(parameters|headers|responses|securitySchemes)/`)
	sampleNamed   = regexp.MustCompile(`/(Account|Customer|Transfer)`)
	reference     = regexp.MustCompile(`#/components/(\w+/\w+)`)
)

// prune removes the sample's components from an API contract. It removes each schema to which
// nothing refers any more. It keeps a schema to which the text toCome refers, because this text
// will be added to the contract later. It also removes other components, such as parameters, if
// nothing refers to them and their names are names of the sample.
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
