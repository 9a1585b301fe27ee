package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

const runUsage = `go run ./cmd/dev run [flags]

Builds and starts everything, says where it is, and ends it all on Ctrl-C. Data is kept.

`

type runFlags struct {
	db, api, projector, data string
	without                  []string
}

func parseRun(args []string) (runFlags, error) {
	var f runFlags
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.SetOutput(io.Discard) // help goes to the output, errors come back
	set.StringVar(&f.db, "db", "", "`source` of the database: local, docker or auto (default auto)")
	set.StringVar(&f.api, "api", os.Getenv("API_ADDR"), "`address` of the API (default 127.0.0.1:8080, or a free port); port 0 is a free one")
	set.StringVar(&f.projector, "projector", os.Getenv("PROJECTOR_ADDR"), "`address` of the projector's probes and metrics (default 127.0.0.1:8081, or a free port)")
	set.StringVar(&f.data, "data", "", "`directory` that keeps the data (default one for each clone)")
	set.Func("without", "`process` to leave out, api or projector: its environment is printed, for a debugger", f.leaveOut)
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		set.SetOutput(os.Stdout)
		fmt.Print(runUsage)
		set.PrintDefaults()
		fmt.Print("\n" + databaseUsage + "DATABASE_URL, if it is set, names the database instead; NATS_URL the broker.\n")
		return f, err
	case err != nil:
		return f, usageError("dev: " + err.Error() + "; see run -h\n")
	case set.NArg() > 0:
		return f, usageError("dev: run takes no argument " + set.Arg(0) + "; see run -h\n")
	}
	return f, nil
}

// leaveOut adds processes, separated by commas.
func (f *runFlags) leaveOut(names string) error {
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains([]string{"api", "projector"}, name) {
			return errors.New("it takes api or projector")
		}
		f.without = append(f.without, name)
	}
	return nil
}
