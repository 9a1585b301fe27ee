package cmd_test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/process/cli"
)

// The changelog, the OpenAPI document and the programs must name the same version.
func TestTheVersionIsTheChangelogsAndTheContracts(t *testing.T) {
	t.Parallel()
	for file, form := range map[string]string{
		"../CHANGELOG.md":     `(?m)^## \[?([^\s\]]+)`,
		"../api/openapi.yaml": `(?m)^info:\n(?:  .*\n)*?  version: (\S+)`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		found := regexp.MustCompile(form).FindSubmatch(text)
		if said := cli.Version("service", "api"); found == nil || !strings.Contains(said+" ", " "+string(found[1])+" ") {
			t.Errorf("%s says %q, and -version says %q", file, found, said)
		}
	}
}
