package environment

import (
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEnvironmentOfAChildHasNoSecondSource(t *testing.T) {
	t.Setenv("DATABASE_URL_FILE", "/run/secrets/url")
	t.Setenv("DATABASE_URL", "of the developer")
	t.Setenv("READ_DATABASE_URL", "a replica")
	var got []string
	for _, entry := range With(map[string]string{"DATABASE_URL": "ours", "READ_DATABASE_URL": ""}) {
		if strings.Contains(entry, "DATABASE_URL") && !strings.HasPrefix(entry, "TEST_") {
			got = append(got, entry)
		}
	}
	if diff := cmp.Diff([]string{"DATABASE_URL=ours"}, got); diff != "" {
		t.Error(diff)
	}
}

// In a shell, variables such as NAME_FILE may be set instead of variables such as NAME. The printed
// lines also work in such a shell.
func TestWhatIsSetForALeftOutProcessHasNoSecondSource(t *testing.T) {
	t.Setenv("AUTH_JWKS_URL_FILE", "/run/secrets/jwks")
	t.Setenv("AUTH_JWKS_URL", "")
	t.Setenv("AUTH_AUDIENCE_FILE", "/run/secrets/audience")
	file, exports := Lines(map[string]string{"DATABASE_URL": "ours", "READ_DATABASE_URL": "", "AUTH_AUDIENCE": "us", "PGHOST": ""}, []string{"PGHOST"})
	const names = "DATABASE_URL READ_DATABASE_URL AUTH_AUDIENCE AUTH_JWKS_URL PGHOST"
	for _, text := range []string{exports, "set -a\n" + file} {
		command := exec.CommandContext(t.Context(), "/bin/sh", "-c", text+"for n in "+names+`; do eval "echo \$n=\$$n,\$${n}_FILE"; done`)
		command.Env = append(command.Environ(), "DATABASE_URL_FILE=/a", "READ_DATABASE_URL_FILE=/b", "PGHOST=other")
		output, err := command.Output()
		const want = "DATABASE_URL=ours,\nREAD_DATABASE_URL=,\nAUTH_AUDIENCE=us,\nAUTH_JWKS_URL=,/run/secrets/jwks\nPGHOST=,\n"
		if err != nil || string(output) != want {
			t.Errorf("after\n%s\ngot %v\n%s", text, err, output)
		}
	}
}

func TestQuotedValuesAreReadBackByAShell(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"", "postgres://u:p@127.0.0.1:5432/x?sslmode=disable", "a&b; c", "it's $HOME", `"x"`} {
		output, err := exec.CommandContext(t.Context(), "/bin/sh", "-c", "V="+Quoted(value)+`; printf %s "$V"`).Output()
		if err != nil || string(output) != value {
			t.Errorf("%q as %s: got %q, %v", value, Quoted(value), output, err)
		}
		if got := Unquoted(Quoted(value)); got != value {
			t.Errorf("%q as %s is read as %q", value, Quoted(value), got)
		}
	}
}
