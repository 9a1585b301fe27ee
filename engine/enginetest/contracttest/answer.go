package contracttest

import (
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/textproto"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// everywhere lists the headers that every answer may have, although no operation of the contract
// lists them.
var everywhere = map[string]bool{
	"Content-Type": true, "Content-Length": true, "Date": true, "Connection": true, "Cache-Control": true,
	"Content-Security-Policy": true, "X-Content-Type-Options": true, "Referrer-Policy": true, "Vary": true, "Content-Encoding": true,
}

func checkHeaders(response *openapi3.Response, headers http.Header) error {
	if headers.Get("X-Request-Id") == "" {
		return errors.New("it has no X-Request-Id")
	}
	documented := map[string]bool{}
	for name, ref := range response.Headers {
		documented[textproto.CanonicalMIMEHeaderKey(name)] = true
		value := headers.Get(name)
		if value == "" {
			if ref.Value.Required {
				return fmt.Errorf("header %s is missing", name)
			}
			continue
		}
		if err := ref.Value.Schema.Value.VisitJSON(value); err != nil {
			return fmt.Errorf("header %s: %w", name, err)
		}
	}
	for name := range headers {
		if !documented[name] && !everywhere[name] {
			return fmt.Errorf("header %s is not documented", name)
		}
	}
	return nil
}

func checkBody(response *openapi3.Response, contentType string, body []byte) error {
	if len(response.Content) == 0 {
		if len(body) > 0 {
			return errors.New("it has a body")
		}
		return nil
	}
	mediaType, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return fmt.Errorf("media type %q: %w", contentType, err)
	}
	content := response.Content[mediaType]
	if content == nil {
		return fmt.Errorf("media type %s is not documented", mediaType)
	}
	if !strings.HasSuffix(mediaType, "json") {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return fmt.Errorf("body: %w", err)
	}
	if err := undocumented("", value, content.Schema.Value); err != nil {
		return err
	}
	return content.Schema.Value.VisitJSON(value, openapi3.VisitAsResponse(), openapi3.MultiErrors())
}

// undocumented returns an error if an answer has a field that the contract does not name. The
// schemas of answers allow unknown fields, so that answers can get new fields later. The tests are
// stricter than the schemas: a new field must first be added to the contract.
func undocumented(path string, value any, schema *openapi3.Schema) error {
	var err error
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			switch known := schema.Properties[name]; {
			case known != nil:
				err = errors.Join(err, undocumented(path+"."+name, member, known.Value))
			case len(schema.Properties) > 0:
				err = errors.Join(err, fmt.Errorf("body: %s.%s is not documented", path, name))
			}
		}
	case []any:
		for i, item := range value {
			if schema.Items != nil {
				err = errors.Join(err, undocumented(fmt.Sprintf("%s.%d", path, i), item, schema.Items.Value))
			}
		}
	}
	return err
}
