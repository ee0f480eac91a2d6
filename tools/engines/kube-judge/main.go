// The program kube-judge holds Kubernetes objects to the code that clusters run: the API server's schemas and
// rules for custom resources, the Go types of who reads them, the admission of the Prometheus operator and its
// reading of Alertmanager's configuration; and it has the variables of a folder substituted as Flux does.
//
// usage: kube-judge FILE... | kube-judge -substitute FOLDER
//
// It prints how many objects of each kind each judge has seen, and what they object to, as JSON. What no judge
// knows is an objection too.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"sigs.k8s.io/yaml"
)

// A judge knows some kinds, and says what is wrong with an object of these.
type judge struct {
	name  string
	knows func(kind string) bool
	asks  func(object document) []string
}

// A document is an object as it was written, and as data.
type document struct {
	text []byte
	*unstructured.Unstructured
}

// kindOf tells "monitoring.coreos.com/v1 PrometheusRule".
func (d document) kindOf() string { return d.GetAPIVersion() + " " + d.GetKind() }

type verdict struct {
	Judged   map[string]map[string]int `json:"judged"`
	Problems []string                  `json:"problems"`
}

func main() {
	arguments, found := os.Args[1:], verdict{Judged: map[string]map[string]int{}, Problems: []string{}}
	var err error
	switch {
	case len(arguments) == 2 && arguments[0] == "-substitute":
		err = found.substitute(arguments[1])
	case len(arguments) > 0:
		err = found.judgeAll(arguments)
	default:
		err = errors.New("usage: kube-judge FILE... | kube-judge -substitute FOLDER")
	}
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(found)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func (v *verdict) judgeAll(paths []string) error {
	schemas, err := schemaJudge()
	if err != nil {
		return err
	}
	judges := []judge{schemas, typesJudge(), admissionJudge(), configJudge()}
	for _, path := range paths {
		objects, err := read(path)
		if err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
		for _, object := range objects {
			v.judge(path, object, judges)
		}
	}
	return nil
}

func (v *verdict) judge(path string, object document, judges []judge) {
	kind := object.kindOf()
	where := fmt.Sprintf("%s: %s %s", path, kind, object.GetName())
	for _, each := range judges {
		if !each.knows(kind) {
			continue
		}
		v.seen(kind, each.name)
		for _, words := range each.asks(object) {
			v.Problems = append(v.Problems, fmt.Sprintf("%s: %s: %s", where, each.name, words))
		}
	}
	if v.Judged[kind] == nil {
		v.Problems = append(v.Problems, where+": nobody here knows this kind")
	}
}

func (v *verdict) seen(kind, judge string) {
	if v.Judged[kind] == nil {
		v.Judged[kind] = map[string]int{}
	}
	v.Judged[kind][judge]++
}

// read gives the documents of a file.
func read(path string) ([]document, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	var found []document
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		text, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return found, nil
		}
		if err != nil {
			return nil, err
		}
		data, err := yaml.YAMLToJSONStrict(text)
		if err != nil {
			return nil, err
		}
		object := &unstructured.Unstructured{}
		if err := object.UnmarshalJSON(data); err != nil {
			return nil, err
		}
		found = append(found, document{data, object})
	}
}
