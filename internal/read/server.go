package read

// AlertmanagerServer is the operator's resource for an Alertmanager: where its configuration is, and what is mounted.
type AlertmanagerServer struct {
	Resource
	// ConfigSecret is the Secret that holds the configuration; alertmanager-<name> where it is missing.
	ConfigSecret Text
	// Secrets are mounted under /etc/alertmanager/secrets, each in a folder of its name.
	Secrets   []Text
	Retention Text
	// MountsMore says that other volumes are mounted, which may hold files of any name.
	MountsMore bool
	// MatcherStrategy is whether the routes of AlertmanagerConfigs take alerts of other namespaces: OnNamespace where it is missing.
	MatcherStrategy Text
	// Selects says that AlertmanagerConfig resources are added to the configuration.
	Selects bool
}

func (r *recogniser) server(n *node) {
	r.kinds[KindServer] = true
	read := readServer(n.get("spec"))
	read.Resource = *r.resource
	r.set.Servers = append(r.set.Servers, read)
}

// readServer reads the specification of an Alertmanager, of the resource or of the chart's values.
func readServer(spec *node) AlertmanagerServer {
	return AlertmanagerServer{
		ConfigSecret: spec.get("configSecret").scalar(), Secrets: spec.get("secrets").texts(), Retention: spec.get("retention").scalar(),
		MatcherStrategy: spec.get("alertmanagerConfigMatcherStrategy", "type").scalar(),
		MountsMore:      len(spec.get("volumeMounts").list()) > 0,
		Selects:         spec.get("alertmanagerConfigSelector").is(kindMap),
	}
}
