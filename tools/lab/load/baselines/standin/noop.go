package standin

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"os"

	"github.com/go-chi/chi/v5"
	"github.com/google/uuid"

	"example.com/pgcqrs/engine/process"
	"example.com/pgcqrs/engine/process/probe"
)

// ServeNoop runs a handler that decodes the API's requests, sends answers with the API's headers,
// and does nothing else. So ServeNoop shows the cost of HTTP and JSON alone.
func ServeNoop(ctx context.Context) error {
	router := chi.NewRouter()
	router.Post("/v1/accounts", noopOpen)
	router.Post("/v1/accounts/{id}/deposits", noopDeposit)
	router.Get("/v1/accounts/{id}", noopGet)
	router.Get("/readyz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	logger := slog.New(slog.NewJSONHandler(os.Stderr, nil))
	return process.Server{
		Name: "noop", Addr: "127.0.0.1:0", Handler: router, Logger: logger, Readiness: probe.NewReadiness(logger, nil),
	}.Run(ctx)
}

type noopAnswer struct {
	ID       string `json:"id"`
	Version  int64  `json:"version"`
	Position string `json:"position"`
}

func noopOpen(w http.ResponseWriter, r *http.Request) {
	var body struct {
		ID       string `json:"id"`
		Owner    string `json:"owner"`
		Currency string `json:"currency"`
	}
	if decode(w, r, &body) {
		w.Header().Set("Location", "accounts/"+body.ID)
		answer(w, http.StatusCreated, noopAnswer{body.ID, 1, "1234567"})
	}
}

func noopDeposit(w http.ResponseWriter, r *http.Request) {
	var body struct {
		Amount    int64  `json:"amount"`
		Reference string `json:"reference"`
	}
	if decode(w, r, &body) {
		answer(w, http.StatusOK, noopAnswer{chi.URLParam(r, "id"), 42, "1234567"})
	}
}

func noopGet(w http.ResponseWriter, r *http.Request) {
	answer(w, http.StatusOK, struct {
		ID        string `json:"id"`
		Owner     string `json:"owner"`
		Currency  string `json:"currency"`
		Balance   int64  `json:"balance"`
		Status    string `json:"status"`
		Version   int64  `json:"version"`
		OpenedAt  string `json:"opened_at"`
		UpdatedAt string `json:"updated_at"`
	}{chi.URLParam(r, "id"), "Load 1234", "EUR", 4200, "open", 42, "2026-01-02T03:04:05.678901Z", "2026-01-02T03:04:05.678901Z"})
}

func decode(w http.ResponseWriter, r *http.Request, into any) bool {
	decoder := json.NewDecoder(http.MaxBytesReader(w, r.Body, 64<<10))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return false
	}
	return true
}

func answer(w http.ResponseWriter, status int, body any) {
	header := w.Header()
	header.Set("Content-Type", "application/json")
	header.Set("ETag", `"42"`)
	header.Set("Event-Position", "1234567")
	header.Set("X-Request-Id", uuid.NewString())
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Cache-Control", "no-store")
	header.Set("Content-Security-Policy", "default-src 'none'; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox")
	header.Set("Referrer-Policy", "no-referrer")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // if this fails, the client is gone
}
