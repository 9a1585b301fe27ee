package feeding

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
	"time"

	"example.com/pgcqrs/tools/lab/load/baselines/lab"
)

// subscribers holds open streaming answers. The benchmark reads the answers, and drops what it has
// read.
type subscribers struct {
	cancel context.CancelFunc
	ended  sync.WaitGroup
}

// client opens a new connection for each request, as the browsers of different people do. The
// subscribers and the service share the processors. So client reads many bytes at a time, in order
// to use little processor time.
var client = &http.Client{Transport: &http.Transport{DisableKeepAlives: true, MaxIdleConns: -1, ReadBufferSize: 64 << 10}}

// open requests a path of the feed, and returns the answer as soon as the answer's headers have
// arrived. If the API refuses the request because no connection is free, open tries again after the
// time in the header Retry-After.
func open(ctx context.Context, url, path, form string) (*http.Response, error) {
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url+path, http.NoBody)
		if err != nil {
			return nil, err
		}
		request.Header.Set("Accept", form)
		answer, err := client.Do(request)
		if err != nil {
			return nil, fmt.Errorf("subscribe: %w", err)
		}
		if answer.StatusCode == http.StatusOK {
			return answer, nil
		}
		_ = answer.Body.Close()
		after, err := strconv.Atoi(answer.Header.Get("Retry-After"))
		if answer.StatusCode != http.StatusServiceUnavailable || err != nil {
			return nil, fmt.Errorf("subscribe: status %d", answer.StatusCode)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(time.Duration(after) * time.Second):
		}
	}
}

const (
	asEvents = "text/event-stream"
	asLines  = "application/x-ndjson"
)

// subscribe opens a number of streaming answers at the same time, and returns when all of them are
// open.
func subscribe(ctx context.Context, url string, count int, path func(i int) string) (*subscribers, error) {
	ctx, cancel := context.WithCancel(ctx)
	s, opened := &subscribers{cancel: cancel}, make(chan error, count)
	for i := range count {
		s.ended.Go(func() {
			answer, err := open(ctx, url, path(i), asEvents)
			if opened <- err; err != nil {
				return
			}
			defer func() { _ = answer.Body.Close() }()
			for buffer := make([]byte, 64<<10); ; { // the loop ends when ctx ends, because the read then fails
				if _, err := answer.Body.Read(buffer); err != nil {
					return
				}
			}
		})
	}
	var failed error
	for range count {
		failed = errors.Join(failed, <-opened)
	}
	if failed != nil {
		s.close()
		return nil, failed
	}
	return s, nil
}

func (s *subscribers) close() {
	s.cancel()
	s.ended.Wait()
}

// lines reads an answer line by line, and returns the number of lines that are events.
func lines(ctx context.Context, url, path string) (count int, err error) {
	answer, err := open(ctx, url, path, asLines)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	reader := bufio.NewReaderSize(answer.Body, 1<<16)
	for {
		line, err := reader.ReadSlice('\n')
		switch {
		case errors.Is(err, io.EOF):
			return count, nil
		case errors.Is(err, bufio.ErrBufferFull):
		case err != nil:
			return count, fmt.Errorf("read the feed: %w", err)
		case bytes.Contains(line, []byte(`"stream_id"`)):
			count++
		}
	}
}

// memory returns the amount of memory, in KiB, that a program uses now.
func memory(program *lab.Child) float64 {
	var kilobytes float64
	_, _ = fmt.Sscanf(lab.FieldOf(fmt.Sprintf("/proc/%d/status", program.Command.Process.Pid), "VmRSS"), "%f", &kilobytes)
	return kilobytes
}
