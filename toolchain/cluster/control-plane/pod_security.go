package main

import (
	"encoding/json"
	"fmt"
	"io"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/pod-security-admission/api"
	"k8s.io/pod-security-admission/policy"
)

// pod is what is judged: what a controller would make out of a pod template.
type pod struct {
	Name     string            `json:"name"`
	Metadata metav1.ObjectMeta `json:"metadata"`
	Spec     corev1.PodSpec    `json:"podSpec"`
}

type violation struct {
	Reason string `json:"reason"`
	Detail string `json:"detail"`
}

type verdict struct {
	Name       string      `json:"name"`
	Violations []violation `json:"violations"`
}

// podSecurity reads a JSON list of pods and writes, for each, what the "restricted" standard finds: the evaluator is
// the one that the API server's admission uses. A field that Kubernetes does not know is an error, not ignored.
func podSecurity(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(in)
	decoder.DisallowUnknownFields()
	var pods []pod
	if err := decoder.Decode(&pods); err != nil {
		return fmt.Errorf("a JSON list of {name, metadata, podSpec} is expected: %w", err)
	}
	evaluator, err := policy.NewEvaluator(policy.DefaultChecks(), nil)
	if err != nil {
		return err
	}
	level := api.LevelVersion{Level: api.LevelRestricted, Version: api.LatestVersion()}
	verdicts := make([]verdict, 0, len(pods))
	for _, p := range pods {
		found := verdict{Name: p.Name, Violations: []violation{}}
		for _, result := range evaluator.EvaluatePod(level, &p.Metadata, &p.Spec) {
			if !result.Allowed {
				found.Violations = append(found.Violations, violation{result.ForbiddenReason, result.ForbiddenDetail})
			}
		}
		verdicts = append(verdicts, found)
	}
	return json.NewEncoder(out).Encode(verdicts)
}
