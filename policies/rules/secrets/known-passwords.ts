/** Passwords that images, charts and tutorials come with, in small letters. Whoever attacks tries these first. */
export const knownPasswords: ReadonlySet<string> = new Set([
  ..."minioadmin minio minio123 admin admin123 administrator root toor postgres postgresql mysql mariadb mongo".split(
    " ",
  ),
  ..."redis rabbitmq guest user test example default demo changeme change-me change_me changeit changeme123".split(
    " ",
  ),
  ..."password password1 password123 passw0rd p@ssw0rd pass secret supersecret topsecret mysecret".split(" "),
  ..."mysecretpassword my-secret-pw qwerty letmein welcome 1234 12345 123456 1234567 12345678 123456789".split(
    " ",
  ),
  ..."elastic kibana opensearch jupyter grafana prom-operator labelstudio label-studio heartexlabs mlflow".split(
    " ",
  ),
  ..."weaviate airflow superset keycloak clickhouse zabbix sonar jenkins nexus vagrant semblance ollama".split(
    " ",
  ),
  // Asked for by OpenSearch's documentation, and copied from it.
  "myStrongPassword123!".toLowerCase(),
]);
