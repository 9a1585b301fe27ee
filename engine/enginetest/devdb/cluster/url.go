package cluster

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"

	"example.com/pgcqrs/engine/enginetest/devdb/datadir"
)

func (c Cluster) keptURL() (*url.URL, error) {
	content, err := os.ReadFile(filepath.Join(c.Dir, datadir.URLName))
	if err != nil {
		return nil, fmt.Errorf("read password of the kept data (to start over, remove %s): %w", c.Dir, err)
	}
	u, err := url.Parse(strings.TrimSpace(string(content)))
	if err != nil {
		return nil, fmt.Errorf("read %s: it holds no URL", filepath.Join(c.Dir, datadir.URLName))
	}
	return u, nil
}

// WriteURL stores the URL of the server for its next start.
func (c Cluster) WriteURL(u *url.URL) error {
	_, err := c.writePrivate(datadir.URLName, u.String())
	return err
}

// writePrivate writes a file that only the server's account can read.
func (c Cluster) writePrivate(name, content string) (string, error) {
	path := filepath.Join(c.Dir, name)
	if err := os.WriteFile(path, []byte(content+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("write %s: %w", name, err)
	}
	if err := c.Account.Owns(path); err != nil {
		return "", fmt.Errorf("give %s to the server's account: %w", name, err)
	}
	return path, nil
}
