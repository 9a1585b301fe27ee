package binaries

import (
	"os"
	"path/filepath"
	"strings"
)

// UnpackedDir returns the directory in the user's cache into which package install unpacks
// PostgreSQL, for users who may not install packages.
func UnpackedDir() (string, error) {
	cache, err := os.UserCacheDir()
	return filepath.Join(cache, "pgcqrs", "postgresql"), err
}

// librariesOf returns the search path of the shared libraries that were unpacked together with the
// programs in this directory. For installed programs it returns "", because the system finds their
// libraries.
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
