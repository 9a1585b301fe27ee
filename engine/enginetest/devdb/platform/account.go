package platform

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
)

// Account is the operating system's account that runs the programs of the server. PostgreSQL
// refuses to run as root.
type Account struct {
	Drop     bool // true: switch to uid and gid; false: run as this process does
	uid, gid int
}

// ServerAccount returns the account that runs a server. It is the account of this process. If that
// account is root, ServerAccount returns another account, which does not have root's rights.
func ServerAccount() (Account, error) {
	if err := Supported(); err != nil {
		return Account{}, err
	}
	if os.Geteuid() != 0 {
		return Account{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		found, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, uidErr := strconv.Atoi(found.Uid)
		gid, gidErr := strconv.Atoi(found.Gid)
		if err := errors.Join(uidErr, gidErr); err != nil {
			return Account{}, fmt.Errorf("read account %s: %w", name, err)
		}
		return Account{Drop: true, uid: uid, gid: gid}, nil
	}
	return Account{}, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody to run it")
}

// Owns makes the account the owner of a file.
func (a Account) Owns(path string) error {
	if !a.Drop {
		return nil
	}
	return os.Lchown(path, a.uid, a.gid)
}
