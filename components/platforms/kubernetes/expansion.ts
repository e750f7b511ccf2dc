/**
 * A text as Kubernetes leaves it alone: in commands, probes and variables it replaces `$(NAME)`, and writes `$` for `$$`, which
 * a shell's `$(cat file)` and `$$` must survive.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export const unexpanded = (text: string): string => text.replaceAll(/\$(?=[$(])/g, "$$$$");
