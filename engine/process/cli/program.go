package cli

import (
	"errors"
	"flag"
)

// Program describes the command line of a program.
type Program struct {
	Service   string // to which the program belongs
	Name      string
	Does      string                    // in full sentences
	Takes     string                    // its arguments without a verb, like "URL"
	Check     func(args []string) error // of the arguments; nil: there may be none
	Flags     func(flags *flag.FlagSet) // defines the flags that may stand in a verb's place; nil: none
	Verbs     []Verb
	Variables []Variable // the environment variables that it reads
}

// Verb is an action of a program, chosen by its first arguments.
type Verb struct {
	Name  string // one word, or two: verbs that share the first are a group
	Takes string // its flags and arguments, like "[-json] PROJECTION"
	Does  string // in a line

	Least, Most int // how many arguments it takes after its flags

	// Setup defines the verb's flags, and returns a check of them and of the arguments, whose
	// number is right; a nil check: nothing else is checked. A nil Setup: the verb has no flags.
	Setup func(flags *flag.FlagSet) (check func(args []string) error)
}

// Variable is an environment variable that a program reads.
type Variable struct {
	Name    string
	Default string // as help shows it
	Meaning string
}

// ErrArguments is returned by a check when there are too few arguments, or too many.
var ErrArguments = errors.New("wrong arguments")
