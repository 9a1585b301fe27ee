package main

import "testing"

// Renamed requirements stand where go mod tidy puts them, so that make verify finds nothing to change.
func TestRequirementsStayInOrder(t *testing.T) {
	t.Parallel()
	const before = "module a.test/b\n\nrequire (\n\tz.test/moved v0.0.0\n\tb.test/one v1.0.0\n)\n\nrequire (\n\td.test/x v1.0.0 // indirect\n\tc.test/y v1.0.0 // indirect\n)\n"
	const after = "module a.test/b\n\nrequire (\n\tb.test/one v1.0.0\n\tz.test/moved v0.0.0\n)\n\nrequire (\n\tc.test/y v1.0.0 // indirect\n\td.test/x v1.0.0 // indirect\n)\n"
	if got := inVersions(before, "z.test/moved"); got != after {
		t.Errorf("got\n%s", got)
	}
}

// A service can't have the path of the engine or the tools: they keep theirs.
func TestPathsOfTheOtherModulesAreRefused(t *testing.T) {
	t.Parallel()
	for _, module := range []string{oldModule + "/engine", oldModule + "/tools"} {
		if _, err := newNames(module, "shop"); err == nil {
			t.Errorf("%s is taken", module)
		}
	}
}
