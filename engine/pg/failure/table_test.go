package failure

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Each SQLSTATE in the table has the meanings that callers of this package expect; a SQLSTATE that
// is not in the table has no meaning.
func TestWhatSQLSTATEsMean(t *testing.T) {
	t.Parallel()
	asked := map[string]func(error) bool{"cut off": CutOff, "away": Away, "rolled back": RolledBack, "of a value": OfValue, "refused": Refused}
	for state, want := range map[string]string{
		"08006": "cut off", "08P01": "cut off", "0A000": "rolled back", "0A001": "", "21000": "of a value, refused", "22P02": "of a value, refused",
		"23505": "of a value, refused", "25006": "rolled back", "25P03": "", "26000": "rolled back", "2BP01": "", "28P01": "", "3D000": "",
		"40001": "cut off, rolled back", "40P01": "cut off, rolled back", "40003": "cut off", "42501": "refused", "42P01": "refused",
		"44000": "of a value, refused", "53100": "away, cut off, rolled back", "53300": "away, cut off, rolled back", "54000": "of a value, refused",
		"55P03": "", "57014": "cut off", "57P01": "away, cut off", "57P03": "away, cut off", "P0001": "of a value, refused", "XX000": "", "4": "", "": "",
	} {
		err := fmt.Errorf("do something: %w", &pgconn.PgError{Code: state})
		var means []string
		for name, is := range asked {
			if is(err) {
				means = append(means, name)
			}
		}
		slices.Sort(means)
		if got := strings.Join(means, ", "); got != want {
			t.Errorf("%q is %q, want %q", state, got, want)
		}
	}
}

// Away returns true for the error of a server that does not answer. The other functions return
// false for an error without a SQLSTATE.
func TestErrorsWithoutSQLSTATE(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]bool{
		errors.New("other"): false, context.Canceled: false, context.DeadlineExceeded: true, &pgconn.ConnectError{}: true,
	} {
		if Away(err) != want || CutOff(err) || RolledBack(err) || Refused(err) || Code(err) != "" || Class(err) != "" || Is(err, "") {
			t.Errorf("%T: away %t, want %t, and nothing else", err, Away(err), want)
		}
	}
}

// Is and Class read the SQLSTATE of a wrapped error.
func TestNamedSQLSTATEs(t *testing.T) {
	t.Parallel()
	err := fmt.Errorf("do something: %w", &pgconn.PgError{Code: LockNotAvailable})
	if !Is(err, DeadlockDetected, LockNotAvailable) || Is(err, DeadlockDetected) || Class(err) != "55" {
		t.Errorf("%s of class %s is not told", Code(err), Class(err))
	}
}
