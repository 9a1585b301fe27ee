package cluster

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"

	"example.com/pgcqrs/engine/enginetest/devdb/binaries"
)

// Make creates the data directory if it does not exist, and returns the URL that the server had
// when it ran last. If no server was started yet, the URL has a new password and no port.
func (c Cluster) Make(ctx context.Context) (*url.URL, error) {
	if _, err := os.Stat(c.Data()); err == nil {
		return c.keptURL()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for data: %w", err)
	}
	u := &url.URL{Scheme: "postgres", User: url.UserPassword("postgres", rand.Text()), Host: "127.0.0.1", Path: "/postgres", RawQuery: "sslmode=disable"}
	if err := c.WriteURL(u); err != nil {
		return nil, err
	}
	return u, c.initdb(ctx, u)
}

// initdb creates the data in a temporary directory, and then renames this directory. If initdb is
// interrupted, the final directory does not contain an incomplete cluster.
func (c Cluster) initdb(ctx context.Context, u *url.URL) error {
	unfinished := c.Data() + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("remove unfinished data: %w", err)
	}
	password, _ := u.User.Password()
	passwordFile, err := c.writePrivate("password", password)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(passwordFile) }()

	args := []string{"--pgdata=" + unfinished, "--username=postgres", "--pwfile=" + passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=" + locale()}
	if c.Keep == nil {
		args = append(args, "--no-sync")
	}
	command := exec.CommandContext(ctx, filepath.Join(c.Binaries.Dir, "initdb"), args...)
	command.Dir, command.Env = c.Dir, c.Binaries.Env()
	c.Account.Takes(command)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, binaries.LastLines(output, 5))
	}
	if err := os.Rename(unfinished, c.Data()); err != nil {
		return fmt.Errorf("put data in place: %w", err)
	}
	return nil
}

// locale returns the locale for initdb. With this locale, text is sorted by code point, so the
// order is the same on every machine.
func locale() string {
	if runtime.GOOS == "linux" {
		return "C.UTF-8"
	}
	return "C"
}
