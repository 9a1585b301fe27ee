package devdb

import (
	"bytes"
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
	"strings"
)

// cluster makes the data directory unless it is there, and returns the URL of the
// last start: with its password, and its port if it had one.
func (s *Server) cluster(ctx context.Context) (*url.URL, error) {
	if _, err := os.Stat(s.data()); err == nil {
		return s.keptURL()
	} else if !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("look for data: %w", err)
	}
	u := &url.URL{Scheme: "postgres", User: url.UserPassword("postgres", rand.Text()), Host: "127.0.0.1", Path: "/postgres", RawQuery: "sslmode=disable"}
	if err := s.writeURL(u); err != nil {
		return nil, err
	}
	return u, s.initdb(ctx, u)
}

// initdb works in another directory, so that an interrupted one leaves no half of a cluster.
func (s *Server) initdb(ctx context.Context, u *url.URL) error {
	unfinished := s.data() + ".new"
	if err := os.RemoveAll(unfinished); err != nil {
		return fmt.Errorf("remove unfinished data: %w", err)
	}
	password, _ := u.User.Password()
	passwordFile, err := s.writePrivate("password", password)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(passwordFile) }()

	args := []string{"--pgdata=" + unfinished, "--username=postgres", "--pwfile=" + passwordFile,
		"--auth=scram-sha-256", "--encoding=UTF8", "--locale=" + locale()}
	if s.options.Keep == nil {
		args = append(args, "--no-sync")
	}
	command := exec.CommandContext(ctx, filepath.Join(s.Binaries.Dir, "initdb"), args...)
	command.Dir, command.Env = s.Dir, serverEnv(s.Binaries.Dir)
	s.account.takes(command)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, lastLines(output, 5))
	}
	if err := os.Rename(unfinished, s.data()); err != nil {
		return fmt.Errorf("put data in place: %w", err)
	}
	return nil
}

// locale sorts by code point, the same on every machine.
func locale() string {
	if runtime.GOOS == "linux" {
		return "C.UTF-8"
	}
	return "C"
}

func (s *Server) keptURL() (*url.URL, error) {
	content, err := os.ReadFile(filepath.Join(s.Dir, urlName))
	if err != nil {
		return nil, fmt.Errorf("read password of the kept data (to start over, remove %s): %w", s.Dir, err)
	}
	u, err := url.Parse(strings.TrimSpace(string(content)))
	if err != nil {
		return nil, fmt.Errorf("read %s: it holds no URL", filepath.Join(s.Dir, urlName))
	}
	return u, nil
}

func (s *Server) writeURL(u *url.URL) error {
	_, err := s.writePrivate(urlName, u.String())
	return err
}

// writePrivate writes a file for the server's account alone.
func (s *Server) writePrivate(name, content string) (string, error) {
	path := filepath.Join(s.Dir, name)
	if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	if err := s.account.owns(path); err != nil {
		return "", fmt.Errorf("give %s to the server's account: %w", name, err)
	}
	return path, nil
}

func lastLines(text []byte, n int) string {
	lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
	return string(bytes.Join(lines[max(0, len(lines)-n):], []byte("\n")))
}
