package testdb

import (
	"context"
	"errors"
	"strings"
	"testing"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
)

func TestAContainerIsTakenWhereThereIsNoServer(t *testing.T) {
	t.Parallel()
	broken, silent := errors.New("initdb failed"), errors.New("no Docker engine answers")
	for name, c := range map[string]struct {
		local, docker error
		want          string
		says          []string
	}{
		"binaries here":           {nil, nil, "local", nil},
		"no binaries, but Docker": {binaries.ErrNotFound, nil, "container", nil},
		"binaries do not work":    {broken, nil, "", []string{"initdb failed"}},
		"neither":                 {binaries.ErrNotFound, silent, "", []string{"TEST_DATABASE_URL", "no PostgreSQL server on this machine", "no Docker engine answers"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := own(give("local", c.local), give("container", c.docker))
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
			for _, word := range c.says {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("%q does not say %q", err, word)
				}
			}
		})
	}
}

func give(url string, err error) func(context.Context) (string, error) {
	return func(context.Context) (string, error) {
		if err != nil {
			return "", err
		}
		return url, nil
	}
}
