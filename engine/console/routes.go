package console

import (
	"net/http"
	"time"

	"example.com/pgcqrs/engine/console/act"
	"example.com/pgcqrs/engine/console/cause"
	"example.com/pgcqrs/engine/console/guard"
	"example.com/pgcqrs/engine/console/history"
	"example.com/pgcqrs/engine/console/overview"
	"example.com/pgcqrs/engine/console/page"
)

// pageFor limits how long the database works for one page.
const pageFor = 15 * time.Second

// actFor limits how long an act may take. A retry that is cut off goes on at its next attempt where
// it has ended.
const actFor = 50 * time.Second

// New returns the handler of the console.
func New(config Config) http.Handler {
	pool := config.Projections.Pool
	c := &Console{
		config:   config,
		overview: overview.Reader{Log: config.Log, Projections: config.Projections, Dead: config.Dead, Workflows: config.Workflows},
		history:  history.Reader{Log: config.Log, On: pool, Decode: config.Decode, Aggregates: config.Aggregates},
		cause:    cause.Reader{Log: config.Log, Pool: pool, Workflows: config.Workflows.Names()},
		acts:     &act.Acts{Projections: config.Projections, Dead: config.Dead, Workflows: config.Workflows, Logger: config.Logger},
	}
	return guard.Guard(c.routes(), config.Hosts, config.Logger)
}

func (c *Console) routes() http.Handler {
	pages := http.NewServeMux()
	pages.HandleFunc("GET /{$}", c.limited(pageFor, c.showNow))
	pages.HandleFunc("GET /stream", c.limited(pageFor, c.showStream))
	pages.HandleFunc("GET /find", c.limited(pageFor, c.find))
	pages.HandleFunc("GET /cause", c.limited(pageFor, c.showCause))
	pages.HandleFunc("GET /why", c.limited(pageFor, c.showRows))
	pages.HandleFunc("GET /act", c.limited(pageFor, c.planAct))
	pages.HandleFunc("POST /act", c.limited(actFor, c.doAct))
	pages.HandleFunc("GET /acts", c.limited(pageFor, c.showActs))
	pages.HandleFunc("POST /leave", c.leave)
	pages.HandleFunc("/", c.nothing)

	all := http.NewServeMux()
	all.Handle("GET /console.css", page.Asset("console.css", "text/css; charset=utf-8"))
	all.Handle("GET /console.js", page.Asset("console.js", "text/javascript; charset=utf-8"))
	all.Handle("GET /console.svg", page.Asset("console.svg", "image/svg+xml"))
	all.HandleFunc("GET /login", c.offerLogin)
	all.HandleFunc("POST /login", c.enter)
	all.Handle("/", c.config.Login.Require(pages, http.HandlerFunc(c.refuse)))
	return all
}
