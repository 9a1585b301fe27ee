package launch

import (
	"fmt"
	"hash/fnv"
	"os"
	"path/filepath"
)

// home returns the folder that keeps the program, so that go links it only if something has
// changed: in the clone, or, where we may not write there, in the user's cache. Without either
// it is a new folder for temporary files, and stays there. scratch is an empty folder in it.
func (p Program) home(root string) (dir, scratch string, err error) {
	places := []string{filepath.Join(root, ".dev")}
	if cache, err := os.UserCacheDir(); err == nil {
		hash := fnv.New64a() // a cryptographic one takes seconds to compile
		_, _ = hash.Write([]byte(root))
		places = append(places, filepath.Join(cache, fmt.Sprintf("%s-%s-%x", p.Service, p.Name, hash.Sum64())))
	}
	for _, dir := range places {
		_ = os.MkdirAll(dir, 0o750) // what fails, fails below
		if scratch, err := os.MkdirTemp(dir, "building-"); err == nil {
			return dir, scratch, nil
		}
	}
	if dir, err = os.MkdirTemp("", p.Service+"-"+p.Name+"-"); err == nil {
		scratch, err = os.MkdirTemp(dir, "building-")
	}
	return dir, scratch, err
}
