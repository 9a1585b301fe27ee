package rename

import (
	"fmt"
	"regexp"

	"example.com/pgcqrs/tools/adopt/cut"
)

// serviceIntro begins the README of a service.
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

// ofService turns the template's README into that of a named service: it describes the service, and
// no longer how to name it.
func ofService(readme, service string) string {
	if !intro.MatchString(readme) {
		return readme // the team has written its own README
	}
	return cut.Lines(intro.ReplaceAllString(readme, fmt.Sprintf(serviceIntro, service)+"$1"), aboutName)
}
