package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
)

// Parse returns the arguments if they are valid and do not ask for help or for the version. If the
// arguments ask for help or for the version, Parse prints the help or the version to standard
// output and ends the process with exit code 0. If the arguments are wrong, Parse prints the error
// and the usage to standard error and ends the process with exit code 2.
func (p Program) Parse(args []string) []string {
	said, err := p.answer(args)
	switch {
	case err != nil:
		fmt.Fprintf(os.Stderr, "%s: %v\n\n%s", p.Name, err, said)
		os.Exit(2)
	case said != "":
		fmt.Print(said)
		os.Exit(0)
	}
	return args
}

// answer returns the text that the program prints before it exits, or "" if the program is to do
// its work. If answer returns an error, the text is the usage.
func (p Program) answer(args []string) (said string, err error) {
	if len(args) == 0 || len(p.Verbs) == 0 && !strings.HasPrefix(args[0], "-") {
		return p.check(args)
	}
	first, rest := args[0], args[1:]
	switch {
	case isHelp(first):
		return p.help(), nil
	case isVersion(first):
		return Version(p.Service, p.Name) + "\n", nil
	case first == "help" && len(rest) == 0:
		return p.help(), nil
	case first == "help":
		args = append(slices.Clone(rest), "-h")
	case strings.HasPrefix(first, "-") && p.Flags != nil:
		return p.checkFlags(args)
	case strings.HasPrefix(first, "-"):
		return p.usage(), fmt.Errorf("there is no flag %s", first)
	}
	for _, v := range p.Verbs {
		if rest, is := CutVerb(args, v.Name); is {
			return v.answer(p.Name, rest)
		}
	}
	return p.group(args)
}

// CutVerb removes the name of a subcommand from the beginning of the arguments, and returns the
// other arguments and true. If the arguments do not begin with this name, CutVerb returns all
// arguments and false.
func CutVerb(args []string, name string) (rest []string, is bool) {
	words := strings.Fields(name)
	if len(args) < len(words) || !slices.Equal(args[:len(words)], words) {
		return args, false
	}
	return args[len(words):], true
}

// group returns the usage to print if the arguments name no subcommand. If the first argument is
// the first word of some subcommands, the usage lists these subcommands. Otherwise it lists all
// subcommands.
func (p Program) group(args []string) (said string, err error) {
	some := p
	some.Verbs = slices.DeleteFunc(slices.Clone(p.Verbs), func(v Verb) bool { return !strings.HasPrefix(v.Name, args[0]+" ") })
	switch {
	case len(some.Verbs) == 0:
		return p.usage(), fmt.Errorf("there is no command %q", args[0])
	case len(args) == 1:
		return some.usage(), fmt.Errorf("%s needs a second word", args[0])
	case isHelp(args[1]):
		return some.usage(), nil
	}
	return some.usage(), fmt.Errorf("there is no command %q", args[0]+" "+args[1])
}

// checkFlags checks the flags of a command line that names no subcommand.
func (p Program) checkFlags(args []string) (said string, err error) {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard)
	p.Flags(flags)
	err = flags.Parse(args)
	if err == nil && flags.NArg() > 0 {
		err = ErrArguments
	}
	if err != nil {
		return p.usage(), err
	}
	return "", nil
}

// check checks the arguments of a command line that names no subcommand.
func (p Program) check(args []string) (said string, err error) {
	switch {
	case p.Check != nil:
		err = p.Check(args)
	case len(args) > 0:
		err = ErrArguments
	}
	if err != nil {
		return p.usage(), err
	}
	return "", nil
}

func (v Verb) answer(program string, args []string) (said string, err error) {
	flags := flag.NewFlagSet(v.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // flag would print its own messages to standard error
	var rest func(args []string) error
	if v.Setup != nil {
		rest = v.Setup(flags)
	}
	err = flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return v.help(program, flags), nil
	case err == nil && (flags.NArg() < v.Least || flags.NArg() > v.Most):
		err = ErrArguments
	case err == nil && rest != nil:
		err = rest(flags.Args())
	}
	if err != nil {
		return v.usage(program), err
	}
	return "", nil
}

func isHelp(arg string) bool { return arg == "-h" || arg == "-help" || arg == "--help" }

func isVersion(arg string) bool { return arg == "-version" || arg == "--version" }
