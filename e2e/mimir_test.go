package e2e

import (
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
)

// mimirTenant is whose rules and samples they are.
const mimirTenant = "shops"

// mimirServer is a whole Mimir in one process.
type mimirServer struct{ server }

// mimirConfig is Mimir on the loopback interface alone, with its own limits.
const mimirConfig = `
multitenancy_enabled: true
usage_stats: {enabled: false}
server: {http_listen_address: 127.0.0.1, http_listen_port: %[2]s, grpc_listen_address: 127.0.0.1, grpc_listen_port: %[3]s, log_level: warn}
memberlist: {bind_addr: [127.0.0.1], bind_port: %[4]s}
common: {storage: {backend: filesystem, filesystem: {dir: %[1]s/objects}}}
blocks_storage: {storage_prefix: blocks, tsdb: {dir: %[1]s/tsdb}, bucket_store: {sync_dir: %[1]s/sync}}
ruler_storage: {storage_prefix: rules}
alertmanager_storage: {storage_prefix: alerts}
activity_tracker: {filepath: ""}
compactor: {data_dir: %[1]s/compactor, sharding_ring: {instance_addr: 127.0.0.1}}
distributor: {ring: {instance_addr: 127.0.0.1}}
ingester: {ring: {instance_addr: 127.0.0.1, replication_factor: 1, min_ready_duration: 0s}}
store_gateway: {sharding_ring: {instance_addr: 127.0.0.1, replication_factor: 1}}
frontend: {address: 127.0.0.1}
query_scheduler: {ring: {instance_addr: 127.0.0.1}}
ruler:
  alertmanager_url: "%[5]s"
  rule_path: %[1]s/ruler
  poll_interval: 2s
  outbound_sync_queue_poll_interval: 500ms
  inbound_sync_queue_poll_interval: 500ms
  ring: {instance_addr: 127.0.0.1}
limits: {ruler_evaluation_delay_duration: %[6]s}
`

// startMimir runs Mimir, which sends alerts to the Alertmanager, or nowhere.
func startMimir(t *testing.T, alertmanager string) mimirServer {
	t.Helper()
	address, folder := freeAddress(t), t.TempDir()
	port := func(address string) string {
		_, port, err := net.SplitHostPort(address)
		if err != nil {
			t.Fatal(err)
		}
		return port
	}
	config := write(t, "mimir.yaml", fmt.Appendf(nil, mimirConfig, folder, port(address), port(freeAddress(t)), port(freeAddress(t)), alertmanager, rulerDelay))
	return mimirServer{startAt(t, address, "/ready", folder, built(t, "mimir"), "-config.file="+config)}
}

// load loads a rule file with the tool that is Mimir's own, and returns what that printed.
func (m mimirServer) load(t *testing.T, file string) (string, error) {
	t.Helper()
	text, err := attempt(t, filepath.Dir(file), built(t, "mimirtool"), "rules", "load", "--id="+mimirTenant, "--address="+m.address, file)
	return strings.TrimSpace(text), err
}
