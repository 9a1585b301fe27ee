package install

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
)

func apt(ctx context.Context, dir string, args ...string) (string, error) {
	command := exec.CommandContext(ctx, "apt-get", append([]string{"-q"}, args...)...)
	command.Dir = dir
	command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive", "LC_ALL=C", "PATH="+os.Getenv("PATH")+":/usr/sbin:/sbin")
	output, err := command.CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("apt-get %s: %w: %s", args[0], err, binaries.LastLines(output, 3))
	}
	return string(output), nil
}
