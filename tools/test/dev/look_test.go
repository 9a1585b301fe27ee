//go:build unix

package dev_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

var (
	listening = regexp.MustCompile(`(?m)(?:API|tokens|probes|projector|NATS|database)  .*?//(?:[^@\s]*@)?([\d.]+:\d+)`)
	testsAt   = regexp.MustCompile(`TEST_AT \S*@([\d.]+:\d+)`)
	freshData = regexp.MustCompile(`for this run only, in (\S+)`)
)

// gone waits until none of the instance's servers listens any more, and until the instance's fresh
// data are removed.
func (i *instance) gone(t *testing.T) {
	t.Helper()
	i.goneBut(t, nil)
}

func (i *instance) goneBut(t *testing.T, other *instance) {
	t.Helper()
	for _, address := range append(i.found(listening), i.found(testsAt)...) {
		if other != nil && strings.Contains(other.output(), address) {
			continue // the next instance uses the same port now
		}
		eventually(t, address+" is closed", func() bool {
			conn, err := net.Dial("tcp", address)
			if err == nil {
				_ = conn.Close()
			}
			return err != nil
		})
	}
	for _, dir := range i.found(freshData) {
		eventually(t, dir+" is removed", func() bool {
			_, err := os.Stat(dir)
			return errors.Is(err, os.ErrNotExist)
		})
	}
}

func (i *instance) found(what *regexp.Regexp) []string {
	var all []string
	for _, match := range what.FindAllStringSubmatch(i.output(), -1) {
		all = append(all, match[1])
	}
	return all
}

// openAccount opens an account through the API, and returns the account's id.
func (i *instance) openAccount(t *testing.T, owner string) string {
	t.Helper()
	status, header, body := i.do(t, http.MethodPost, "/v1/accounts", fmt.Sprintf(`{"owner":%q,"currency":"EUR"}`, owner))
	if status != http.StatusCreated {
		t.Fatalf("open account: %d %s", status, body)
	}
	i.position = header.Get("Event-Position")
	return filepath.Base(header.Get("Location"))
}

func (i *instance) get(t *testing.T, path string) string {
	t.Helper()
	status, _, body := i.do(t, http.MethodGet, path, "")
	if status != http.StatusOK {
		t.Fatalf("GET %s: %d %s", path, status, body)
	}
	return body
}

var (
	apiAt    = regexp.MustCompile(`API  +(http://[^/\s]+)`)
	tokensAt = regexp.MustCompile(`tokens  +(http://[^/\s]+)`)
)

// token returns a token from the issuer that the instance has started.
func (i *instance) token(t *testing.T, subject string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.found(tokensAt)[0]+"/tokens/"+subject, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	token, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("token: %d %s %v", response.StatusCode, token, err)
	}
	return string(token)
}

func (i *instance) do(t *testing.T, method, path, body string) (status int, header http.Header, answer string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, i.found(apiAt)[0]+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", "Bearer "+i.token(t, "ada"))
	if i.position != "" {
		request.Header.Set("Min-Position", i.position)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(content)
}

// pidOf returns the id of the process that runs the program at the given path.
func pidOf(t *testing.T, path string) int {
	t.Helper()
	commandLines, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range commandLines {
		if content, err := os.ReadFile(file); err == nil && strings.HasPrefix(string(content), path+"\x00") {
			pid, _ := strconv.Atoi(filepath.Base(filepath.Dir(file)))
			return pid
		}
	}
	output, _ := exec.CommandContext(t.Context(), "ps", "-axo", "pid=,args=").Output() // ps also works on systems without /proc
	for line := range strings.Lines(string(output)) {
		if fields := strings.Fields(line); len(fields) == 2 && fields[1] == path {
			pid, _ := strconv.Atoi(fields[0])
			return pid
		}
	}
	t.Fatalf("no process runs %s", path)
	return 0
}

func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !is() {
		select {
		case <-ctx.Done():
			t.Fatalf("still waiting for: %s", what)
		case <-tick.C:
		}
	}
}
