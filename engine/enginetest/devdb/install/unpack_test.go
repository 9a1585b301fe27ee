package install

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestWantedPackages(t *testing.T) {
	t.Parallel()
	const plan = `NOTE: This is only a simulation!
Inst libjson-perl (4.10000-1 Debian:12.11/stable [all])
Inst libllvm14 (1:14.0.6-12 Debian:12.11/stable [amd64])
Inst libxml2 (2.9.14+dfsg-1.3 Debian:12.11/stable [amd64])
Inst postgresql-common (248+deb12u1 Debian-Security:12/stable-security [all])
Inst postgresql-15 (15.18-0+deb12u1 Debian-Security:12/stable-security [amd64])
Inst postgresql (15+248+deb12u1 Debian-Security:12/stable-security [all])
Conf libxml2 (2.9.14+dfsg-1.3 Debian:12.11/stable [amd64])
`
	got, err := wanted(plan)
	if diff := cmp.Diff([]string{"postgresql-15", "libxml2"}, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if _, err := wanted("0 upgraded, 0 newly installed"); err == nil {
		t.Error("a plan without a server must be an error")
	}
}
