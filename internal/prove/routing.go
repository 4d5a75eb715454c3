package prove

import "github.com/belfry-dev/belfry/internal/notify"

// checkRouting looks at all alerts together: an alert that is proven on its own may never be told, because another inhibits it, or
// may wake people a second time for what another pages of already.
func (in *Input) checkRouting(proofs []Proof) {
	if in.Notify == nil {
		return
	}
	for _, finding := range in.Notify.Audit(notify.AlertsOf(in.Program), notify.ScenariosOf(in.Program)...) {
		for i := range proofs {
			if finding.Alert != "" && proofs[i].Alert.Name == finding.Alert && proofs[i].Fires() {
				proofs[i].Verdict, proofs[i].Reason = Unproven, finding.Message
			}
		}
	}
}
