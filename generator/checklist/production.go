package checklist

import (
	"fmt"
	"strings"
	"time"

	"github.com/prometheus/common/model"

	"github.com/belfry-dev/belfry/internal/ir"
)

// What the checklist asks for.
const (
	wantedRetention = 30 * 24 * time.Hour
	wantedReplicas  = 3
)

// retention and those below are the items about the platform itself.
func retention(p *ir.Program, i *Item) {
	settings := p.Platform.Prometheus
	i.value("prometheus.prometheusSpec.retention", "samples are kept for %s", model.Duration(settings.Retention))
	if settings.RetentionSize != "" {
		i.value("prometheus.prometheusSpec.retentionSize", "blocks grow up to %s", settings.RetentionSize)
	}
	if settings.Volume.Size != "" {
		i.value("prometheus.prometheusSpec.storageSpec", "each replica has a volume of %s", settings.Volume.Size)
	} else {
		i.toDo("set `platform.prometheus.storage`: without a volume the samples are lost with the pod")
	}
	if settings.Retention < wantedRetention {
		i.toDo("set `platform.prometheus.retention` to \"30d\", or decide that %s suffice", model.Duration(settings.Retention))
	}
}

func authentication(p *ir.Program, i *Item) {
	admin := p.Platform.Grafana.Admin
	if admin == nil {
		i.toDo("set `platform.grafana.admin.secret`: until then the administrator's password is the chart's")
		return
	}
	i.value("grafana.admin", "the administrator comes from Secret %s", admin.Secret)
	i.value(`grafana."grafana.ini"."auth.anonymous"`, "nobody looks without a name")
	i.value(`grafana."grafana.ini".users`, "nobody signs up by himself, and who is new may look only")
	i.toDo("create Secret %s in namespace %s, with the name and the password in files that are deleted afterwards", admin.Secret, p.Platform.Namespace)
	i.Commands = append(i.Commands, fmt.Sprintf("kubectl create secret generic %s --namespace %s --from-file=%s=./user.txt --from-file=%s=./password.txt",
		admin.Secret, p.Platform.Namespace, admin.UserKey, admin.PasswordKey))
}

// levels are Grafana's permissions on a folder (https://grafana.com/docs/grafana/latest/developers/http_api/folder_permissions/).
var levels = map[string]int{"view": 1, "edit": 2}

// general is the name that Grafana gives to what is in no folder.
const general = "General"

