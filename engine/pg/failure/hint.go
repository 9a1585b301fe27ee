package failure

import (
	"fmt"
)

// Hint adds advice for the operator to an error if PostgreSQL has denied a right to the program's
// login. The message of PostgreSQL itself only says "permission denied". Hint returns any other
// error unchanged.
func Hint(err error) error {
	if !Is(err, NoRight) {
		return err
	}
	return fmt.Errorf("%w. The login lacks a right that this program needs. Run migrate, as the schema's owner and with this login's URL: "+
		"it gives the programs' roles their rights again, also after a restore into a cluster without them", err)
}

// HintOwner adds advice for the operator to an error of the program migrate if PostgreSQL has
// denied a right to the schema's owner. HintOwner returns any other error unchanged.
func HintOwner(err error) error {
	if !Is(err, NoRight) {
		return err
	}
	return fmt.Errorf("%w. The login of DATABASE_URL lacks a right. It must own the database, or have CREATE on it and on the schema of its search_path: "+
		"GRANT CREATE ON DATABASE … TO it, and GRANT CREATE ON SCHEMA public TO it", err)
}
