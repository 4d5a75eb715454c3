package lower

import (
	"net/url"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/belfry-dev/belfry/internal/ir"
	"github.com/belfry-dev/belfry/schema"
)

// production lowers what keeps the platform's own data and access safe, and reports what could not work.
func (l *lowerer) production(p *schema.Platform, out *ir.Platform) {
	out.Prometheus.RetentionSize = p.Prometheus.RetentionSize
	out.Prometheus.Volume = ir.Volume{Size: p.Prometheus.Storage, Class: l.class("platform.prometheus", p.Prometheus.Storage, p.Prometheus.StorageClass)}
	out.Prometheus.AntiAffinity = p.Prometheus.AntiAffinity
	out.Prometheus.RemoteWrite = l.remoteWrite(p.Prometheus.RemoteWrite)
	out.Prometheus.Thanos = l.objectStore(p.Prometheus.Thanos)
	l.fits(p.Prometheus)
	out.Alertmanager.AntiAffinity = p.Alertmanager.AntiAffinity
	out.Alertmanager.Volume = ir.Volume{Size: p.Alertmanager.Storage, Class: l.class("platform.alertmanager", p.Alertmanager.Storage, p.Alertmanager.StorageClass)}
	out.Grafana.Volume = ir.Volume{Size: p.Grafana.Storage, Class: l.class("platform.grafana", p.Grafana.Storage, p.Grafana.StorageClass)}
	if admin := p.Grafana.Admin; admin != nil {
		out.Grafana.Admin = &ir.GrafanaAdmin{Secret: admin.Secret, UserKey: admin.UserKey, PasswordKey: admin.PasswordKey}
	}
	if permissions := p.Grafana.Permissions; permissions != nil {
		out.Grafana.Permissions = &ir.FolderPermissions{Viewer: permissions.Viewer, Editor: permissions.Editor}
	}
	out.Grafana.Ingress = l.ingress(p.Grafana)
}

// class refuses a storage class of no volume.
func (l *lowerer) class(path, size, class string) string {
	if class != "" && size == "" {
		l.report("platform/storage", path+".storageClass", "add storage, such as \"100Gi\"", "there is a storage class, and no size of a volume")
	}
	return class
}

// fits refuses blocks that may grow beyond their volume, on which Prometheus keeps its write-ahead log too.
func (l *lowerer) fits(p schema.Prometheus) {
	if p.RetentionSize == "" || p.Storage == "" {
		return
	}
	blocks, volume := resource.MustParse(p.RetentionSize), resource.MustParse(p.Storage) // the schema has checked their form
	if blocks.Cmp(volume) >= 0 {
		l.report("platform/storage", "platform.prometheus.retentionSize", "write at most about four fifths of the volume: the write-ahead log needs room too",
			"blocks of %s do not fit into a volume of %s", p.RetentionSize, p.Storage)
	}
}

func (l *lowerer) remoteWrite(r *schema.RemoteWrite) *ir.RemoteWrite {
	if r == nil {
		return nil
	}
	out := &ir.RemoteWrite{URL: r.URL, Tenant: r.Tenant}
	if parsed, err := url.Parse(r.URL); err != nil || parsed.User != nil {
		l.report("platform/credentials", "platform.prometheus.remoteWrite.url", "write basicAuth: {username: secret: …, password: secret: …}",
			"the address holds a user, and what is generated may hold no password")
	}
	if r.Token != nil && r.BasicAuth != nil {
		l.report("platform/credentials", "platform.prometheus.remoteWrite", "keep the one that the store asks for", "there are a token and a password")
	}
	if r.Token != nil {
		token := secret(*r.Token)
		out.Token = &token
	}
	if r.BasicAuth != nil {
		user, password := secret(r.BasicAuth.Username), secret(r.BasicAuth.Password)
		out.User, out.Password = &user, &password
	}
	return out
}

func (l *lowerer) objectStore(t *schema.Thanos) *ir.ObjectStore {
	if t == nil {
		return nil
	}
	out, stores := &ir.ObjectStore{}, 0
	if t.Secret != nil {
		out.Secret, stores = &ir.Secret{Name: t.Secret.Name, Key: t.Secret.Key}, stores+1
	}
	if t.S3 != nil {
		out.Kind, out.Bucket, out.Endpoint, out.Region, stores = "S3", t.S3.Bucket, t.S3.Endpoint, t.S3.Region, stores+1
	}
	if t.GCS != nil {
		out.Kind, out.Bucket, stores = "GCS", t.GCS.Bucket, stores+1
	}
	const path, help = "platform.prometheus.thanos", "write one of secret, s3 and gcs"
	switch {
	case stores == 0:
		l.report("platform/object-store", path, help, "there is no object store to copy to")
	case stores > 1:
		l.report("platform/object-store", path, help, "there are %d object stores, and a sidecar copies to one", stores)
	}
	return out
}

// ingress takes its host from Grafana's address, so that links and certificate name the same one.
func (l *lowerer) ingress(g schema.Grafana) *ir.Ingress {
	if g.Ingress == nil {
		return nil
	}
	parsed, err := url.Parse(g.URL)
	if err != nil || parsed.Scheme != "https" || parsed.Port() != "" || strings.Trim(parsed.Path, "/") != "" || !strings.Contains(parsed.Hostname(), ".") {
		l.report("platform/ingress", "platform.grafana.ingress", "set platform.grafana.url to an address such as \"https://grafana.example.com\"",
			"an ingress needs a host name and TLS on port 443, and platform.grafana.url is %s", g.URL)
		return nil
	}
	return &ir.Ingress{Host: parsed.Hostname(), Class: g.Ingress.Class, TLSSecret: g.Ingress.TLSSecret, Issuer: g.Ingress.Issuer}
}
