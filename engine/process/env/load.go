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

// Load fills the struct that config points to from the environment, by process, which is envconfig.Process
// (github.com/kelseyhightower/envconfig) or does as that. A field says by its tags what it is:
//
//	envconfig  the variable's name
//	default    its value when it is not set
//	required   "true": it must be set, and not empty
//	min        the least number or duration
//	oneof      the words that it may be, with commas between them
//	url        "true": a URL, or several, that may hold a password: CheckURL
//	desc       the meaning, with its unit: a line of the table in docs/configuration.md
//	example    a value that shows the form, for messages
//
// Any variable may come as NAME_FILE, the path of a file with the value, as
// secrets do. An empty variable, or file, is one that is not set: compose and Helm
// pass unset ones so. An error names each variable and what to do, never a value.
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

// LoadOnly fills only the fields of the named variables, whose values are text, and leaves all
// others as they are. It is for a program that needs little, in an environment where nothing else
// may be set.
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

// each returns all that is wrong with the fields, not only the first problem.
func each(fields []field, check func(field) error) error {
	var wrong []error
	for _, f := range fields {
		wrong = append(wrong, check(f))
	}
	return errors.Join(wrong...)
}

// readFiles sets NAME to the content of the file that NAME_FILE names, until forget.
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
		content, err := os.ReadFile(path) //nolint:gosec // the path is the operator's
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

// byteOrderMark begins files that some editors on Windows write.
const byteOrderMark = "\ufeff"

// unsetEmpty removes empty variables from the environment, whose values envconfig would try to
// read.
func unsetEmpty(fields []field) {
	for _, field := range fields {
		if os.Getenv(field.name) == "" {
			_ = os.Unsetenv(field.name)
		}
	}
}

// inOurWords removes the value that envconfig puts into its message: it may be a secret.
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

// form describes what a field's value looks like.
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