// permissions cannot be provisioned by files in the open-source Grafana: its API takes them.
func permissions(p *ir.Program, i *Item) {
	settings := p.Platform.Grafana
	if settings.Permissions == nil {
		i.toDo("set `platform.grafana.permissions`: until then viewers may look at the folder %s and editors may change it", settings.Folder)
		return
	}
	if settings.Folder == general {
		i.toDo("set `platform.grafana.folder`: the folder %s has no permissions of its own", general)
		return
	}
	if settings.Volume.Size != "" {
		i.value("grafana.persistence", "permissions are kept on a volume of %s", settings.Volume.Size)
	} else {
		i.toDo("set `platform.grafana.storage`, or give Grafana a database: without one permissions are lost with the pod")
	}
	i.toDo("once, and after each loss of Grafana's volume: viewers may %s, editors may %s",
		may(settings.Permissions.Viewer), may(settings.Permissions.Editor))
	var roles []string
	for _, role := range []struct{ name, may string }{{"Viewer", settings.Permissions.Viewer}, {"Editor", settings.Permissions.Editor}} {
		if level := levels[role.may]; level > 0 {
			roles = append(roles, fmt.Sprintf(`{"role":%q,"permission":%d}`, role.name, level))
		}
	}
	i.Commands = append(i.Commands, strings.Join([]string{
		"# curl asks for the administrator's password",
		"GRAFANA=" + quote(settings.URL) + " FOLDER=" + quote(settings.Folder) + " ADMIN=admin",
		`uid=$(curl --fail --silent --user "$ADMIN" "$GRAFANA/api/folders?limit=1000" | jq --raw-output --arg title "$FOLDER" '.[] | select(.title == $title).uid')`,
		`curl --fail --user "$ADMIN" --header 'Content-Type: application/json' \`,
		"  --data " + quote(`{"items":[`+strings.Join(roles, ",")+`]}`) + ` "$GRAFANA/api/folders/$uid/permissions"`,
	}, "\n"))
}

func may(permission string) string {
	if permission == "none" {
		return "do nothing"
	}
	return permission
}

func tls(p *ir.Program, i *Item) {
	ingress := p.Platform.Grafana.Ingress
	if ingress == nil {
		i.toDo("set `platform.grafana.ingress`, and `platform.grafana.url` to an https address; or let nobody outside of the cluster reach Grafana")
	} else {
		i.value("grafana.ingress", "https://%s leads to Grafana", ingress.Host)
		i.value(`grafana."grafana.ini".security.cookie_secure`, "sessions are sent over TLS alone")
		if ingress.Issuer != "" {
			i.toDo("see that the cert-manager ClusterIssuer %s has filled Secret %s", ingress.Issuer, ingress.TLSSecret)
		} else {
			i.toDo("put the certificate of %s into Secret %s of namespace %s, and renew it before it ends", ingress.Host, ingress.TLSSecret, p.Platform.Namespace)
		}
		i.toDo("let the name %s lead to the ingress controller", ingress.Host)
	}
	i.toDo("give Prometheus and Alertmanager no ingress: neither asks who you are; people reach them by kubectl port-forward")
}

func backup(p *ir.Program, i *Item) {
	settings := p.Platform.Prometheus
	if store := settings.Thanos; store != nil {
		i.value("prometheus.prometheusSpec.thanos", "a sidecar copies each block of two hours to %s", store)
		i.value("prometheus.thanosService", "Thanos' queriers find the sidecars")
		if store.Secret != nil {
			i.toDo("create Secret %s in namespace %s, with Thanos' configuration of the store under the key %s", store.Secret.Name, p.Platform.Namespace, store.Secret.Key)
		} else {
			i.toDo("make %s, and let the identity of Prometheus' pods write to it", store)
		}
		i.toDo("run Thanos' compactor and store gateway, and read a day of last month from %s once", store)
	}
	if remote := settings.RemoteWrite; remote != nil {
		i.value("prometheus.prometheusSpec.remoteWrite", "every sample is sent to %s%s", remote.URL, ofTenant(remote.Tenant))
		for _, secret := range []*ir.Secret{remote.Token, remote.User, remote.Password} {
			if secret != nil {
				i.toDo("create key %s of Secret %s in namespace %s", secret.Key, secret.Name, p.Platform.Namespace)
			}
		}
		if settings.Replicas > 1 {
			i.toDo("let the store drop doubles by the label `prometheus_replica`: each of the %d replicas sends all samples", settings.Replicas)
		}
	}
	if settings.Thanos == nil && settings.RemoteWrite == nil {
		i.toDo("set `platform.prometheus.thanos` or `platform.prometheus.remoteWrite`: until then the samples exist in this cluster alone")
	}
}

func availability(p *ir.Program, i *Item) {
	servers := []struct {
		name, field, key string
		replicas         int
		apart            string
	}{
		{"Prometheus", "platform.prometheus", "prometheus.prometheusSpec", p.Platform.Prometheus.Replicas, p.Platform.Prometheus.AntiAffinity},
		{"Alertmanager", "platform.alertmanager", "alertmanager.alertmanagerSpec", p.Platform.Alertmanager.Replicas, p.Platform.Alertmanager.AntiAffinity},
	}
	for _, server := range servers {
		i.value(server.key+".replicas", "%s of %s", plural(server.replicas, "replica", "replicas"), server.name)
		if server.replicas > 1 {
			i.value(server.key+".podAntiAffinity", "they are kept on nodes of their own, %s", map[string]string{
				"soft": "where there are enough", "hard": "in any case: there must be as many nodes"}[server.apart])
		}
		if server.replicas < wantedReplicas {
			i.toDo("set `%s.replicas` to 3", server.field)
		}
	}
	if volume := p.Platform.Alertmanager.Volume.Size; volume != "" {
		i.value("alertmanager.alertmanagerSpec.storage", "silences are kept on a volume of %s", volume)
	} else {
		i.toDo("set `platform.alertmanager.storage`: silences are lost when all replicas restart")
	}
}

func ofTenant(tenant string) string {
	if tenant == "" {
		return ""
	}
	return ", for tenant " + tenant
}
