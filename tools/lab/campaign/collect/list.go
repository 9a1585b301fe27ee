//go:build linux

package collect

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"

	"example.com/pgcqrs/tools/lab/campaign/requests"
	"example.com/pgcqrs/tools/lab/campaign/sample"
	"example.com/pgcqrs/tools/lab/campaign/world"
)

// list reads the whole list of accounts page by page from the first API process. Each request has
// the argument position as Min-Position. list counts how often each account is in the list.
func list(ctx context.Context, w *world.World, position int64) (map[uuid.UUID]int, error) {
	listed, cursor := make(map[uuid.UUID]int), ""
	token, _ := w.Issuer.Token(sample.Subject)
	for {
		query := url.Values{"limit": {"100"}}
		if cursor != "" {
			query.Set("cursor", cursor)
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+w.Apis[0].Address+"/v1/accounts?"+query.Encode(), nil)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Min-Position", strconv.FormatInt(position, 10))
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			return nil, fmt.Errorf("list accounts: %w", err)
		}
		var page struct {
			Items []requests.Account
			Next  string `json:"next_cursor"`
		}
		err = json.NewDecoder(response.Body).Decode(&page)
		_, _ = io.Copy(io.Discard, response.Body)
		if err = errors.Join(err, response.Body.Close()); err != nil || response.StatusCode != http.StatusOK {
			return nil, fmt.Errorf("list accounts: status %d: %w", response.StatusCode, err)
		}
		for _, a := range page.Items {
			listed[a.ID]++
		}
		if cursor = page.Next; cursor == "" {
			return listed, nil
		}
	}
}
