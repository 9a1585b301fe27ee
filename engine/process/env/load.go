package env

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/kelseyhightower/envconfig"
)

// Load fills a struct with values from the environment. The parameter config points to the struct.
// The argument process is envconfig.Process (github.com/kelseyhightower/envconfig), or a function
// that behaves in the same way. The fields of the struct may have these tags:
//
//	envconfig  the variable's name
//	default    the value if the variable is not set
//	required   "true": the variable must be set, and must not be empty
//	min        the least number or duration
//	oneof      the allowed words, separated by commas
//	url        "true": a URL, or several, that may contain a password: see CheckURL
//	desc       the meaning, with its unit: a line of the table in docs/configuration.md
//	example    a value that shows the form, for error messages
//
// For a variable NAME, the variable NAME_FILE may name a file that contains the value, as is usual
// for secrets. An empty variable or an empty file counts as not set, because Compose and Helm pass
// unset variables as empty ones. The error names each wrong variable and says what to do, but never
// contains a value.
func Load(config any, process func(prefix string, config any) error) error {
	fields := fieldsOf(config)
	forget, err := readFiles(fields)
	defer forget()
	if err != nil {
		return err
	}
	unsetEmpty(fields)
	if err := each(fields, field.checkGiven); err != nil {
		return err
	}
	if err := process("", config); err != nil {
		return inOurWords(fields, err)
	}
	return each(fields, field.checkValue)
}

// LoadOnly fills only the fields of the named variables, and changes no other field. The type of
// these fields must be string. LoadOnly is for a program that needs few variables, in an
// environment where other variables may be missing.
func LoadOnly(config any, names ...string) error {
	fields := slices.DeleteFunc(fieldsOf(config), func(f field) bool { return !slices.Contains(names, f.name) })
	if len(fields) != len(names) {
		panic(fmt.Sprintf("the configuration does not have all of %v", names))
	}
	forget, err := readFiles(fields)
	defer forget()
	if err != nil {
		return err
	}
	for _, f := range fields {
		f.value.SetString(cmp.Or(os.Getenv(f.name), f.fallback))
	}
	return each(fields, field.checkValue)
}

// each calls the function check for each field, and joins the errors to one error.
func each(fields []field, check func(field) error) error {
	var wrong []error
	for _, f := range fields {
		wrong = append(wrong, check(f))
	}
	return errors.Join(wrong...)
}

// readFiles sets the variable NAME to the content of the file that NAME_FILE names. The returned
// function forget unsets the variables again.
func readFiles(fields []field) (forget func(), err error) {
	var read []string
	forget = func() {
		for _, name := range read {
			_ = os.Unsetenv(name)
		}
	}
	for _, field := range fields {
		path, given := os.LookupEnv(field.name + "_FILE")
		if !given || path == "" {
			continue
		}
		if os.Getenv(field.name) != "" {
			return forget, fmt.Errorf("%[1]s and %[1]s_FILE are both set: unset one of them", field.name)
		}
		content, err := os.ReadFile(path) //nolint:gosec // the operator chooses the path
		if err != nil {
			return forget, fmt.Errorf("read the file that %s_FILE names: %w", field.name, err)
		}
		value := strings.TrimRight(strings.TrimPrefix(string(content), byteOrderMark), "\r\n")
		if err := os.Setenv(field.name, value); err != nil {
			return forget, fmt.Errorf("read %s_FILE: the file holds no text", field.name)
		}
		read = append(read, field.name)
	}
	return forget, nil
}

// byteOrderMark is at the start of files that some editors on Windows write.
const byteOrderMark = "\ufeff"

// unsetEmpty removes empty variables from the environment, because envconfig would parse their
// values.
func unsetEmpty(fields []field) {
	for _, field := range fields {
		if os.Getenv(field.name) == "" {
			_ = os.Unsetenv(field.name)
		}
	}
}

// inOurWords replaces an error of envconfig by an error without the value, because the value may be
// a secret.
func inOurWords(fields []field, err error) error {
	parse, ok := errors.AsType[*envconfig.ParseError](err)
	if !ok {
		return errors.New("read environment: a field of the configuration can't be set from it")
	}
	for _, field := range fields {
		if field.name == parse.KeyName {
			return fmt.Errorf("%s can't be understood: it must be %s", field.name, field.form())
		}
	}
	return fmt.Errorf("%s can't be understood", parse.KeyName)
}

// form describes the form of a field's value, for error messages.
func (f field) form() string {
	switch f.value.Interface().(type) {
	case time.Duration:
		return "a duration, like 500ms, 10s or 1h30m"
	case bool:
		return "true or false"
	case int, int32, int64:
		return "a whole number"
	}
	if f.example != "" {
		return "like " + f.example
	}
	return "like its default, " + f.fallback
}
