package cli

import (
	"flag"
	"fmt"
	"strings"
)

// columns is the width of the help, in characters.
const columns = 100

// help returns the complete help of a program.
func (p Program) help() string {
	var text strings.Builder
	text.WriteString(wrap(p.Does, 0) + "\n" + p.usage())
	if len(p.Verbs) > 0 {
		fmt.Fprintf(&text, "\n%s SUBCOMMAND -h says more of one.\n", p.Name)
	}
	fmt.Fprintf(&text, "%s -version prints the version.\n", p.Name)
	if len(p.Variables) == 0 {
		return text.String()
	}
	text.WriteString("\n" + wrap("Environment. Each variable may come as NAME_FILE, the path of a file with the value; an empty one is not set.", 0))
	for _, v := range p.Variables {
		fmt.Fprintf(&text, "\n  %s (%s)\n%s", v.Name, v.Default, wrap(v.Meaning, 6))
	}
	return text.String()
}

// usage returns the short form of the help: the arguments and the subcommands of the program.
func (p Program) usage() string {
	var text strings.Builder
	fmt.Fprintln(&text, strings.TrimRight("usage: "+p.Name+" "+p.Takes, " "))
	for _, v := range p.Verbs {
		fmt.Fprintf(&text, "       %s\n%s", v.call(p.Name), wrap(v.Does, 12))
	}
	return text.String()
}

func (v Verb) help(program string, flags *flag.FlagSet) string {
	var text strings.Builder
	fmt.Fprintf(&text, "%s %s: %s", program, v.Name, v.Does)
	said := wrap(text.String(), 0) + "\n" + v.usage(program)
	text.Reset()
	flags.SetOutput(&text)
	flags.PrintDefaults()
	return said + text.String()
}

func (v Verb) usage(program string) string { return "usage: " + v.call(program) + "\n" }

func (v Verb) call(program string) string {
	return strings.TrimRight(program+" "+v.Name+" "+v.Takes, " ")
}

// wrap breaks a text between its words into indented lines. A line has at most columns characters,
// except if a single word is longer.
func wrap(text string, indent int) string {
	var wrapped strings.Builder
	at := 0 // length of the current line
	for word := range strings.FieldsSeq(text) {
		length := len([]rune(word))
		switch {
		case at == 0:
			wrapped.WriteString(strings.Repeat(" ", indent))
			at = indent
		case at+1+length > columns:
			wrapped.WriteString("\n" + strings.Repeat(" ", indent))
			at = indent
		default:
			wrapped.WriteByte(' ')
			at++
		}
		wrapped.WriteString(word)
		at += length
	}
	wrapped.WriteByte('\n')
	return wrapped.String()
}
