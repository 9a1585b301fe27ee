package internal_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.yaml.in/yaml/v3"
)

// composed is a service of a Docker Compose file, including the settings that it inherits from
// other entries of the file.
type composed struct {
	Image       string            `yaml:"image"`
	Memory      string            `yaml:"mem_limit"`
	Processes   int               `yaml:"pids_limit"`
	Security    []string          `yaml:"security_opt"`
	Ports       []string          `yaml:"ports"`
	Environment map[string]string `yaml:"environment"`
	Healthcheck struct {
		Test []string `yaml:"test"`
	} `yaml:"healthcheck"`
	StopSignal string `yaml:"stop_signal"`
}

// compose parses one of two files: docker-compose.yml, or docker-compose.override.yml, which adds
// services for development.
func compose(t *testing.T, file string) map[string]composed {
	t.Helper()
	var parsed struct {
		Services map[string]composed `yaml:"services"`
	}
	if err := yaml.Unmarshal([]byte(read(t, "../"+file)), &parsed); err != nil || len(parsed.Services) < 2 {
		t.Fatalf("%s: %d services: %v", file, len(parsed.Services), err)
	}
	return parsed.Services
}

const (
	base        = "docker-compose.yml"
	development = "docker-compose.override.yml"
)

// Every container must have limits on its memory and its number of processes, and must not be able
// to gain privileges. Its ports must be published only on this machine.
func TestContainersAreBounded(t *testing.T) {
	t.Parallel()
	services := compose(t, base)
	for name, service := range compose(t, development) {
		if service.Image != "" { // a service without an image only adds settings to another service
			services[name] = service
		}
	}
	if len(services) < 7 {
		t.Fatalf("%d services", len(services))
	}
	for name, service := range services {
		if service.Memory == "" || service.Processes == 0 || fmt.Sprint(service.Security) != "[no-new-privileges:true]" {
			t.Errorf("%s has memory %q, processes %d, security %v", name, service.Memory, service.Processes, service.Security)
		}
		for _, port := range service.Ports {
			if !strings.HasPrefix(port, "127.0.0.1:") {
				t.Errorf("%s is published on %s", name, port)
			}
		}
	}
}

// In the Compose files, the API accepts plain HTTP only from the token issuer for development. The
// message broker requires a login.
func TestContainersTrustTheirOwn(t *testing.T) {
	t.Parallel()
	services, added := compose(t, base), compose(t, development)
	api := added["api"].Environment
	issuer := strings.TrimSuffix(strings.TrimPrefix(api["AUTH_ISSUER"], "${AUTH_ISSUER:-"), "}")
	if want := "${AUTH_INSECURE_HTTP:-" + issuer + "}"; !strings.HasPrefix(issuer, "http://") || api["AUTH_INSECURE_HTTP"] != want {
		t.Errorf("AUTH_INSECURE_HTTP is %q, want %q", api["AUTH_INSECURE_HTTP"], want)
	}
	broker, address := services["nats"].Environment, services["projector"].Environment["NATS_URL"]
	if login := broker["NATS_USER"] + ":" + broker["NATS_PASSWORD"] + "@"; len(login) < 10 || !strings.HasPrefix(address, "nats://"+login) {
		t.Errorf("the broker has the login %q, and the projector %q", login, address)
	}
}

// The issuer for development gives a token to everybody, so it is only in the Compose file for
// development. In the other Compose file, the API trusts only the issuer that the operator
// configures.
func TestTheIssuerIsForDevelopmentAlone(t *testing.T) {
	t.Parallel()
	for name, service := range compose(t, base) {
		if name == "issuer" || strings.Contains(service.Image, "issuer") {
			t.Errorf("%s has a service %s with the image %s", base, name, service.Image)
		}
		for variable, value := range service.Environment {
			if strings.Contains(value, "issuer") || strings.HasPrefix(variable, "AUTH_") && variable != "AUTH_TOKEN_TYPES" && value != "${"+variable+":-}" {
				t.Errorf("%s sets %s of %s to %q", base, variable, name, value)
			}
		}
	}
	if issuer := compose(t, development)["issuer"]; issuer.Image == "" || issuer.Image == compose(t, base)["api"].Image {
		t.Errorf("development has an issuer of the image %q", issuer.Image)
	}
}

// The images contain neither a shell nor curl. Therefore each container checks its health by
// running its own program with the flag -healthcheck.
func TestContainersAreAskedWhetherTheyAreReady(t *testing.T) {
	t.Parallel()
	services := compose(t, base)
	for name, want := range map[string]string{"api": "[CMD /api -healthcheck]", "projector": "[CMD /projector -healthcheck]"} {
		if got := fmt.Sprint(services[name].Healthcheck.Test); got != want {
			t.Errorf("%s is asked by %s, want %s", name, got, want)
		}
	}
}

// Before a process ends, it reports that it is not ready. The process must then wait until the
// proxy has noticed this. Otherwise the proxy would send new requests to a process that has ended.
func TestTheProxyDrains(t *testing.T) {
	t.Parallel()
	services, settings := compose(t, base), read(t, "../haproxy.cfg")
	pauses := regexp.MustCompile(`default-server inter (\w+) fastinter (\w+) fall 2 `).FindStringSubmatch(settings)
	if pauses == nil {
		t.Fatal("haproxy.cfg does not say how often it asks")
	}
	var notices time.Duration
	for _, pause := range pauses[1:] {
		notices += duration(t, pause)
	}
	if delay := duration(t, services["api"].Environment["DRAIN_DELAY"]); delay < 2*notices {
		t.Errorf("DRAIN_DELAY is %s, and the proxy notices within %s", delay, notices)
	}
	for _, want := range []string{"\n    mode tcp\n", "\n    option redispatch 1\n", "\n    maxconn ", "\n    nbthread ", "server-template api 16 api:8080 check port 8082\n", "uri /readyz "} {
		if !strings.Contains(settings, want) {
			t.Errorf("haproxy.cfg does not have %q", want)
		}
	}
	if services["proxy"].StopSignal != "SIGUSR1" || strings.Contains(settings, "shutdown-sessions") {
		t.Errorf("the proxy ends by %q, and cuts connections", services["proxy"].StopSignal)
	}
}

func duration(t *testing.T, text string) time.Duration {
	t.Helper()
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// In its container, the token issuer must listen on all interfaces. If it listened on a loopback
// address, requests to the published port of the container would not reach it.
func TestTheIssuersImageIsReached(t *testing.T) {
	t.Parallel()
	dockerfile, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(dockerfile), "\nENV ISSUER_ADDR=:8083\n") {
		t.Error("nobody reaches it in a container")
	}
}
