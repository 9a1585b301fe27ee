package devdb

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// account is who runs the server's programs: PostgreSQL refuses root.
type account struct {
	drop     bool // to uid and gid; else ourselves
	uid, gid int
}

func serverAccount() (account, error) {
	if err := Supported(); err != nil {
		return account{}, err
	}
	if os.Geteuid() != 0 {
		return account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return account{}, fmt.Errorf("read account %s: %w", name, err)
		}
		return account{drop: true, uid: uid, gid: gid}, nil
	}
	return account{}, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody to run it")
}

// owns gives a file to the account.
func (a account) owns(path string) error {
	if !a.drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}
