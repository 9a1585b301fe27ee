package door

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// New rejects a TRUSTED_PROXIES that contains every address, because limits per address would have
// no effect.
func TestNotEverybodyIsATrustedProxy(t *testing.T) {
	t.Parallel()
	for list, want := range map[string]string{
		"0.0.0.0/0": "", "1.2.3.4/0": "", "::/0": "", "2001:db8::/0": "", "::ffff:0:0/96": "", "::ffff:1.2.3.4/96": "", "10.0.0.0/8, ::/0": "",
		"0.0.0.0/1,128.0.0.0/1": "", "::/1,8000::/1": "", "10.0.0.0/7": "", "fc00::/6": "", "fc00::/7": "fc00::/7",
		"10.1.2.3/8":                 "10.0.0.0/8",
		"10.0.0.0/8, ::1/128":        "10.0.0.0/8 ::1/128",
		"::ffff:10.0.0.0/104":        "10.0.0.0/8",
		"::ffff:192.0.2.7/128":       "192.0.2.7/32",
		"2001:db8::/32, , fe80::/10": "2001:db8::/32 fe80::/10",
	} {
		found, err := networks(list)
		var got []string
		for _, network := range found {
			got = append(got, network.String())
		}
		if strings.Join(got, " ") != want || (err == nil) == (want == "") {
			t.Errorf("%s: got %v, %v", list, got, err)
		}
		if err != nil && (!strings.Contains(err.Error(), "TRUSTED_PROXIES") || !strings.Contains(err.Error(), "everybody")) {
			t.Errorf("%s: it says %v", list, err)
		}
	}
	found, _ := networks("::ffff:10.0.0.0/104")
	if !slices.ContainsFunc(found, func(network netip.Prefix) bool { return network.Contains(netip.MustParseAddr("10.7.7.7")) }) {
		t.Error("a network of IPv4 that is written as IPv6 has nobody in it")
	}
}

// AUTH_INSECURE_HTTP allows plain HTTP for the issuer that it names, and for no other issuer.
func TestPlainHTTPIsOfOneIssuer(t *testing.T) {
	t.Parallel()
	for said, good := range map[string]map[string]bool{
		"false":              {"http://issuer:8083": false, "http://127.0.0.1:8083": true, "https://login.example.com": true},
		"true":               {"http://issuer:8083": true, "http://login.example.com": true},
		"http://issuer:8083": {"http://issuer:8083": true, "http://login.example.com": false, "https://login.example.com": true},
		"whatever":           {"http://issuer:8083": false, "https://login.example.com": false},
	} {
		for issuer, want := range good {
			err := checkIssuer(Config{Issuer: issuer, Audience: "a", InsecureHTTP: said})
			if (err == nil) != want {
				t.Errorf("AUTH_INSECURE_HTTP=%s and %s: %v", said, issuer, err)
			}
		}
	}
}
