package container

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// The docker command finds a rootless Docker daemon through its configured context. The library
// testcontainers does not read this context, so dev passes the daemon's address to the library.
func TestTheContainersProgramIsToldWhereDockerIs(t *testing.T) {
	dir := t.TempDir()
	stub := "#!/bin/sh\n[ \"$1 $2\" = 'context inspect' ] && echo unix:///run/user/1000/docker.sock\n"
	if err := os.WriteFile(filepath.Join(dir, "docker"), []byte(stub), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	for given, want := range map[string]string{"": "unix:///run/user/1000/docker.sock", "tcp://10.0.0.1:2375": "tcp://10.0.0.1:2375"} {
		t.Setenv("DOCKER_HOST", given)
		command, err := serve(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if env := command.Environ(); !slices.Contains(env, "DOCKER_HOST="+want) {
			t.Errorf("DOCKER_HOST=%s: it does not get %s", given, want)
		}
	}
}
