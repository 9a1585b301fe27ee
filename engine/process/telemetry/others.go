package telemetry

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// numbers lists the variables that must have a whole number. The exporter reads them itself, and
// would ignore a malformed value.
var numbers = []string{
	"OTEL_EXPORTER_OTLP_TIMEOUT", "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
	"OTEL_BSP_SCHEDULE_DELAY", "OTEL_BSP_EXPORT_TIMEOUT", "OTEL_BSP_MAX_QUEUE_SIZE", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
	"OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_ATTRIBUTE_COUNT_LIMIT",
	"OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", "OTEL_SPAN_EVENT_COUNT_LIMIT",
	"OTEL_SPAN_LINK_COUNT_LIMIT", "OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", "OTEL_LINK_ATTRIBUTE_COUNT_LIMIT",
}

// words lists the variables that must have one of a few words. The exporter speaks only OTLP over
// HTTP, with protobuf.
var words = map[string][]string{
	"OTEL_EXPORTER_OTLP_PROTOCOL":           {"http/protobuf"},
	"OTEL_EXPORTER_OTLP_TRACES_PROTOCOL":    {"http/protobuf"},
	"OTEL_EXPORTER_OTLP_COMPRESSION":        {"gzip", "none"},
	"OTEL_EXPORTER_OTLP_TRACES_COMPRESSION": {"gzip", "none"},
}

// checkOthers checks the variables that the exporter reads itself.
func checkOthers() error {
	var wrong []error
	for _, name := range numbers {
		if value := os.Getenv(name); value != "" {
			if n, err := strconv.Atoi(strings.TrimSpace(value)); err != nil || n < 0 && !strings.HasSuffix(name, "_LIMIT") {
				wrong = append(wrong, fmt.Errorf("%s must be a whole number", name))
			}
		}
	}
	for name, allowed := range words {
		if value := os.Getenv(name); value != "" && !slices.Contains(allowed, value) {
			wrong = append(wrong, fmt.Errorf("%s must be one of: %s", name, strings.Join(allowed, ", ")))
		}
	}
	for _, prefix := range []string{"OTEL_EXPORTER_OTLP_", "OTEL_EXPORTER_OTLP_TRACES_"} {
		wrong = append(wrong, checkFiles(prefix))
	}
	return errors.Join(wrong...)
}

// checkFiles checks the files with certificates for TLS.
func checkFiles(prefix string) error {
	if name := os.Getenv(prefix + "CERTIFICATE"); name != "" {
		content, err := os.ReadFile(name) //nolint:gosec // the operator chooses the path
		if err != nil || !x509.NewCertPool().AppendCertsFromPEM(content) {
			return fmt.Errorf("%sCERTIFICATE must name a readable file with certificates in PEM", prefix)
		}
	}
	certificate, key := os.Getenv(prefix+"CLIENT_CERTIFICATE"), os.Getenv(prefix+"CLIENT_KEY")
	if certificate == "" && key == "" {
		return nil
	}
	if _, err := tls.LoadX509KeyPair(certificate, key); err != nil {
		return fmt.Errorf("%[1]sCLIENT_CERTIFICATE and %[1]sCLIENT_KEY must name readable files with a certificate and its key in PEM", prefix)
	}
	return nil
}
