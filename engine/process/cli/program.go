package cli

import (
	"errors"
	"flag"
)

// Program is what may be on a program's command line.
type Program struct {
	Service   string // that it is a program of
	Name      string
	Does      string                    // in full sentences
	Takes     string                    // its arguments without a verb, like "URL"
	Check     func(args []string) error // of these; nil: there may be none
	Flags     func(flags *flag.FlagSet) // defines those that may stand in a verb's place; nil: none
	Verbs     []Verb
	Variables []Variable // that it reads from the environment
}

// Verb is one thing that a program does when its first arguments say so.
type Verb struct {
	Name  string // a word, or two: those that share the first are a group
	Takes string // its flags and arguments, like "[-json] PROJECTION"
	Does  string // in a line

	Least, Most int // how many arguments it takes after its flags

	// Setup defines its flags and returns the check of them and of the arguments, whose
	// number is right; nil: there is nothing else to check. nil: it has no flags.
	Setup func(flags *flag.FlagSet) (check func(args []string) error)
}

// Variable is one that a program reads from the environment.
type Variable struct {
	Name    string
	Default string // as help shows it
	Meaning string
}

// ErrArguments is returned by a check when there are too few arguments, or too many.
var ErrArguments = errors.New("wrong arguments")
