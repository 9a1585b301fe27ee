package telemetry

import (
	"cmp"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Traces is the part of a configuration that says how a process exports traces. Its variables have
// the names and the meanings of the OpenTelemetry specification.
type Traces struct {
	OTLPEndpoint    string `envconfig:"OTEL_EXPORTER_OTLP_ENDPOINT" url:"true" example:"http://localhost:4318" desc:"Base URL of the collector to which the process sends traces, by OTLP over HTTP; /v1/traces is appended. Empty, and OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is empty, too: no traces, and no cost."`
	TracesEndpoint  string `envconfig:"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT" url:"true" example:"http://localhost:4318/v1/traces" desc:"Like OTEL_EXPORTER_OTLP_ENDPOINT, but the whole URL, to which nothing is appended."`
	OTLPHeaders     string `envconfig:"OTEL_EXPORTER_OTLP_HEADERS" example:"api-key=secret" desc:"Headers of each request to the collector, such as a token: key=value, separated by commas. Values are percent-encoded."`
	TracesHeaders   string `envconfig:"OTEL_EXPORTER_OTLP_TRACES_HEADERS" example:"api-key=secret" desc:"Like OTEL_EXPORTER_OTLP_HEADERS, which is then ignored."`
	ServiceName     string `envconfig:"OTEL_SERVICE_NAME" desc:"Name of the process in traces (service.name). Empty: the service's name with the name of the program."`
	ServiceResource string `envconfig:"OTEL_RESOURCE_ATTRIBUTES" example:"deployment.environment.name=test" desc:"Attributes of the process in traces: key=value, separated by commas. Values are percent-encoded."`
	Sampler         string `envconfig:"OTEL_TRACES_SAMPLER" default:"parentbased_always_on" oneof:"always_on,always_off,traceidratio,parentbased_always_on,parentbased_always_off,parentbased_traceidratio" desc:"Which traces are sampled. With a name that begins with parentbased, the header traceparent of a client decides, if the client sends it: use such a sampler only if you trust the clients."`
	SamplerArg      string `envconfig:"OTEL_TRACES_SAMPLER_ARG" example:"0.01" desc:"Part of the traces that a traceidratio sampler samples, from 0 to 1. Empty: 1."`
	TracesExporter  string `envconfig:"OTEL_TRACES_EXPORTER" default:"otlp" oneof:"otlp,none" desc:"none: no traces."`
	SDKDisabled     string `envconfig:"OTEL_SDK_DISABLED" default:"false" oneof:"true,false" desc:"true: no traces."`
}

// Target says where the spans of a process are sent, and which traces are sampled.
type Target struct {
	URL        string            // URL to which spans are posted
	Headers    map[string]string // headers of each request to the collector
	Sampler    string            // one of the names that OTEL_TRACES_SAMPLER may have
	Ratio      float64           // part of the traces that a ratio sampler samples
	Resource   map[string]string // attributes of the process
	ServerName string            // scheme and host of URL, for the log
}

// target returns the Target of the settings. The result exports is false if no traces are to be
// sent.
func (t Traces) target(service string) (target Target, exports bool, err error) {
	if t.SDKDisabled == "true" || t.TracesExporter == "none" {
		return Target{}, false, nil
	}
	target.Sampler = t.Sampler
	if target.Ratio, err = ratioOf(t.SamplerArg); err != nil {
		return Target{}, false, err
	}
	if target.Resource, err = pairs("OTEL_RESOURCE_ATTRIBUTES", t.ServiceResource); err != nil {
		return Target{}, false, err
	}
	target.Resource["service.name"] = cmp.Or(t.ServiceName, target.Resource["service.name"], service)
	headers, variable := t.TracesHeaders, "OTEL_EXPORTER_OTLP_TRACES_HEADERS"
	if headers == "" {
		headers, variable = t.OTLPHeaders, "OTEL_EXPORTER_OTLP_HEADERS"
	}
	if target.Headers, err = pairs(variable, headers); err != nil {
		return Target{}, false, err
	}
	endpoint, err := t.endpoint()
	if err != nil || endpoint == nil {
		return Target{}, false, err
	}
	target.URL, target.ServerName = endpoint.String(), endpoint.Scheme+"://"+endpoint.Host
	return target, true, nil
}

// endpoint returns the URL to which spans are posted, or nil if the settings have none.
func (t Traces) endpoint() (*url.URL, error) {
	switch {
	case t.TracesEndpoint != "":
		return parseURL("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", t.TracesEndpoint)
	case t.OTLPEndpoint == "":
		return nil, nil //nolint:nilnil // documented: there is no endpoint
	}
	base, err := parseURL("OTEL_EXPORTER_OTLP_ENDPOINT", t.OTLPEndpoint)
	if err != nil {
		return nil, err
	}
	return base.JoinPath("v1", "traces"), nil
}

func parseURL(variable, value string) (*url.URL, error) {
	parsed, err := url.Parse(value)
	if err != nil || parsed.Host == "" || parsed.Scheme != "http" && parsed.Scheme != "https" || parsed.RawQuery != "" || parsed.Fragment != "" {
		return nil, fmt.Errorf("%s must be a URL like http://localhost:4318", variable)
	}
	return parsed, nil
}

// ratioOf returns the ratio of a ratio sampler.
func ratioOf(argument string) (float64, error) {
	if argument == "" {
		return 1, nil
	}
	ratio, err := strconv.ParseFloat(argument, 64)
	if err != nil || !(ratio >= 0 && ratio <= 1) { // also refuses NaN
		return 0, fmt.Errorf("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1")
	}
	return ratio, nil
}

// pairs returns the pairs of a list such as a=1,b=2, with percent-encoded values.
func pairs(variable, list string) (map[string]string, error) {
	found := make(map[string]string)
	for pair := range strings.SplitSeq(list, ",") {
		if strings.TrimSpace(pair) == "" {
			continue
		}
		key, encoded, ok := strings.Cut(pair, "=")
		value, err := url.PathUnescape(strings.TrimSpace(encoded))
		if key = strings.TrimSpace(key); !ok || key == "" || err != nil || strings.ContainsAny(key+value, "\r\n\x00") {
			return nil, fmt.Errorf("%s must be a list like key=value,key=value, with percent-encoded values", variable)
		}
		found[key] = value
	}
	return found, nil
}
