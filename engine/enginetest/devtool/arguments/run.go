package arguments

import (
	"errors"
	"flag"
	"io"
	"slices"
	"strings"
)

const runUsage = `go run ./cmd/dev run [flags]

Builds and starts everything, says where it is, and ends it all on Ctrl-C. Data is kept.

`

// Run is the command line of "dev run". If a field is empty, its default value is used.
type Run struct {
	DB             string // local, docker or auto
	API, Projector string // addresses on which the API and the projector listen
	Data           string // folder of the data
	Without        []string
}

func parseRun(args []string) (run *Run, answer string, err error) {
	var f Run
	set := flag.NewFlagSet("run", flag.ContinueOnError)
	set.SetOutput(io.Discard) // flag would print its own messages to standard error
	set.StringVar(&f.DB, "db", "", "`source` of the database: local, docker or auto (default auto)")
	set.StringVar(&f.API, "api", "", "`address` of the API (default API_ADDR, else 127.0.0.1:8080, or a free port); port 0 is a free one")
	set.StringVar(&f.Projector, "projector", "", "`address` of the projector's probes and metrics (default PROJECTOR_ADDR, else 127.0.0.1:8081, or a free port)")
	set.StringVar(&f.Data, "data", "", "`directory` that keeps the data (default one for each clone)")
	set.Func("without", "`process` to leave out, api or projector: its environment is printed, for a debugger", f.leaveOut)
	switch err := set.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return nil, runHelp(set), nil
	case err != nil:
		return nil, "", Mistake("dev: " + err.Error() + "; see run -h\n")
	case set.NArg() > 0:
		return nil, "", Mistake("dev: run takes no argument " + set.Arg(0) + "; see run -h\n")
	}
	return &f, "", checkDatabase(f.DB)
}

func runHelp(set *flag.FlagSet) string {
	var flags strings.Builder
	set.SetOutput(&flags)
	set.PrintDefaults()
	return runUsage + flags.String() + "\n" + databaseUsage + "DATABASE_URL, if it is set, names the database instead; NATS_URL the broker.\n"
}

// leaveOut adds the names of processes, separated by commas, to the processes that dev does not
// start.
func (f *Run) leaveOut(names string) error {
	for name := range strings.SplitSeq(names, ",") {
		if !slices.Contains([]string{"api", "projector"}, name) {
			return errors.New("it takes api or projector")
		}
		f.Without = append(f.Without, name)
	}
	return nil
}
