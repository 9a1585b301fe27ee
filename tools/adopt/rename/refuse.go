package rename

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// refuseOther returns an error if the folder is not a clone of the whole template.
func refuseOther(dir string) error {
	if _, err := os.Stat(filepath.Join(dir, "go.mod")); err != nil {
		return fmt.Errorf("run this in the template's folder, which has go.mod: %w", err)
	}
	for _, folder := range []string{"engine", "tools"} {
		if _, err := os.Stat(filepath.Join(dir, folder)); err != nil {
			return fmt.Errorf("there is no %s/ here: this template is more than one Go module, and a copy of one of them alone, as gonew makes it, can't be adopted; clone the repository instead", folder)
		}
	}
	return nil
}

// refuseService returns an error for a service path that clashes with the engine's path. The
// service path clashes if it equals the engine's path or begins with it, because a later adopt
// -engine-path would then change the service path, too. It also clashes if the import path of one
// of the service's folders would equal the engine's path.
func refuseService(dir, service, engine string) error {
	const instead = "adopt another module, or give the engine another path first (-engine-path)"
	if service == engine || strings.HasPrefix(service, engine+"/") {
		return fmt.Errorf("module %q: the engine's import path is %s; the service's path must not be that, nor begin with it: %s", service, engine, instead)
	}
	within, ok := strings.CutPrefix(engine, service+"/")
	folder, _, _ := strings.Cut(within, "/")
	if _, err := os.Stat(filepath.Join(dir, folder)); ok && folder != "engine" && err == nil {
		return fmt.Errorf("module %q: the engine's import path is %s, which would be that of the service's folder %s/: %s", service, engine, folder, instead)
	}
	return nil
}
