import { defined } from '../../../core/defined';
/** An operation of a REST API: its method and path, where `{name}` is one part and `{name+}` the rest. */
export interface Route {
  readonly method: string;
  readonly path: string;
  readonly operation: string;
  /** The permission's name, where it is not the operation's. */
  readonly permission?: string;
}

const route = (line: string): Route => {
  const [operation = '', method = '', path = '', permission] = line.trim().split(/\s+/);
  return { method, path, operation, ...defined({ permission }) };
};
const routes = (text: string): Route[] => text.trim().split('\n').map(route);

/**
 * The REST services whose calls are checked, by signing name. Methods and paths are those of each service's API
 * reference. What is not here is refused by name, so that a new call is noticed.
 */
export const restRoutes: Readonly<Record<string, readonly Route[]>> = {
  route53: routes(`
    ChangeResourceRecordSets  POST /2013-04-01/hostedzone/{zone}/rrset
    ListResourceRecordSets    GET  /2013-04-01/hostedzone/{zone}/rrset
    GetHostedZone             GET  /2013-04-01/hostedzone/{zone}
    ListHostedZones           GET  /2013-04-01/hostedzone
    ListHostedZonesByName     GET  /2013-04-01/hostedzonesbyname
    GetChange                 GET  /2013-04-01/change/{change}
    ListTagsForResource       GET  /2013-04-01/tags/{kind}/{id}
  `),
  lambda: routes(`
    Invoke                              POST   /2015-03-31/functions/{function}/invocations InvokeFunction
    GetPolicy                           GET    /2015-03-31/functions/{function}/policy
    GetAccountSettings                  GET    /2016-08-19/account-settings
    AddPermission                       POST   /2015-03-31/functions/{function}/policy
    RemovePermission                    DELETE /2015-03-31/functions/{function}/policy/{statement}
    GetFunction                         GET    /2015-03-31/functions/{function}
    GetProvisionedConcurrencyConfig     GET    /2019-09-30/functions/{function}/provisioned-concurrency
    PutProvisionedConcurrencyConfig     PUT    /2019-09-30/functions/{function}/provisioned-concurrency
    DeleteProvisionedConcurrencyConfig  DELETE /2019-09-30/functions/{function}/provisioned-concurrency
  `),
  eks: routes(`
    ListClusters                   GET    /clusters
    CreateCluster                  POST   /clusters
    DescribeCluster                GET    /clusters/{cluster}
    DeleteCluster                  DELETE /clusters/{cluster}
    UpdateClusterConfig            POST   /clusters/{cluster}/update-config
    UpdateClusterVersion           POST   /clusters/{cluster}/updates
    AssociateEncryptionConfig      POST   /clusters/{cluster}/encryption-config/associate
    DescribeUpdate                 GET    /clusters/{cluster}/updates/{update}
    ListUpdates                    GET    /clusters/{cluster}/updates
    ListAccessEntries              GET    /clusters/{cluster}/access-entries
    CreateAccessEntry              POST   /clusters/{cluster}/access-entries
    DescribeAccessEntry            GET    /clusters/{cluster}/access-entries/{principal}
    UpdateAccessEntry              POST   /clusters/{cluster}/access-entries/{principal}
    DeleteAccessEntry              DELETE /clusters/{cluster}/access-entries/{principal}
    ListAssociatedAccessPolicies   GET    /clusters/{cluster}/access-entries/{principal}/access-policies
    AssociateAccessPolicy          POST   /clusters/{cluster}/access-entries/{principal}/access-policies
    DisassociateAccessPolicy       DELETE /clusters/{cluster}/access-entries/{principal}/access-policies/{policy}
    ListNodegroups                 GET    /clusters/{cluster}/node-groups
    CreateNodegroup                POST   /clusters/{cluster}/node-groups
    DescribeNodegroup              GET    /clusters/{cluster}/node-groups/{part}
    DeleteNodegroup                DELETE /clusters/{cluster}/node-groups/{part}
    UpdateNodegroupConfig          POST   /clusters/{cluster}/node-groups/{part}/update-config
    UpdateNodegroupVersion         POST   /clusters/{cluster}/node-groups/{part}/update-version
    ListAddons                     GET    /clusters/{cluster}/addons
    CreateAddon                    POST   /clusters/{cluster}/addons
    DescribeAddon                  GET    /clusters/{cluster}/addons/{part}
    DeleteAddon                    DELETE /clusters/{cluster}/addons/{part}
    UpdateAddon                    POST   /clusters/{cluster}/addons/{part}/update
    ListPodIdentityAssociations    GET    /clusters/{cluster}/pod-identity-associations
    CreatePodIdentityAssociation   POST   /clusters/{cluster}/pod-identity-associations
    DescribePodIdentityAssociation GET    /clusters/{cluster}/pod-identity-associations/{part}
    UpdatePodIdentityAssociation   POST   /clusters/{cluster}/pod-identity-associations/{part}
    DeletePodIdentityAssociation   DELETE /clusters/{cluster}/pod-identity-associations/{part}
    ListFargateProfiles            GET    /clusters/{cluster}/fargate-profiles
    DescribeAddonVersions          GET    /addons/supported-versions
    DescribeAddonConfiguration     GET    /addons/configuration-schemas
    DescribeClusterVersions        GET    /cluster-versions
    ListTagsForResource            GET    /tags/{arn}
    TagResource                    POST   /tags/{arn}
    UntagResource                  DELETE /tags/{arn}
  `),
  elasticfilesystem: routes(`
    DescribeFileSystems               GET    /2015-02-01/file-systems
    CreateFileSystem                  POST   /2015-02-01/file-systems
    UpdateFileSystem                  PUT    /2015-02-01/file-systems/{FileSystemId}
    DeleteFileSystem                  DELETE /2015-02-01/file-systems/{FileSystemId}
    DescribeLifecycleConfiguration    GET    /2015-02-01/file-systems/{FileSystemId}/lifecycle-configuration
    PutLifecycleConfiguration         PUT    /2015-02-01/file-systems/{FileSystemId}/lifecycle-configuration
    DescribeBackupPolicy              GET    /2015-02-01/file-systems/{FileSystemId}/backup-policy
    PutBackupPolicy                   PUT    /2015-02-01/file-systems/{FileSystemId}/backup-policy
    DescribeFileSystemPolicy          GET    /2015-02-01/file-systems/{FileSystemId}/policy
    PutFileSystemPolicy               PUT    /2015-02-01/file-systems/{FileSystemId}/policy
    DescribeMountTargets              GET    /2015-02-01/mount-targets
    CreateMountTarget                 POST   /2015-02-01/mount-targets
    DeleteMountTarget                 DELETE /2015-02-01/mount-targets/{MountTargetId}
    DescribeMountTargetSecurityGroups GET    /2015-02-01/mount-targets/{MountTargetId}/security-groups
    DescribeAccessPoints              GET    /2015-02-01/access-points
    CreateAccessPoint                 POST   /2015-02-01/access-points
    DeleteAccessPoint                 DELETE /2015-02-01/access-points/{AccessPointId}
    TagResource                       POST   /2015-02-01/resource-tags/{ResourceId}
  `),
  backup: routes(`
    DescribeRegionSettings          GET    /account-settings
    UpdateRegionSettings            PUT    /account-settings
    ListBackupVaults                GET    /backup-vaults
    CreateBackupVault               PUT    /backup-vaults/{vault}
    DeleteBackupVault               DELETE /backup-vaults/{vault}
    ListRecoveryPointsByBackupVault GET    /backup-vaults/{vault}/recovery-points
    DeleteRecoveryPoint             DELETE /backup-vaults/{vault}/recovery-points/{point}
    ListBackupPlans                 GET    /backup/plans
    CreateBackupPlan                PUT    /backup/plans
    GetBackupPlan                   GET    /backup/plans/{plan}
    UpdateBackupPlan                POST   /backup/plans/{plan}
    DeleteBackupPlan                DELETE /backup/plans/{plan}
    ListBackupSelections            GET    /backup/plans/{plan}/selections
    CreateBackupSelection           PUT    /backup/plans/{plan}/selections
    GetBackupSelection              GET    /backup/plans/{plan}/selections/{selection}
    DeleteBackupSelection           DELETE /backup/plans/{plan}/selections/{selection}
    StartBackupJob                  PUT    /backup-jobs
    DescribeBackupJob               GET    /backup-jobs/{job}
    StartRestoreJob                 PUT    /restore-jobs
    DescribeRestoreJob              GET    /restore-jobs/{job}
    ListTags                        GET    /tags/{arn}
    TagResource                     POST   /tags/{arn}
  `),
  // Path-style addresses, which clients use for an endpoint without a name.
  s3: routes(`
    GetBucketLocation GET /{bucket}?location
    GetBucketTagging GET /{bucket}?tagging
    PutBucketTagging PUT /{bucket}?tagging
    GetBucketEncryption GET /{bucket}?encryption GetEncryptionConfiguration
    PutBucketEncryption PUT /{bucket}?encryption PutEncryptionConfiguration
    GetPublicAccessBlock GET /{bucket}?publicAccessBlock GetBucketPublicAccessBlock
    PutPublicAccessBlock PUT /{bucket}?publicAccessBlock PutBucketPublicAccessBlock
    GetBucketVersioning GET /{bucket}?versioning
    PutBucketVersioning PUT /{bucket}?versioning
    GetBucketPolicy GET /{bucket}?policy
    PutBucketPolicy PUT /{bucket}?policy
    GetBucketLifecycleConfiguration GET /{bucket}?lifecycle GetLifecycleConfiguration
    PutBucketLifecycleConfiguration PUT /{bucket}?lifecycle PutLifecycleConfiguration
    CreateBucket  PUT    /{bucket}
    DeleteBucket  DELETE /{bucket}
    HeadObject    HEAD /{bucket}/{key+} GetObject
    GetObject     GET  /{bucket}/{key+}
    HeadBucket    HEAD /{bucket}        ListBucket
    ListObjectsV2 GET  /{bucket}        ListBucket
  `),
};

/** Finds the route of a request, with the parts of its path decoded. A subresource of S3 stands behind its path. */
export function findRoute(
  service: string,
  method: string,
  pathname: string,
): { route: Route; parts: Readonly<Record<string, string>> } | undefined {
  const path = pathname.length > 1 ? pathname.replace(/\/$/, '') : pathname;
  for (const candidate of Object.hasOwn(restRoutes, service) ? (restRoutes[service] ?? []) : []) {
    if (candidate.method !== method) continue;
    const match = patternOf(candidate.path).exec(path);
    if (match !== null) {
      return {
        route: candidate,
        parts: Object.fromEntries(
          Object.entries(match.groups ?? {}).map(([name, part]) => [name, decodeURIComponent(part)]),
        ),
      };
    }
  }
  return undefined;
}

const patterns = new Map<string, RegExp>();

function patternOf(path: string): RegExp {
  const known = patterns.get(path);
  if (known !== undefined) return known;
  const made = new RegExp(
    `^${path.replace('?', '\\?').replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => `(?<${name}>${rest === '' ? '[^/]+' : '.+'})`)}$`,
  );
  patterns.set(path, made);
  return made;
}
