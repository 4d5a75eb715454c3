package lower

import (
	"net"
	"net/netip"
	"strconv"

	"github.com/grafana/regexp"
)

// hostName is the form of a name that is resolved: labels of DNS, with the underscore that container networks allow.
var hostName = regexp.MustCompile(`^[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?(\.[a-zA-Z0-9]([-_a-zA-Z0-9]*[a-zA-Z0-9])?)*\.?$`)

// targets checks the addresses that are scraped where there is no operator.
func (l *lowerer) targets(addresses []string) []string {
	first := map[string]bool{}
	for i, address := range addresses {
		path := indexed("service.scrape.targets", i)
		if !isAddress(address) {
			l.report("schema/format", path, `write host and port alone, such as "shop-0.shop:9090"; scheme and path are fields of their own`,
				"%q is not an address host:port", address)
		}
		if first[address] {
			l.report("names/collision", path, "write each replica once", "%s is listed twice: it would be scraped once", address)
		}
		first[address] = true
	}
	return addresses
}

// isAddress reports whether text is a name or an IP address, then a colon and a port number; IPv6 stands in brackets.
func isAddress(text string) bool {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		return false
	}
	if number, err := strconv.ParseUint(port, 10, 16); err != nil || number == 0 {
		return false
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Zone() == "" || hostName.MatchString(host)
}
