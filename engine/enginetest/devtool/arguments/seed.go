package arguments

import (
	"errors"
	"flag"
	"io"
	"strings"
)

const seedUsage = `go run ./cmd/dev seed [flags]

Fills the service that runs on this machine with data worth looking at: it sends the requests of
the story in api/story.http, as several people. Two runs do the same as one. It finds a service
that go run ./cmd/dev run or docker compose up has started, and refuses one on another machine.

`

const seedVariables = `
A service that was started in another way needs -api and -issuer. DATABASE_URL, with the login of
the schema's owner, and NATS_URL then name its database and its broker: without them, the chapters
that need them are left out.
`

// Seed is the command line of "dev seed". If a field is empty, dev finds the service.
type Seed struct {
	API, Issuer string // URLs
	Data        string // folder of the data of the run of "dev run"
}

func parseSeed(args []string) (seed *Seed, answer string, err error) {
	var f Seed
	set := flag.NewFlagSet("seed", flag.ContinueOnError)
	set.SetOutput(io.Discard) // flag would print its own messages to standard error
	set.StringVar(&f.API, "api", "", "`URL` of the API (default the one that runs, else http://127.0.0.1:8080)")
	set.StringVar(&f.Issuer, "issuer", "", "`URL` of the issuer of tokens for development (default the one that runs, else http://127.0.0.1:8083)")
	set.StringVar(&f.Data, "data", "", "`directory` of the data of dev run, if it was given one")
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		var flags strings.Builder
		set.SetOutput(&flags)
		set.PrintDefaults()
		return nil, seedUsage + flags.String() + seedVariables, nil
	case err != nil:
		return nil, "", Mistake("dev: " + err.Error() + "; see seed -h\n")
	case set.NArg() > 0:
		return nil, "", Mistake("dev: seed takes no argument " + set.Arg(0) + "; see seed -h\n")
	}
	return &f, "", nil
}
