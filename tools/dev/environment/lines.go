package environment

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
)

// With returns dev's environment with the given variables set. If a given value is "", With removes
// the variable.
func With(set map[string]string) []string {
	var env []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		_, ours := set[name]
		_, ourFile := set[strings.TrimSuffix(name, "_FILE")] // NAME_FILE would contradict this NAME
		if !ours && !ourFile {
			env = append(env, entry)
		}
	}
	for name, value := range set {
		if value != "" {
			env = append(env, name+"="+value)
		}
	}
	return env
}

// Lines returns the settings in two forms: as an environment file, and as shell commands. Both
// forms include the developer's choice of an issuer. A variable NAME_FILE would contradict a
// setting NAME. Therefore the environment file sets NAME_FILE to the empty string, and the shell
// commands unset it.
func Lines(settings map[string]string, forgotten []string) (file, exports string) {
	for _, entry := range os.Environ() { // the developer's choice of an issuer
		key, value, _ := strings.Cut(entry, "=")
		_, set := settings[key]
		_, other := settings[strings.TrimSuffix(key, "_FILE")]
		if value != "" && !set && !other && strings.HasPrefix(key, "AUTH") {
			settings[key] = value
		}
	}
	for key := range maps.Clone(settings) {
		if !strings.HasSuffix(key, "_FILE") && !slices.Contains(forgotten, key) {
			settings[key+"_FILE"] = ""
		}
	}
	var unset []string
	for _, key := range slices.Sorted(maps.Keys(settings)) {
		value := Quoted(settings[key])
		file += key + "=" + value + "\n"
		if value == "" {
			unset = append(unset, key)
		} else {
			exports += "export " + key + "=" + value + "\n"
		}
	}
	return file, exports + "unset " + strings.Join(unset, " ") + "\n"
}

var plain = regexp.MustCompile(`^[\w./:@%?=,+-]*$`)

// Quoted returns a value with the quotes that shells and environment files need.
func Quoted(value string) string {
	if plain.MatchString(value) {
		return value
	}
	return "'" + strings.ReplaceAll(value, "'", `'\''`) + "'"
}

// Unquoted returns the value that Quoted has quoted.
func Unquoted(text string) string {
	if len(text) < 2 || text[0] != '\'' {
		return text
	}
	return strings.ReplaceAll(text[1:len(text)-1], `'\''`, "'")
}
