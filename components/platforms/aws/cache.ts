import { ParameterGroup } from "@pulumi/aws/elasticache/parameterGroup";
import { ReplicationGroup } from "@pulumi/aws/elasticache/replicationGroup";
import { SubnetGroup } from "@pulumi/aws/elasticache/subnetGroup";
import { User } from "@pulumi/aws/elasticache/user";
import { UserGroup } from "@pulumi/aws/elasticache/userGroup";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/aws";
import type { Login } from "../../core/values";
import type { ClusterFacts } from "./cluster";
import { clusterDoor } from "./data-access";
import { logGroupNames } from "./key-policies";
import type { Keys } from "./keys";
import { logGroup } from "./logs";
import type { NetworkFacts } from "./network";
import { type DataProtection, dataOptions } from "./protection";
import type { AwsScope } from "./scope";
import { AMAZON_ROOT } from "./trust";

/** A client of the cache: its login, and its rights in the words of an ACL line after the password. */
export interface CacheUser {
  readonly login: Login;
  /** Such as `~rq:* &rq:* -@all +@read`. */
  readonly rights: string;
}

/** Args of `Cache`. */
export interface CacheArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  readonly network: NetworkFacts;
  readonly cluster: ClusterFacts;
  readonly settings: AwsSettings["redis"];
  /** By the client's name. Nobody else gets in: there is no default user. */
  readonly users: Readonly<Record<string, CacheUser>>;
  readonly logDays: number;
  readonly dataProtection: DataProtection;
}

const PORT = 6379;
const ENGINE = "valkey";

/** Valkey that AWS runs, for clients of Redis: over TLS only, a user with its own key patterns per client, a replica in another zone. */
export class Cache extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  /** Certificate of the authority that signed the server's. */
  readonly caCertificate = AMAZON_ROOT;
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: CacheArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Cache", name, {}, opts);
    const group = this.replicationGroup(this.users());
    this.host = group.primaryEndpointAddress;
    this.readyWhen = [group];
    this.registerOutputs({ host: this.host });
  }

  private users(): pulumi.Output<string> {
    const { scope, users } = this.args;
    const made = Object.entries(users).map(
      ([client, { login, rights }]) =>
        new User(
          `${this.name}-user-${client}`,
          {
            userId: `${scope.prefix}-${client}`,
            userName: login.username,
            engine: ENGINE,
            accessString: `on ${rights}`,
            authenticationMode: { type: "password", passwords: [login.password.unwrap()] },
          },
          { parent: this },
        ),
    );
    return new UserGroup(
      `${this.name}-users`,
      { userGroupId: `${scope.prefix}-redis`, engine: ENGINE, userIds: made.map(({ userId }) => userId) },
      { parent: this },
    ).userGroupId;
  }

  private replicationGroup(users: pulumi.Output<string>): ReplicationGroup {
    const { scope, keys, network, settings, logDays, dataProtection } = this.args;
    const id = `${scope.prefix}-redis`;
    const logs = logGroup(
      `${this.name}-slow`,
      { name: logGroupNames.cache(scope), days: logDays, keys, dataProtection },
      this,
    );
    const subnets = new SubnetGroup(
      `${this.name}-subnets`,
      { name: id, description: id, subnetIds: [...network.dataSubnetIds] },
      { parent: this },
    );
    const parameters = new ParameterGroup(
      `${this.name}-parameters`,
      {
        name: `${scope.prefix}-valkey8`,
        family: "valkey8",
        description: "Jobs and sessions are not evicted",
        parameters: [{ name: "maxmemory-policy", value: "noeviction" }],
      },
      { parent: this },
    );
    return new ReplicationGroup(
      `${this.name}-redis`,
      {
        replicationGroupId: id,
        description: `Queue, cache and sessions of ${scope.prefix}`,
        engine: ENGINE,
        engineVersion: "8.0",
        nodeType: settings.nodeType,
        numCacheClusters: settings.nodes,
        automaticFailoverEnabled: true,
        multiAzEnabled: true,
        parameterGroupName: parameters.name,
        subnetGroupName: subnets.name,
        securityGroupIds: [
          clusterDoor(`${this.name}-door`, { ...this.args, service: "redis", port: PORT }, this),
        ],
        port: PORT,
        transitEncryptionEnabled: true,
        transitEncryptionMode: "required",
        atRestEncryptionEnabled: true,
        kmsKeyId: keys.arn("rds"),
        userGroupIds: [users],
        snapshotRetentionLimit: settings.snapshotDays,
        snapshotWindow: "01:00-02:00",
        maintenanceWindow: "sun:04:30-sun:05:30",
        finalSnapshotIdentifier: `${id}-final`,
        autoMinorVersionUpgrade: true,
        applyImmediately: false,
        logDeliveryConfigurations: [
          {
            destination: logs.name,
            destinationType: "cloudwatch-logs",
            logFormat: "json",
            logType: "slow-log",
          },
        ],
        tags: { Name: id },
      },
      {
        parent: this,
        dependsOn: [logs],
        ...dataOptions(dataProtection),
        customTimeouts: { create: "60m", update: "60m", delete: "60m" },
      },
    );
  }
}
