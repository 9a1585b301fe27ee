package rename

import (
	"fmt"
	"regexp"

	"example.com/pgcqrs/tools/adopt/cut"
)

// serviceIntro is what the README of a service begins with.
const serviceIntro = `# %[1]s

%[1]s is an event-sourced service on PostgreSQL: commands over HTTP become events, and read models answer queries.
<!-- What is it for, and for whom? A line here says it. -->

[How it works](docs/architecture.md) · [what is guaranteed](docs/guarantees.md) · [operations](docs/operations.md) ·
[security](docs/security.md) · [privacy](docs/privacy.md) · [how to change it](docs/how-to/README.md) · [contributing](CONTRIBUTING.md)

`

var (
	intro     = regexp.MustCompile("(?s)^# \\w+\n\nA Go service template: .*?\n\n(```)")
	aboutName = regexp.MustCompile(`^\*\*Its name\*\*: `)
)

// ofService returns the template's README as that of a service that has its name: it speaks of
// the service, and no more of how to give it one.
func ofService(readme, service string) string {
	if !intro.MatchString(readme) {
		return readme // somebody has written another one
	}
	return cut.Lines(intro.ReplaceAllString(readme, fmt.Sprintf(serviceIntro, service)+"$1"), aboutName)
}
