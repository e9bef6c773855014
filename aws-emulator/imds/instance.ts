/** Credentials of the instance's role, as `iam/security-credentials/ROLE` gives them out. */
export interface RoleCredentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string;
  expiration: Date;
}

/** The instance that metadata is about. What can change while it runs is a function, asked at each request. */
export interface ImdsInstance {
  instanceId: string;
  imageId: string;
  instanceType: string;
  region: string;
  accountId: string;
  availabilityZone: string;
  privateIpAddress: string;
  privateDnsName: string;
  launchTime: Date;
  /** Given out byte by byte; 404 when absent. */
  userData?: Buffer;
  /** `optional` also answers requests without a token, as IMDSv1 does. `required` when absent. */
  httpTokens?: 'required' | 'optional';
  /** Absent unless `InstanceMetadataTags` is enabled: then there is no `tags/` at all. */
  tags?(): Record<string, string>;
  /** Absent for an instance without a profile. */
  role?: {
    name: string;
    instanceProfileArn: string;
    credentials(): RoleCredentials | Promise<RoleCredentials>;
  };
  /** What `instance-life-cycle` says; `on-demand` when absent. */
  spot?: boolean;
}
