package phab_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"reviewsync/phab"
)

// delivery is a recorded request of a Herald webhook.
type delivery struct {
	Key     string            `json:"hmacKey"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
}

func (d delivery) signature() string { return d.Headers["X-Phabricator-Webhook-Signature"] }

// delivered loads the recording of a webhook, of whichever version.
func delivered(t testing.TB, name string) delivery {
	t.Helper()
	files, err := filepath.Glob("../testdata/phorge/*/webhook-" + name + ".json")
	if err != nil || len(files) != 1 {
		t.Fatalf("recording %s: %v, %v", name, files, err)
	}
	b, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	var d delivery
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	if d.Key == "" || d.signature() == "" || d.Body == "" {
		t.Fatalf("recording %s lacks something: %+v", name, d)
	}
	return d
}

func sign(key string, body []byte) string {
	h := hmac.New(sha256.New, []byte(key))
	h.Write(body)
	return hex.EncodeToString(h.Sum(nil))
}

func TestRecordedWebhooks(t *testing.T) {
	for name, want := range map[string]phab.Webhook{
		"task-two-transactions": {
			Type: "TASK", PHID: "PHID-TASK-ispamf45yhseam3lx4gh", Epoch: time.Unix(1795355388, 0).UTC(),
			Transactions: []string{"PHID-XACT-TASK-5ladcbes6shoj7l", "PHID-XACT-TASK-qgnzvvkd2ngk4gr"},
		},
		"task-noop-edit": {Type: "TASK", PHID: "PHID-TASK-ispamf45yhseam3lx4gh", Epoch: time.Unix(1795355388, 0).UTC()},
		"project": {
			Type: "PROJ", PHID: "PHID-PROJ-2nbieemvfssx4qcuxgdk", Epoch: time.Unix(1795355387, 0).UTC(),
			Transactions: []string{"PHID-XACT-PROJ-vo7vcxggt75x7sm", "PHID-XACT-PROJ-xuiudas3kevadzb", "PHID-XACT-PROJ-owi6jqzdc4je5aa"},
		},
		"task-test-call": {
			Type: "TASK", PHID: "PHID-TASK-5uncr3cbpoa4xcpwvfp7", Epoch: time.Unix(1795431314, 0).UTC(), Test: true,
			Transactions: []string{
				"PHID-XACT-TASK-l6bexi5hbuevttj", "PHID-XACT-TASK-nuc5pu64jjczik4", "PHID-XACT-TASK-aj6qdu2bt2m45xd",
				"PHID-XACT-TASK-i7aamc6hqmwzmps", "PHID-XACT-TASK-v7jbd353jcsdwgc", "PHID-XACT-TASK-gpohefaothcyocx",
				"PHID-XACT-TASK-u27iadkdmkxbfll", "PHID-XACT-TASK-opeuj65decutgkr", "PHID-XACT-TASK-45jdxj27amy2lns",
				"PHID-XACT-TASK-m7setccv66wwnns",
			},
		},
	} {
		d := delivered(t, name)
		for _, signature := range []string{d.signature(), strings.ToUpper(d.signature())} {
			got, err := phab.ReadWebhook(d.Key, signature, []byte(d.Body))
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestWebhookWithoutItsSignature(t *testing.T) {
	d := delivered(t, "task-two-transactions")
	other := delivered(t, "task-noop-edit")
	for name, c := range map[string]struct{ key, signature, body string }{
		"none":                 {d.Key, "", d.Body},
		"of another body":      {d.Key, other.signature(), d.Body},
		"of another key":       {d.Key, sign("other", []byte(d.Body)), d.Body},
		"without a key":        {"", sign("", []byte(d.Body)), d.Body},
		"cut":                  {d.Key, d.signature()[:62], d.Body},
		"too long":             {d.Key, d.signature() + "00", d.Body},
		"no hex":               {d.Key, strings.Repeat("z", 64), d.Body},
		"with spaces":          {d.Key, " " + d.signature(), d.Body},
		"of the body, cut":     {d.Key, d.signature(), d.Body[:len(d.Body)-1]},
		"of the body, changed": {d.Key, d.signature(), strings.Replace(d.Body, "false", "true", 1)},
		"SHA-256 without key":  {d.Key, hex.EncodeToString(func() []byte { s := sha256.Sum256([]byte(d.Body)); return s[:] }()), d.Body},
	} {
		if got, err := phab.ReadWebhook(c.key, c.signature, []byte(c.body)); !errors.Is(err, phab.ErrSignature) || got.PHID != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

// What is signed but no webhook is refused, and the error repeats nothing of it.
func TestSignedNonsense(t *testing.T) {
	for _, body := range []string{
		"", "null", "[]", `"secret"`, "secret", `{}`, `{"object":null}`, `{"object":"secret"}`, `{"object":{"type":"TASK"}}`,
		`{"object":{"type":"TASK","phid":"secret"}}`,
		`{"object":{"type":"TASK","phid":"PHID-PROJ-secret"}}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-secret\n"}}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-` + strings.Repeat("secret", 20) + `"}}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-a"},"transactions":"secret"}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-a"},"transactions":["secret"]}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-a"},"transactions":[{"phid":"secret"}]}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-a"},"action":{"epoch":"secret"}}`,
		`{"object":{"type":"TASK","phid":"PHID-TASK-a"}} secret`,
		strings.Repeat(`{"object":`, 20000),
	} {
		got, err := phab.ReadWebhook("key", sign("key", []byte(body)), []byte(body))
		if err == nil || errors.Is(err, phab.ErrSignature) || got.PHID != "" {
			t.Errorf("%.80s: %+v, %v", body, got, err)
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("%.80s: the error repeats it: %v", body, err)
		}
	}
}

func FuzzReadWebhook(f *testing.F) {
	files, err := filepath.Glob("../testdata/phorge/*/webhook-*.json")
	if err != nil || len(files) != 4 {
		f.Fatalf("recordings: %v, %v", files, err)
	}
	for _, file := range files {
		d := delivered(f, strings.TrimSuffix(strings.TrimPrefix(filepath.Base(file), "webhook-"), ".json"))
		f.Add([]byte(d.Body))
	}
	f.Add([]byte(`{"object":{"type":"TASK","phid":"PHID-TASK-a"},"transactions":{"1":{"phid":null}},"action":{"test":1,"epoch":"-5"}}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		if _, err := phab.ReadWebhook("key", sign("other", body), body); !errors.Is(err, phab.ErrSignature) {
			t.Errorf("badly signed: %v", err)
		}
		w, err := phab.ReadWebhook("key", sign("key", body), body)
		switch {
		case errors.Is(err, phab.ErrSignature):
			t.Error("refused although it is signed")
		case err != nil:
			if w.PHID != "" {
				t.Errorf("%+v beside %v", w, err)
			}
		case !strings.HasPrefix(w.PHID, "PHID-"+w.Type+"-") || len(w.PHID) > 64:
			t.Errorf("%+v", w)
		}
	})
}
