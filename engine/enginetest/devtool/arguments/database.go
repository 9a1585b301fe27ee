package arguments

import "slices"

const databaseUsage = `-db says which PostgreSQL to take:
  local   this machine's own binaries (PG_BINDIR, PATH, the usual places); on Debian and
          Ubuntu missing ones are installed
  docker  a container of POSTGRES_IMAGE (postgres:18)
  auto    local if there are binaries, else docker if it has the image, else installed ones
`

// checkDatabase returns a Mistake if the flag -db does not accept the value. The empty value means
// auto.
func checkDatabase(choice string) error {
	if !slices.Contains([]string{"", "local", "docker", "auto"}, choice) {
		return Mistake("dev: -db takes local, docker or auto, not " + choice + "\n")
	}
	return nil
}
