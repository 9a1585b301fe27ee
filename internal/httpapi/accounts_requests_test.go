package httpapi

import "github.com/jackc/pgx/v5/pgconn"

const (
	accounts = "/v1/accounts"
	deposits = "/v1/accounts/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b/deposits"
	closure  = "/v1/accounts/0197a1f2-5c3d-7e4f-8a9b-0c1d2e3f4a5b/closure"
)

func sqlError(code string) error {
	return &pgconn.PgError{Code: code, Message: "secret of the database"}
}
