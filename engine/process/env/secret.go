package env

import (
	"fmt"
	"regexp"
	"strings"
)

// keywordValue matches a PostgreSQL connection string that consists of keywords and values: host=…
// password=….
var keywordValue = regexp.MustCompile(`^\s*\w+\s*=`)

// CheckURL rejects a URL if its user info ends too early, because the password contains a character
// with a special meaning in URLs. A parser would take a part of such a password for a host, a port,
// a path or a parameter. Errors would then show that part. The value may contain several URLs,
// separated by commas. The error contains no part of the value.
func CheckURL(name, value string) error {
	if !strings.Contains(value, "://") && keywordValue.MatchString(value) {
		return nil
	}
	for one := range strings.SplitSeq(value, ",") {
		if _, rest, found := strings.Cut(one, "://"); found {
			one = rest
		}
		if end := strings.IndexAny(one, "/?#"); end >= 0 && strings.Contains(one[end:], "@") {
			return fmt.Errorf("%s has an @ behind a /, ? or #: percent-encode such characters of the password (%%40 %%2F %%3F %%23), and an @ of what follows the host", name)
		}
		if strings.Count(one, "@") > 1 {
			return fmt.Errorf("%s has two @ before its host: percent-encode those of the user and the password (%%40)", name)
		}
	}
	return nil
}
