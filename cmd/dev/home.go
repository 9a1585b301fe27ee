package main

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
)

// home returns the folder that keeps the program, so that go links it only if something has
// changed: in the clone, or, where nobody may write there, in the user's cache. Without either
// it is a new folder for temporary files, and stays there.
func home(root string) (string, error) {
	places := []string{filepath.Join(root, ".dev")}
	if cache, err := os.UserCacheDir(); err == nil {
		hash := fnv.New64a() // a cryptographic one takes seconds to compile
		_, _ = hash.Write([]byte(root))
		places = append(places, filepath.Join(cache, fmt.Sprintf("pgcqrs-dev-%x", hash.Sum64())))
	}
	for _, dir := range places {
		if writable(dir) {
			return dir, nil
		}
	}
	return os.MkdirTemp("", "pgcqrs-dev-")
}

// writable makes the folder if it has to, and a file in it.
func writable(dir string) bool {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return false
	}
	file, err := os.CreateTemp(dir, "writable-")
	if err != nil {
		return false
	}
	_ = file.Close()
	return os.Remove(file.Name()) == nil
}
