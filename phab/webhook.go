package phab

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"strings"
	"time"
)

// ErrSignature means that the signature of a webhook is missing or wrong.
var ErrSignature = errors.New("the signature of the webhook is missing or wrong")

var (
	errNoWebhook = errors.New("the body is not that of a Herald webhook")
	errNoObject  = errors.New("the webhook does not name its object")
)

// longestPHID is longer than the PHID of any object, in bytes.
const longestPHID = 64

// Webhook is the body of a Herald webhook: which object was edited, and by which transactions. For
// more, read the object. Webhooks may come late, more than once, or out of order.
type Webhook struct {
	Type         string    // of the object, such as "TASK" or "PROJ"
	PHID         string    // of the object
	Transactions []string  // PHIDs; none for an edit without effect
	Test         bool      // it was sent by "New Test Request"
	Epoch        time.Time // of the edit, by the server's clock; zero: unknown
}

// ReadWebhook decodes the body of a Herald webhook, if signature, the value of its header
// X-Phabricator-Webhook-Signature, is the hex HMAC-SHA256 of the body under the hook's key.
// Otherwise, or if there is no key, the error is ErrSignature. Errors never repeat the body, and
// are not of package remote.
//
// Source: HeraldWebhookWorker.php of Phorge.
func ReadWebhook(key, signature string, body []byte) (Webhook, error) {
	if !signed(key, signature, body) {
		return Webhook{}, ErrSignature
	}
	var b webhookBody
	if json.Unmarshal(body, &b) != nil {
		return Webhook{}, errNoWebhook
	}
	w := Webhook{Type: string(b.Object.Type), PHID: string(b.Object.PHID), Test: bool(b.Action.Test), Epoch: b.Action.Epoch.time()}
	if !isPHID(w.PHID) || !strings.HasPrefix(w.PHID, "PHID-"+w.Type+"-") {
		return Webhook{}, errNoObject
	}
	for _, x := range b.Transactions {
		if !isPHID(string(x.PHID)) {
			return Webhook{}, errNoWebhook
		}
		w.Transactions = append(w.Transactions, string(x.PHID))
	}
	return w, nil
}

type webhookBody struct {
	Object struct {
		Type text `json:"type"`
		PHID text `json:"phid"`
	} `json:"object"`
	Action struct {
		Test  truth  `json:"test"`
		Epoch number `json:"epoch"`
	} `json:"action"`
	Transactions list[struct {
		PHID text `json:"phid"`
	}] `json:"transactions"`
}

// signed compares in constant time, so that the time does not reveal the right signature.
func signed(key, signature string, body []byte) bool {
	mac, err := hex.DecodeString(signature)
	if err != nil || key == "" {
		return false
	}
	h := hmac.New(sha256.New, []byte(key))
	h.Write(body)
	return hmac.Equal(mac, h.Sum(nil))
}

// isPHID reports whether a text is a PHID, and so harmless in a log or a query.
func isPHID(s string) bool {
	odd := func(r rune) bool {
		return r != '-' && (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	}
	return strings.HasPrefix(s, "PHID-") && len(s) <= longestPHID && !strings.ContainsFunc(s, odd)
}
