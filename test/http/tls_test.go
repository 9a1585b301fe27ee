package http_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"example.com/pgcqrs/engine/pg/role"

	"example.com/pgcqrs/test/testdb"
)

func TestTheAPISpeaksTLS(t *testing.T) {
	t.Parallel()
	certificate, key, pool := selfSigned(t)
	api := begin(t, "api", "TLS_CERT_FILE="+certificate, "TLS_KEY_FILE="+key, "DATABASE_URL="+testdb.As(t, testdb.New(t), role.API))
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, "https://"+api.Address+"/healthz", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool}, ForceAttemptHTTP2: true}}
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 200 || answer.ProtoMajor != 2 || answer.Header.Get("Strict-Transport-Security") != "max-age=31536000; includeSubDomains" || answer.TLS.Version < tls.VersionTLS12 {
		t.Errorf("got %d over %s with %v", answer.StatusCode, answer.Proto, answer.Header)
	}
	old := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MaxVersion: tls.VersionTLS11}}}
	if answer, err := old.Do(r); err == nil {
		answer.Body.Close()
		t.Error("TLS 1.1 works")
	}
	weak := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{
		RootCAs: pool, MaxVersion: tls.VersionTLS12, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA},
	}}}
	if answer, err := weak.Do(r); err == nil {
		answer.Body.Close()
		t.Error("a cipher suite with CBC works")
	}
	r.URL.Scheme = "http"
	plain := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err = plain.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != 400 || answer.Header.Get("Location") != "" { // a redirect to TLS would hide that the token was sent unencrypted
		t.Errorf("without TLS: got %d %v", answer.StatusCode, answer.Header)
	}
}

// selfSigned creates a self-signed TLS certificate for this machine.
func selfSigned(t *testing.T) (certificate, key string, pool *x509.CertPool) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "pgcqrs"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	write := func(name, kind string, content []byte) string {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: content}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	certificate, key = write("cert.pem", "CERTIFICATE", der), write("key.pem", "PRIVATE KEY", pkcs8)
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AddCert(parsed)
	return certificate, key, pool
}
