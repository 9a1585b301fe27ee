package login

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Config has the settings of a Login.
type Config struct {
	Operator string             // name of the operator of all sessions that begin with a link
	Header   string             // header in which a proxy names the operator; "": nobody needs a proxy, and links are used
	Secure   bool               // browsers reach the console by https, so the cookie is sent only by https
	Announce func(token string) // called with each new token of a link
}

// Login authenticates the operator.
type Login struct {
	config Config
	key    []byte // key of the forms' secrets

	mu       sync.Mutex
	token    [sha256.Size]byte               // hash of the token that works
	sessions map[[sha256.Size]byte]time.Time // hash of each session's cookie, and when the session ends
}

// New returns a Login. No token works before Start.
func New(config Config) *Login {
	return &Login{config: config, key: []byte(rand.Text()), sessions: make(map[[sha256.Size]byte]time.Time)}
}

// Start announces the first token. If a proxy names the operator, there are no tokens, and Start
// does nothing.
func (l *Login) Start() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.config.Header == "" {
		l.renew()
	}
}

// renew replaces the token.
func (l *Login) renew() {
	token := rand.Text()
	l.token = sha256.Sum256([]byte(token))
	l.config.Announce(token)
}

// Exchange begins a session if the token is the one that was announced last: the answer gets the
// session's cookie. The token does not work again.
func (l *Login) Exchange(w http.ResponseWriter, r *http.Request, token string) bool {
	given := sha256.Sum256([]byte(token))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.config.Header != "" || subtle.ConstantTimeCompare(given[:], l.token[:]) != 1 {
		return false
	}
	secret := rand.Text()
	l.makeRoom()
	l.sessions[sha256.Sum256([]byte(secret))] = time.Now().Add(lasts)
	l.setCookie(w, r, secret, lasts)
	l.renew()
	return true
}

// makeRoom forgets the sessions that have ended, and at the limit also the one that ends first.
func (l *Login) makeRoom() {
	now, first := time.Now(), [sha256.Size]byte{}
	for id, ends := range l.sessions {
		if ends.Before(now) {
			delete(l.sessions, id)
			continue
		}
		if before, known := l.sessions[first]; !known || ends.Before(before) {
			first = id
		}
	}
	if len(l.sessions) >= mostSessions {
		delete(l.sessions, first)
	}
}

// Leave ends the session of a request.
func (l *Login) Leave(w http.ResponseWriter, r *http.Request) {
	if cookie, err := r.Cookie(cookieOf(r)); err == nil {
		l.mu.Lock()
		delete(l.sessions, sha256.Sum256([]byte(cookie.Value)))
		l.mu.Unlock()
	}
	l.setCookie(w, r, "", -time.Second)
}

// setCookie sets the cookie of a session for a time. Scripts can't read the cookie, and browsers
// don't send it with requests that pages of other sites cause.
func (l *Login) setCookie(w http.ResponseWriter, r *http.Request, secret string, most time.Duration) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure is set where browsers use https; by http they would not send the cookie back
		Name: cookieOf(r), Value: secret, Path: "/", MaxAge: int(most.Seconds()), Secure: l.config.Secure, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	})
}

// Require passes on the requests of sessions. Every request that is not a GET or HEAD must also
// have the secret of the session's forms. All other requests go to the handler stranger.
func (l *Login) Require(next, stranger http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session, ok := l.sessionOf(r)
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if !ok || !reads && subtle.ConstantTimeCompare([]byte(r.PostFormValue("form")), []byte(session.Form)) != 1 {
			stranger.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r.WithContext(session.within(r.Context())))
	})
}

// sessionOf returns the session of a request.
func (l *Login) sessionOf(r *http.Request) (Session, bool) {
	if l.config.Header != "" {
		named := r.Header.Values(l.config.Header)
		if len(named) != 1 || strings.TrimSpace(named[0]) == "" { // two values: a client has added one to the proxy's
			return Session{}, false
		}
		return newSession(l.key, strings.TrimSpace(named[0]), ""), true
	}
	cookie, err := r.Cookie(cookieOf(r))
	if err != nil {
		return Session{}, false
	}
	l.mu.Lock()
	ends, known := l.sessions[sha256.Sum256([]byte(cookie.Value))]
	l.mu.Unlock()
	return newSession(l.key, l.config.Operator, cookie.Value), known && time.Now().Before(ends)
}

// cookieOf returns the name of the session's cookie. The name has the port, because browsers send
// the cookies of a host to all its ports, and another console may listen on another port.
func cookieOf(r *http.Request) string {
	_, port, err := net.SplitHostPort(r.Host)
	if err != nil || strings.Trim(port, "0123456789") != "" {
		return "console"
	}
	return "console_" + port
}
