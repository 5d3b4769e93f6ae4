package testworld

import (
	"fmt"

	"reviewsync/phab/phabtest"
)

// Below makes Phabricator answer that a project is below the others.
func Below(phid string) func(r phabtest.Request) *phabtest.Fault {
	return func(r phabtest.Request) *phabtest.Fault {
		where, _ := r.Params["constraints"].(map[string]any)
		if r.Method != "project.search" || where["ancestors"] == nil {
			return nil
		}
		return phabtest.JSON(fmt.Sprintf(`{"result":{"data":[{"id":9,"phid":%q,"fields":{"name":"Sprint 3","slug":null,"milestone":3,"status":"active"}}],`+
			`"cursor":{"after":null}},"error_code":null,"error_info":null}`, phid))
	}
}
