import type { Rule } from "../../core/rule";
import { noClusterAdmin } from "./bindings";
import { eksAccessEntries } from "./eks-access";
import { noEscalationVerbs } from "./escalation";
import { iamNoPrivesc } from "./iam-escalation";
import { iamNoStar } from "./iam-stars";
import { iamTrust } from "./iam-trust";
import { iamNoUserOrAdmin } from "./iam-users";
import { noPodCreate } from "./pod-creation";
import { resourcePolicyPublic } from "./resource-policies";
import { noSecretsReadWide } from "./secrets-reading";
import { dedicatedServiceAccount } from "./service-accounts";
import { iamNoStaticKeys } from "./static-keys";
import { noAutomount } from "./tokens";
import { noWildcardRbac } from "./wildcards";

/** Who may do what: in Kubernetes and in AWS. */
export const accessRules: readonly Rule[] = [
  noWildcardRbac,
  noClusterAdmin,
  noSecretsReadWide,
  noEscalationVerbs,
  noPodCreate,
  dedicatedServiceAccount,
  noAutomount,
  iamNoStar,
  iamNoPrivesc,
  iamTrust,
  iamNoUserOrAdmin,
  resourcePolicyPublic,
  eksAccessEntries,
  iamNoStaticKeys,
];
