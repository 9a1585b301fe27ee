package binaries

import (
	"os"
	"path/filepath"
	"strings"
)

// UnpackedDir returns the folder into which packages are unpacked for a user without root's rights.
func UnpackedDir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "pgcqrs", "postgresql"), err
}

// librariesOf returns the search path of the libraries that were unpacked together with the
// binaries in this directory, or "" for installed binaries, which need none.
func librariesOf(binDir string) string {
	unpacked, err := UnpackedDir()
	if err != nil || !strings.HasPrefix(binDir, unpacked+"/") {
		return ""
	}
	root, _, _ := strings.Cut(strings.TrimPrefix(binDir, unpacked+"/"), "/")
	var dirs []string
	for _, pattern := range []string{"usr/lib/*-linux-gnu*", "lib/*-linux-gnu*"} {
		found, _ := filepath.Glob(filepath.Join(unpacked, root, pattern)) // the pattern is a constant and valid
		dirs = append(dirs, found...)
	}
	return strings.Join(dirs, ":")
}
