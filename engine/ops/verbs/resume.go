package verbs

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
)

// resume has a stopped projection go on as it is.
func resume(flags *flag.FlagSet) (check func([]string) error, do action) {
	note, yes := noteFlag(flags), yesFlag(flags)
	check = func([]string) error {
		if *note == "" {
			return errors.New(`say why: ops resume -note "…" PROJECTION`)
		}
		return nil
	}
	return check, func(ctx context.Context, on operated, args []string, out io.Writer) error {
		if !*yes {
			fmt.Fprintf(out, "%s will go on with tables that hold what the log has lost; ops rebuild %[1]s makes them anew instead. Resume it? [y/N] ", args[0])
			answer, _ := bufio.NewReader(os.Stdin).ReadString('\n') // no answer is no
			if !strings.EqualFold(strings.TrimSpace(answer), "y") {
				return errors.New("nothing was resumed")
			}
		}
		if err := on.projector.Resume(ctx, args[0], operator(), *note); err != nil {
			return err
		}
		fmt.Fprintf(out, "%s goes on\n", args[0])
		return nil
	}
}
