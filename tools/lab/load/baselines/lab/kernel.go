package lab

import (
	"os"
	"os/exec"
	"strings"
)

// FieldOf returns the value of a field in a file of the kernel (below /proc), or "" if the file
// lacks the field.
func FieldOf(path, name string) string {
	content, err := os.ReadFile(path)
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(content)) {
		if key, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// revision returns the git commit from which this program was built, or "" if that is unknown.
func revision() string {
	out, err := exec.Command("git", "rev-parse", "--short=10", "HEAD").Output()
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(out))
}
