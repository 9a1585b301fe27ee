package rename

import (
	"fmt"
	"regexp"

	"example.com/pgcqrs/tools/adopt/cut"
)

// serviceIntro is the first part of a service's README.
const serviceIntro = `# %[1]s

%[1]s is an event-sourced service on PostgreSQL: commands over HTTP become events, and read models answer queries.
<!-- Write one line here: what the service is for, and for whom. -->

![A command becomes events and messages in one transaction; a projection fills read tables, and queries read them.](docs/pictures/flow.svg)

It was made from a template, whose README, changelog and licence are in [docs/template/](docs/template/README.md).

`

var (
	intro     = regexp.MustCompile(`(?s)^# \w+\n\nA Go service template: .*?\n\n(## Two commands\n)`)
	aboutName = regexp.MustCompile(`^\| its own name `)
	licence   = regexp.MustCompile(` ·\s+Apache-2\.0\n$`)
)

// ofService turns the template's README into the README of a service. The new README describes the
// service, and no longer explains how to name a service.
func ofService(readme, service string) string {
	if !intro.MatchString(readme) {
		return readme // the team has written its own README
	}
	readme = intro.ReplaceAllString(readme, fmt.Sprintf(serviceIntro, service)+"$1")
	return licence.ReplaceAllString(cut.Lines(readme, aboutName), "\n")
}
