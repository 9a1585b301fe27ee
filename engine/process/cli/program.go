package cli

import (
	"errors"
	"flag"
)

// Program describes the command line of a program.
type Program struct {
	Service   string // name of the service to which the program belongs
	Name      string
	Does      string                    // what the program does, in full sentences
	Takes     string                    // arguments of the program if it has no subcommands, like "URL"
	Check     func(args []string) error // checks the arguments; nil: no arguments are allowed
	Flags     func(flags *flag.FlagSet) // defines the flags that may replace a subcommand; nil: no flags
	Verbs     []Verb
	Variables []Variable // environment variables that the program reads
}

// Verb is a subcommand of a program, such as "projections list" of the program ops. The first one
// or two arguments of a command line name it.
type Verb struct {
	Name  string // one word, or two; subcommands with the same first word form a group
	Takes string // flags and arguments of the subcommand, like "[-json] PROJECTION"
	Does  string // what the subcommand does, in one line

	Least, Most int // how many arguments may follow its flags

	// Setup defines the subcommand's flags. Setup returns the function check, which checks the flags
	// and the arguments. check is called only if the number of arguments is right. If Setup returns
	// nil, only the number of arguments is checked. If Setup is nil, the subcommand has no flags.
	Setup func(flags *flag.FlagSet) (check func(args []string) error)
}

// Variable is an environment variable that a program reads.
type Variable struct {
	Name    string
	Default string // default value as help shows it
	Meaning string
}

// ErrArguments says that the number of arguments is wrong.
var ErrArguments = errors.New("wrong arguments")
