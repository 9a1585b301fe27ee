package environment

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devtool/arguments"
)

func TestVariablesMayComeAsFiles(t *testing.T) {
	path := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(path, []byte("\ufeffhunter2\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range heeded {
		t.Setenv(name, "")
		t.Setenv(name+"_FILE", path)
	}
	if err := ReadFiles(); err != nil {
		t.Fatal(err)
	}
	for _, name := range heeded {
		if value, file := os.Getenv(name), os.Getenv(name+"_FILE"); value != "hunter2" || file != "" {
			t.Errorf("%s is %q, and %s_FILE %q", name, value, name, file)
		}
	}
	t.Setenv("NATS_URL_FILE", path)
	if err := ReadFiles(); err == nil || !strings.Contains(err.Error(), "NATS_URL and NATS_URL_FILE are both set") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("both at once: got %v", err)
	}
	t.Setenv("NATS_URL", "")
	t.Setenv("NATS_URL_FILE", "/no/such/file")
	if err := ReadFiles(); err == nil || !strings.Contains(err.Error(), "NATS_URL_FILE") {
		t.Errorf("a missing file: got %v", err)
	}
}

// This test excludes some variables that the command dev run also reads. The excluded variables are
// about the machine or about tests, and not about the service.
func TestEachVariableThatIsReadMayComeAsAFile(t *testing.T) {
	t.Parallel()
	read := regexp.MustCompile(`Getenv\("(\w+)"\)`)
	for _, pattern := range []string{"../*.go", "../*/*.go"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			source, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			for _, match := range read.FindAllStringSubmatch(string(source), -1) {
				others := []string{"POSTGRES_IMAGE", "DOCKER_HOST", "TEST_DATABASE_URL", "PATH"}
				if !slices.Contains(append(others, heeded...), match[1]) {
					t.Errorf("%s reads %s, which heeded does not name", file, match[1])
				}
			}
		}
	}
}

func TestTheFormOfAddressesIsCheckedBeforeAnythingStarts(t *testing.T) { //nolint:paralleltest // the test changes environment variables
	for _, name := range heeded {
		t.Setenv(name, "")
		t.Setenv(name+"_FILE", "")
	}
	for _, address := range []string{"", ":0", ":8080", "127.0.0.1:", "127.0.0.1:8080", "[::1]:8080", "localhost:http"} {
		if err := Heed(&arguments.Run{API: address, Projector: address}); err != nil {
			t.Errorf("%q: got %v", address, err)
		}
	}
	for _, address := range []string{"foo", "8080", ":99999", ":-1", "::1:8080", "http://127.0.0.1:8080", "127.0.0.1:8080/"} {
		for _, name := range []string{"API_ADDR", "PROJECTOR_ADDR", "API_OPS_ADDR"} {
			t.Setenv(name, address)
			err := Heed(&arguments.Run{})
			if err == nil || !strings.HasPrefix(err.Error(), name) || !strings.Contains(err.Error(), "form host:port") {
				t.Errorf("%s=%s: got %v", name, address, err)
			}
			t.Setenv(name, "")
		}
	}
}
