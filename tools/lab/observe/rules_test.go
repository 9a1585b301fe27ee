//go:build all && unix

package observe_test

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// promtool runs promtool in a folder, and returns its output and whether it succeeded.
func promtool(t *testing.T, dir string, arguments ...string) (said string, ok bool) {
	t.Helper()
	command := exec.CommandContext(t.Context(), find(t, "promtool"), arguments...)
	command.Dir = dir
	output, err := command.CombinedOutput()
	return string(output), err == nil
}

// promtool accepts the configuration of Prometheus and the rules. Its tests of the alerts pass: each
// alert is quiet until its fault has lasted, and then fires with the right labels and texts.
// TestEachAlertFiresAndIsQuiet, in the folder internal, wants such tests of each alert.
func TestEachAlertFiresOnItsFault(t *testing.T) {
	t.Parallel()
	if said, ok := promtool(t, files, "check", "config", "prometheus.yml"); !ok || !strings.Contains(said, " rules found") {
		t.Errorf("the configuration of Prometheus:\n%s", said)
	}
	tests, err := filepath.Glob(files + "alerts_*_test.yaml")
	if err != nil || len(tests) < 4 {
		t.Fatalf("%d files: %v", len(tests), err)
	}
	for _, file := range tests {
		if said, ok := promtool(t, files, "test", "rules", filepath.Base(file)); !ok {
			t.Errorf("%s:\n%s", file, said)
		}
	}
}
