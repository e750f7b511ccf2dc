import { Instance } from "@pulumi/aws/rds/instance";
import { ParameterGroup } from "@pulumi/aws/rds/parameterGroup";
import { SubnetGroup } from "@pulumi/aws/rds/subnetGroup";
import * as pulumi from "@pulumi/pulumi";
import type { AwsSettings } from "../../config/aws";
import type { Login } from "../../core/values";
import type { ClusterFacts } from "./cluster";
import { clusterDoor } from "./data-access";
import { logGroupNames } from "./key-policies";
import type { Keys } from "./keys";
import { logGroup } from "./logs";
import type { NetworkFacts } from "./network";
import { awsRefusesDeletion, type DataProtection, dataOptions } from "./protection";
import type { AwsScope } from "./scope";
import { rdsAuthority, RDS_AUTHORITY } from "./trust";

/** Args of `Database`. */
export interface DatabaseArgs {
  readonly scope: AwsScope;
  readonly keys: Keys;
  readonly network: NetworkFacts;
  readonly cluster: ClusterFacts;
  readonly settings: AwsSettings["postgres"];
  /** Who makes the clients' roles and databases. */
  readonly administrator: Login;
  readonly logDays: number;
  readonly dataProtection: DataProtection;
}

const PORT = 5432;

/** PostgreSQL that AWS runs: in two zones, over TLS only, restorable to any second, with a last snapshot when it goes. */
export class Database extends pulumi.ComponentResource {
  readonly host: pulumi.Output<string>;
  readonly port = PORT;
  /** Who makes the clients' roles and databases. It is no superuser: RDS keeps that to itself. */
  readonly administrator: Login;
  /** Certificate of the authority that signed the server's. */
  readonly caCertificate: string;
  readonly readyWhen: readonly pulumi.Resource[];

  constructor(
    private readonly name: string,
    private readonly args: DatabaseArgs,
    opts: pulumi.ComponentResourceOptions,
  ) {
    super("semblance:aws:Database", name, {}, opts);
    this.administrator = args.administrator;
    this.caCertificate = rdsAuthority(args.scope.region);
    const instance = this.instance();
    this.host = instance.address;
    this.readyWhen = [instance];
    this.registerOutputs({ host: this.host });
  }

  private instance(): Instance {
    const { scope, keys, network, settings, administrator, logDays, dataProtection } = this.args;
    const identifier = `${scope.prefix}-postgres`;
    const logs = (["postgresql", "upgrade"] as const).map((log) =>
      logGroup(
        `${this.name}-${log}`,
        { name: logGroupNames.database(scope, log), days: logDays, keys, dataProtection },
        this,
      ),
    );
    const subnets = new SubnetGroup(
      `${this.name}-subnets`,
      { name: identifier, description: identifier, subnetIds: [...network.dataSubnetIds] },
      { parent: this },
    );
    return new Instance(
      `${this.name}-postgres`,
      {
        identifier,
        engine: "postgres",
        engineVersion: settings.version,
        // AWS picks the newest minor version of the one that is asked for, and says which it is.
        autoMinorVersionUpgrade: true,
        allowMajorVersionUpgrade: false,
        instanceClass: settings.instanceClass,
        allocatedStorage: settings.storageGiB,
        maxAllocatedStorage: settings.maxStorageGiB,
        storageType: "gp3",
        storageEncrypted: true,
        kmsKeyId: keys.arn("rds"),
        multiAz: settings.multiAz,
        dbSubnetGroupName: subnets.name,
        vpcSecurityGroupIds: [
          clusterDoor(`${this.name}-door`, { ...this.args, service: "postgres", port: PORT }, this),
        ],
        publiclyAccessible: false,
        port: PORT,
        username: administrator.username,
        password: administrator.password.unwrap(),
        parameterGroupName: this.parameters().name,
        caCertIdentifier: RDS_AUTHORITY,
        backupRetentionPeriod: settings.backupDays,
        backupWindow: "02:00-03:00",
        maintenanceWindow: "sun:03:30-sun:04:30",
        copyTagsToSnapshot: true,
        deleteAutomatedBackups: false,
        skipFinalSnapshot: false,
        finalSnapshotIdentifier: `${identifier}-final`,
        deletionProtection: awsRefusesDeletion(dataProtection),
        enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
        databaseInsightsMode: "standard",
        performanceInsightsEnabled: true,
        performanceInsightsKmsKeyId: keys.arn("rds"),
        performanceInsightsRetentionPeriod: 7,
        tags: { Name: identifier },
      },
      {
        parent: this,
        dependsOn: logs,
        ...dataOptions(dataProtection),
        customTimeouts: { create: "60m", update: "90m", delete: "60m" },
      },
    );
  }

  private parameters(): ParameterGroup {
    const { scope, settings } = this.args;
    const major = settings.version.split(".")[0] ?? settings.version;
    return new ParameterGroup(
      `${this.name}-parameters`,
      {
        name: `${scope.prefix}-postgres${major}`,
        family: `postgres${major}`,
        description: "TLS only, SCRAM only",
        parameters: [
          { name: "rds.force_ssl", value: "1" },
          { name: "ssl_min_protocol_version", value: "TLSv1.2" },
          { name: "password_encryption", value: "scram-sha-256" },
          { name: "log_connections", value: "1" },
          { name: "log_min_duration_statement", value: "2000" },
        ],
      },
      { parent: this },
    );
  }
}
