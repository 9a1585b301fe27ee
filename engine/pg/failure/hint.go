package failure

import (
	"fmt"
)

// Hint adds to a program's error what to do if PostgreSQL has refused its login a right; PostgreSQL
// says no more than "permission denied".
func Hint(err error) error {
	if !Is(err, NoRight) {
		return err
	}
	return fmt.Errorf("%w. The login lacks a right that this program needs. Run migrate, as the schema's owner and with this login's URL: "+
		"it gives the programs' roles their rights again, also after a restore into a cluster without them", err)
}

// HintOwner does the same for the schema's owner, the login of migrate.
func HintOwner(err error) error {
	if !Is(err, NoRight) {
		return err
	}
	return fmt.Errorf("%w. The login of DATABASE_URL lacks a right. It must own the database, or have CREATE on it and on the schema of its search_path: "+
		"GRANT CREATE ON DATABASE … TO it, and GRANT CREATE ON SCHEMA public TO it", err)
}
