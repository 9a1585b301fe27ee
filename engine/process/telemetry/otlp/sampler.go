package otlp

import (
	"strings"

	sdk "go.opentelemetry.io/otel/sdk/trace"
)

// samplerOf returns the sampler that OTEL_TRACES_SAMPLER names. With a name that begins with
// parentbased, the sampler follows the decision of the span's parent, and the rest of the name
// decides about spans without a parent.
func samplerOf(name string, ratio float64) sdk.Sampler {
	root, ofParent := strings.CutPrefix(name, "parentbased_")
	var sampler sdk.Sampler
	switch root {
	case "always_off":
		sampler = sdk.NeverSample()
	case "traceidratio":
		sampler = sdk.TraceIDRatioBased(ratio)
	default:
		sampler = sdk.AlwaysSample()
	}
	if ofParent {
		return sdk.ParentBased(sampler)
	}
	return sampler
}
