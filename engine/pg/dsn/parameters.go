package dsn

import (
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// parameterName matches the name of a setting of PostgreSQL.
var parameterName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_.$]*$`)

// readParameters converts the parameters of a URL, and of PGOPTIONS in the environment, to one
// form. Names become lower case, because the server ignores the case of names. Each parameter
// inside options= becomes a parameter of its own. If the URL also sets such a parameter directly,
// the direct value takes precedence, as in the server. readParameters returns an error for a value
// that contradicts a guarantee.
func readParameters(params map[string]string) error {
	options, err := readOptions(params["options"])
	if err != nil {
		return err
	}
	delete(params, "options")
	for name, value := range params {
		lower := strings.ToLower(name)
		if _, twice := params[lower]; !parameterName.MatchString(name) || twice && lower != name {
			return errForm
		}
		delete(params, name)
		params[lower] = value
	}
	for name, value := range options {
		if _, given := params[name]; !given {
			params[name] = value
		}
	}
	for _, name := range slices.Sorted(maps.Keys(inURL)) {
		good := inURL[name]
		if value, given := params[name]; given && !slices.Contains(good, strings.ToLower(value)) {
			return fmt.Errorf("the URL sets %s to %q, which contradicts a guarantee: leave it out, or let it be %s", name, value, good[0])
		}
	}
	return nil
}

// readOptions parses arguments for the server's command line: -c name=value and --name=value,
// separated by white space. A backslash makes the next character literal.
func readOptions(text string) (map[string]string, error) {
	settings := make(map[string]string)
	for arguments := splitOptions(text); len(arguments) > 0; arguments = arguments[1:] {
		one, found := strings.CutPrefix(arguments[0], "--")
		if !found {
			if one, found = strings.CutPrefix(arguments[0], "-c"); found && one == "" && len(arguments) > 1 {
				arguments = arguments[1:]
				one = arguments[0]
			}
		}
		name, value, assigned := strings.Cut(one, "=")
		name = strings.ToLower(strings.ReplaceAll(name, "-", "_"))
		if !found || !assigned || !parameterName.MatchString(name) {
			return nil, errors.New("options of the database URL, or PGOPTIONS, must be like -c statement_timeout=60000")
		}
		settings[name] = value
	}
	return settings, nil
}

func splitOptions(text string) []string {
	var arguments []string
	var one strings.Builder
	begun, escaped := false, false
	for _, char := range text {
		switch {
		case escaped:
			one.WriteRune(char)
			escaped = false
		case char == '\\':
			begun, escaped = true, true
		case strings.ContainsRune(" \t\n\r\v\f", char):
			if begun {
				arguments = append(arguments, one.String())
			}
			one.Reset()
			begun = false
		default:
			one.WriteRune(char)
			begun = true
		}
	}
	if begun {
		arguments = append(arguments, one.String())
	}
	return arguments
}

// inURL lists the parameters for which a URL may set only certain values, and lists these values.
// The best value comes first. The database or the login may set other values; engine/pg/settings
// finds such values.
var inURL = map[string][]string{
	SynchronousCommit:          {"on", RemoteApply, "true", "yes", "1"},
	Isolation:                  {ReadCommitted},
	"client_min_messages":      {"warning", "notice", "info", "log", "debug", "debug1", "debug2", "debug3", "debug4", "debug5"},
	"session_replication_role": {"origin", "local"},
	ClientEncoding:             {"utf8", "utf-8", "unicode"}, // events are recorded in UTF-8
	"idle_session_timeout":     {"0"},
}

// errForm says which form a URL must have. errForm contains no part of the URL, because text that
// can't be parsed may be part of the password.
var errForm = errors.New("read database URL: it must look like postgres://user:password@host:5432/name, " +
	"with special characters of the password percent-encoded")
