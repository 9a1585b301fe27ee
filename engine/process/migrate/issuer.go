package migrate

import (
	"context"
	"errors"
	"flag"

	"github.com/jackc/pgx/v5/pgxpool"

	"example.com/pgcqrs/engine/auth/issuers"
	"example.com/pgcqrs/engine/process/cli"
	"example.com/pgcqrs/engine/process/migrate/report"
)

func issuerVerb() cli.Verb {
	return cli.Verb{
		Name: "issuer", Takes: "-same|-other [-json] URL [OLD]", Least: 1, Most: 2,
		Does: "has the API take URL as AUTH_ISSUER, whose subjects are either the same people as those of the issuer before " +
			"(of OLD, where there are several), or others, whatever they are called",
		Setup: func(flags *flag.FlagSet) func([]string) error {
			JSONFlag(flags)
			same, other := issuerFlags(flags)
			return func(args []string) error {
				switch {
				case *same == *other:
					return errors.New("say either -same or -other")
				case *other && len(args) > 1:
					return cli.ErrArguments
				}
				for _, arg := range args {
					if err := cli.OneURL([]string{arg}); err != nil {
						return err
					}
				}
				return nil
			}
		},
	}
}

func issuerFlags(flags *flag.FlagSet) (same, other *bool) {
	return flags.Bool("same", false, "it calls the same people by the same names, as an issuer that has moved"),
		flags.Bool("other", false, "it calls other people by those names")
}

// addIssuer records a new issuer, which the operator will set as AUTH_ISSUER. It also records
// whether equal subjects of this issuer and of a known issuer are the same person.
func addIssuer(ctx context.Context, pool *pgxpool.Pool, given arguments, said *report.Report) (err error) {
	added := report.Issuer{URL: given.args[0]}
	switch {
	case !given.same:
		added.Name, err = issuers.Other(ctx, pool, added.URL)
	case len(given.args) > 1:
		added.Name, err = issuers.Same(ctx, pool, added.URL, given.args[1])
	default:
		added.Name, err = issuers.Same(ctx, pool, added.URL, "")
	}
	if err != nil {
		return err
	}
	said.Issuer = &added
	if added.Name == "" {
		said.Line("the subjects of %s are stored as it calls them", added.URL)
		return nil
	}
	said.Line("the subjects of %s are stored as \"%s SUB\": with a name of this database's for the issuer, a space, and what it calls them", added.URL, added.Name)
	return nil
}
