package cli

import (
	"fmt"
	"net/url"
)

// OneURL returns nil if there is exactly one argument, and this argument is an http or https URL.
// Otherwise OneURL returns an error.
func OneURL(args []string) error {
	if len(args) != 1 {
		return ErrArguments
	}
	u, err := url.Parse(args[0])
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%q is no URL like http://127.0.0.1:8080/", args[0])
	}
	return nil
}
