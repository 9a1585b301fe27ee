package migrations

import "io/fs"

const engineTable = "engine_version"

// Engine is the part that all services have: the log and what goes out of it, how far its readers are,
// and the roles of the programs. Its tables and what guards them are listed in objects.go.
var Engine = Part{Table: engineTable, FS: engineFiles()}

func engineFiles() fs.FS {
	files, err := fs.Sub(folder, "engine")
	if err != nil {
		panic(err) // the name is constant and valid
	}
	return files
}
