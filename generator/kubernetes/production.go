package kubernetes

import "github.com/belfry-dev/belfry/internal/ir"

// antiAffinity is the chart's podAntiAffinity, which says nothing of a single replica.
func antiAffinity(replicas int, kind string) string {
	if replicas < 2 {
		return ""
	}
	return kind
}

// claimed is the volume that each replica claims; nil where it has none of its own.
func claimed(v ir.Volume) *storageSpec {
	if v.Size == "" {
		return nil
	}
	return &storageSpec{claimTemplate{claimSpec{v.Class, []string{"ReadWriteOnce"}, claimResources{claimRequests{v.Size}}}}}
}

func keyOf(s *ir.Secret) secretKey { return secretKey{s.Name, s.Key} }

// tenantHeader tells Mimir, and what understands it, whose the samples are.
const tenantHeader = "X-Scope-OrgID"

func remoteWrites(r *ir.RemoteWrite) []remoteWrite {
	if r == nil {
		return nil
	}
	out := remoteWrite{URL: r.URL}
	if r.Token != nil {
		out.Authorization = &remoteAuthorization{keyOf(r.Token)}
	}
	if r.User != nil {
		out.BasicAuth = &remoteBasicAuth{keyOf(r.User), keyOf(r.Password)}
	}
	if r.Tenant != "" {
		out.Headers = map[string]string{tenantHeader: r.Tenant}
	}
	return []remoteWrite{out}
}

func sidecar(store ir.ObjectStore) *thanos {
	if store.Secret != nil {
		key := keyOf(store.Secret)
		return &thanos{objectStorage{ExistingSecret: &key}}
	}
	return &thanos{objectStorage{Secret: &objectStore{store.Kind, storeConfig{store.Bucket, store.Endpoint, store.Region}}}}
}

// secureGrafana sets who may enter Grafana, from where, and what it keeps.
func secureGrafana(settings ir.Grafana, out *grafanaValues) {
	ini := grafanaINI{}
	if settings.URL != "" && settings.URL != localGrafana {
		ini.Server = &grafanaServer{settings.URL}
	}
	if admin := settings.Admin; admin != nil {
		out.Admin = &grafanaAdmin{admin.Secret, admin.UserKey, admin.PasswordKey}
		ini.Users, ini.Anonymous = &grafanaUsers{AllowSignUp: false, AutoAssignOrgRole: "Viewer"}, &enabled{false}
	}
	if ingress := settings.Ingress; ingress != nil {
		hosts := []string{ingress.Host}
		out.Ingress = &grafanaIngress{Enabled: true, IngressClassName: ingress.Class, Hosts: hosts, TLS: []ingressTLS{{ingress.TLSSecret, hosts}}}
		if ingress.Issuer != "" {
			out.Ingress.Annotations = map[string]string{"cert-manager.io/cluster-issuer": ingress.Issuer}
		}
		ini.Security = &grafanaSecurity{CookieSecure: true}
	}
	if settings.Volume.Size != "" {
		out.Persistence = &persistence{true, settings.Volume.Class, settings.Volume.Size}
		out.DeploymentStrategy = &deploymentStrategy{"Recreate"} // two pods cannot hold a volume that one node mounts
	}
	if ini != (grafanaINI{}) {
		out.INI = &ini
	}
}
