//go:build all && unix

// Package observe_test runs Prometheus and postgres-exporter beside the programs. The tests want data
// for each panel of the dashboards, and run promtool's tests of the alerts. Grafana is not needed.
package observe_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"go.yaml.in/yaml/v3"

	"example.com/pgcqrs/engine/enginetest/await"
	"example.com/pgcqrs/engine/enginetest/programs"
)

const files = "../../../deploy/observe/"

func TestMain(m *testing.M) {
	programs.Main(m, "../../..", "./cmd/api", "./cmd/projector")
}

// find returns the path of a program, which a package of the system brings under one of these names.
func find(t *testing.T, names ...string) string {
	t.Helper()
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found
		}
	}
	t.Fatalf("this test needs %s: apt-get install prometheus prometheus-postgres-exporter", names[0])
	return ""
}

// background runs a program until the test ends. If the test fails, it shows what the program said.
func background(t *testing.T, environment []string, name string, arguments ...string) {
	t.Helper()
	command := exec.Command(name, arguments...)
	command.Env = environment
	said := &strings.Builder{}
	command.Stdout, command.Stderr = said, said
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(syscall.SIGTERM) // the program may have ended
		_ = command.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", name, said)
		}
	})
}

// freePort returns an address of this machine on which nobody listens at present.
func freePort(t *testing.T) string {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = listener.Close()
	return listener.Addr().String()
}

// answer requests a URL, and returns the body of an answer with the status 200.
func answer(ctx context.Context, url string) (body []byte, ok bool) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, false
	}
	got, err := http.DefaultClient.Do(r)
	if err != nil {
		return nil, false
	}
	defer func() { _ = got.Body.Close() }()
	body, err = io.ReadAll(got.Body)
	return body, err == nil && got.StatusCode == http.StatusOK
}

// prometheus is a running Prometheus.
type prometheus struct {
	t       *testing.T
	address string
}

// startPrometheus starts a Prometheus with the configuration of deploy/observe. Instead of the
// containers it reads the metrics at the given addresses, by job, and it does so every second.
func startPrometheus(t *testing.T, jobs map[string]string) prometheus {
	t.Helper()
	p := prometheus{t, freePort(t)}
	dir := t.TempDir()
	config := filepath.Join(dir, "prometheus.yml")
	if err := os.WriteFile(config, configuration(t, jobs), 0o600); err != nil {
		t.Fatal(err)
	}
	background(t, nil, find(t, "prometheus"), "--config.file="+config, "--storage.tsdb.path="+filepath.Join(dir, "data"),
		"--web.listen-address="+p.address, "--enable-feature=exemplar-storage")
	await.True(t, "Prometheus is ready", func() bool {
		_, ok := answer(t.Context(), "http://"+p.address+"/-/ready")
		return ok
	})
	return p
}

// configuration returns deploy/observe/prometheus.yml with other addresses and intervals.
func configuration(t *testing.T, jobs map[string]string) []byte {
	t.Helper()
	text, err := os.ReadFile(files + "prometheus.yml")
	if err != nil {
		t.Fatal(err)
	}
	var config map[string]any
	if err := yaml.Unmarshal(text, &config); err != nil {
		t.Fatal(err)
	}
	config["global"] = map[string]any{"scrape_interval": "1s", "evaluation_interval": "1s"}
	rules, err := filepath.Abs(files + "alerts.yaml")
	if err != nil {
		t.Fatal(err)
	}
	config["rule_files"] = []string{rules}
	scrapes, _ := config["scrape_configs"].([]any)
	if len(scrapes) != len(jobs) {
		t.Fatalf("prometheus.yml has %d jobs, and the test has %d", len(scrapes), len(jobs))
	}
	for _, scrape := range scrapes {
		job, _ := scrape.(map[string]any)
		name, _ := job["job_name"].(string)
		delete(job, "dns_sd_configs")
		job["static_configs"] = []any{map[string]any{"targets": []string{jobs[name]}}}
	}
	written, err := yaml.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return written
}

// ask calls Prometheus's HTTP API, and decodes the data of the answer. ask returns false, and logs the
// answer, if the status is not 200.
func (p prometheus) ask(endpoint string, parameters url.Values, data any) bool {
	p.t.Helper()
	body, ok := answer(p.t.Context(), "http://"+p.address+"/api/v1/"+endpoint+"?"+parameters.Encode())
	if !ok {
		p.t.Logf("%s %v: %s", endpoint, parameters, body)
		return false
	}
	var answered struct{ Data json.RawMessage }
	if err := json.Unmarshal(body, &answered); err != nil {
		p.t.Fatalf("%s: %v", body, err)
	}
	if err := json.Unmarshal(answered.Data, data); err != nil {
		p.t.Fatalf("%s: %v", body, err)
	}
	return true
}
