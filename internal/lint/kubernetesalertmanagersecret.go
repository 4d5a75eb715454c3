package lint

import (
	"slices"
	"strings"

	"github.com/belfry-dev/belfry/internal/chart"
	"github.com/belfry-dev/belfry/internal/diag"
	"github.com/belfry-dev/belfry/internal/read"
)

var kubernetesAlertmanagerSecret = &Check{
	Code: "kubernetes/alertmanager-secret", Severity: diag.Error, Warns: true,
	Summary: "Alertmanager does not get the configuration, or a file that its receivers read",
	Why: "Prometheus' operator reads the key alertmanager.yaml of the Secret that configSecret names, else alertmanager-<name>, and " +
		"mounts under /etc/alertmanager/secrets the Secrets that the specification lists. With any other name Alertmanager runs with an empty " +
		"configuration, and a receiver without its file fails when it is needed. kube-prometheus-stack writes the Secret itself unless " +
		"useExistingSecret is true.",
	Run: func(p *Pass) {
		servers := p.alertmanagerServers()
		for i := range p.Set.Alertmanagers {
			config := &p.Set.Alertmanagers[i]
			if config.Resource != nil && config.Resource.Kind.Value == "Secret" && !p.changes(config.File) {
				notRead(p, config)
			}
			if len(servers) > 0 {
				notMounted(p, config, servers)
			}
		}
	},
}

// configKey is the key of the Secret that the operator reads (prometheus-operator, pkg/alertmanager/operator.go).
const configKey = "alertmanager.yaml"

// configSecret is a Secret that an Alertmanager of the files reads.
type configSecret struct {
	matches func(name string) bool
	say     string
	at      diag.Pos
	chart   bool // that the chart writes itself
}

// notRead reports a Secret with a configuration that no Alertmanager of the files reads.
func notRead(p *Pass, config *read.Alertmanager) {
	secrets := p.configSecrets()
	if len(secrets) == 0 {
		return
	}
	name := config.Resource.Name
	at := Place{At: name.At(), Owner: config.Resource.Pos, Name: name.Value}
	i := slices.IndexFunc(secrets, func(s configSecret) bool { return s.matches(name.Value) })
	switch {
	case i < 0:
		p.Warn(at.Noting("the Alertmanager is at %s", secrets[0].at), "name the Secret so, or name it in configSecret",
			"no Alertmanager of these files reads this Secret: it reads %s", secrets[0].say)
	case config.Key.Value != configKey:
		at.At = config.Key.At()
		report := p.Report
		if p.hasConfigKey(config.Resource) {
			report = p.Warn // a copy, or one for something else
		}
		report(at.Noting("the Alertmanager is at %s", secrets[i].at), "write "+configKey, "Alertmanager does not read the key %s, but %s",
			config.Key.Value, configKey)
	case secrets[i].chart:
		p.Warn(at.Noting("the values are at %s", secrets[i].at), "set alertmanager.alertmanagerSpec.useExistingSecret to true",
			"the chart writes this Secret itself: the two overwrite each other")
	}
}

// hasConfigKey reports whether a Secret also has the key that Alertmanager reads.
func (f *Files) hasConfigKey(secret *read.Resource) bool {
	return slices.ContainsFunc(f.Set.Alertmanagers, func(other read.Alertmanager) bool {
		return other.Resource == secret && other.Key.Value == configKey
	})
}

// configSecrets are the Secrets that the Alertmanagers of the files read.
func (f *Files) configSecrets() []configSecret {
	var all []configSecret
	exactly := func(name string, at diag.Pos, ofChart bool) {
		all = append(all, configSecret{func(other string) bool { return other == name }, name, at, ofChart})
	}
	for _, server := range f.Set.Servers {
		if server.ConfigSecret.Value != "" {
			exactly(server.ConfigSecret.Value, server.ConfigSecret.At(), false)
			continue
		}
		exactly("alertmanager-"+server.Name.Value, server.Name.At(), false)
	}
	for _, values := range f.Set.Values {
		override := values.FullnameOverride.Value
		switch {
		case values.Server == nil:
		case values.Server.ConfigSecret.Value != "":
			exactly(values.Server.ConfigSecret.Value, values.Server.ConfigSecret.At(), false)
		case override != "":
			exactly(chart.AlertmanagerSecret("", override), values.Pos, !values.UseExistingSecret)
		default:
			all = append(all, configSecret{isChartSecret, "alertmanager-<the chart's name>-alertmanager", values.Pos, !values.UseExistingSecret})
		}
	}
	return all
}

// isChartSecret reports a name that the chart's Secret can have with some release.
func isChartSecret(name string) bool {
	return strings.HasPrefix(name, "alertmanager-") && strings.HasSuffix(name, "-alertmanager")
}

// mountFolder is where the operator mounts Secrets.
const mountFolder = "/etc/alertmanager/secrets/"

// notMounted reports files of receivers in Secrets that no Alertmanager of the files mounts.
func notMounted(p *Pass, config *read.Alertmanager, servers []read.AlertmanagerServer) {
	if slices.ContainsFunc(servers, func(s read.AlertmanagerServer) bool { return s.MountsMore }) {
		return
	}
	report := p.Report
	if len(servers) > 1 {
		report = p.Warn // the configuration may be for another one, of another file
	}
	visit := func(owner diag.Pos, name string) func(read.Text) {
		return func(file read.Text) {
			below, ok := strings.CutPrefix(file.Value, mountFolder)
			secret, _, inside := strings.Cut(below, "/")
			if !ok || !inside || slices.ContainsFunc(servers, func(s read.AlertmanagerServer) bool { return mounts(s, secret) }) {
				return
			}
			report(Place{At: file.At(), Owner: owner, Name: name}, "add "+secret+" to the secrets of the Alertmanager's specification",
				"no Alertmanager of these files mounts Secret %s, which this file is in", secret)
		}
	}
	eachText(config.Global, visit(config.Pos, ""))
	for _, receiver := range config.Receivers {
		for _, integration := range receiver.Integrations {
			eachText(integration.Settings, visit(integration.Pos, receiver.Name.Value))
		}
	}
}

func mounts(server read.AlertmanagerServer, secret string) bool {
	return slices.ContainsFunc(server.Secrets, func(s read.Text) bool { return s.Value == secret })
}
