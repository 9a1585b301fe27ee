package arguments

import (
	"example.com/pgcqrs/engine/process/cli"
)

const usage = `dev starts the service, or its tests, with a database of their own, and fills the service with data.

  go run ./cmd/dev run [flags]                  database, migrations, broker, API and projector, until Ctrl-C
  go run ./cmd/dev seed [flags]                 data worth looking at, for the service that runs
  go run ./cmd/dev test [flags] [go test args]  a database, and go test on it

-h after either says more. -version prints the version.
`

// Line is a parsed command line. Exactly one of its fields is set.
type Line struct {
	Run    *Run
	Seed   *Seed
	Test   *Test
	Answer string // text of help or version; it is printed, and nothing else is done
}

// Parse parses a command line. Every error of Parse is a Mistake. The parameter service is the name
// of the service, which the text of -version contains.
func Parse(service string, args []string) (line Line, err error) {
	if len(args) == 0 {
		return line, Mistake(usage)
	}
	switch args[0] {
	case "run":
		line.Run, line.Answer, err = parseRun(args[1:])
	case "seed":
		line.Seed, line.Answer, err = parseSeed(args[1:])
	case "test":
		line.Test, line.Answer, err = parseTest(args[1:])
	case "-version", "--version", "version":
		line.Answer = cli.Version(service, "dev") + "\n"
	case "-h", "-help", "--help", "help":
		if len(args) > 1 {
			return Parse(service, []string{args[1], "-h"})
		}
		line.Answer = usage
	default:
		err = Mistake("dev: there is no command " + args[0] + "\n\n" + usage)
	}
	return line, err
}
