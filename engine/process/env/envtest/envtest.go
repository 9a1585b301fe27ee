package envtest

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/kelseyhightower/envconfig"

	"example.com/pgcqrs/engine/process/env"
)

var update = flag.Bool("update", false, "write the table of a configuration into docs/configuration.md")

// IsDocumented fails if docs/configuration.md does not have the current table of a program in cmd/.
// With -update, IsDocumented writes the table.
func IsDocumented(t *testing.T, program string, config any) {
	t.Helper()
	const page = "../../docs/configuration.md"
	have, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	want, err := env.Document(string(have), program, config)
	if err != nil {
		t.Fatal(err)
	}
	if want == string(have) {
		return
	}
	if !*update {
		t.Fatalf("docs/configuration.md is not current: go test ./cmd/%s -update", program)
	}
	if err := os.WriteFile(page, []byte(want), 0o644); err != nil { //nolint:gosec // everybody may read the page
		t.Fatal(err)
	}
}

// EmptyIsNotSet checks for each variable of a configuration that an empty value, or an empty file,
// means the same as a missing variable.
func EmptyIsNotSet[Config any](t *testing.T) {
	t.Helper()
	empty := filepath.Join(t.TempDir(), "empty")
	if err := os.WriteFile(empty, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	required := make(map[string]bool) // by the name of the variable
	for _, field := range reflect.VisibleFields(reflect.TypeFor[Config]()) {
		if field.Anonymous {
			continue
		}
		name := field.Tag.Get("envconfig")
		required[name] = field.Tag.Get("required") == "true"
		t.Setenv(name+"_FILE", "")
		t.Setenv(name, field.Tag.Get("example"))
		if !required[name] {
			_ = os.Unsetenv(name)
		}
	}
	var want Config
	if err := env.Load(&want, envconfig.Process); err != nil {
		t.Fatal(err)
	}
	for name := range required {
		for suffix, value := range map[string]string{"": "", "_FILE": empty} {
			t.Run(name+suffix, func(t *testing.T) {
				t.Setenv(name, "")
				t.Setenv(name+suffix, value)
				var got Config
				err := env.Load(&got, envconfig.Process)
				switch {
				case required[name] && (err == nil || !strings.HasPrefix(err.Error(), name+" is not set: ")):
					t.Errorf("it is required: got %v", err)
				case !required[name] && (err != nil || !reflect.DeepEqual(got, want)):
					t.Errorf("got %+v, %v\nwant %+v", got, err, want)
				}
			})
		}
	}
}
