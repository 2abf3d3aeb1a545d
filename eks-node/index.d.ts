import type * as models from './models.js'

// Everything that is given and told. `Cluster`, `ClusterInfo`, `Plan` and `Event` are those of below.
export type * from './models.js'

/** A spec as a plain object: what is wanted, with the keys of its YAML and JSON form. `schema.json` has it for editors. */
export type ClusterSpec = models.Cluster

/** Stops waiting when it is aborted. */
export interface Abortable {
  /**
   * Aborted before: nothing is called. Aborted meanwhile: a question is given up; an operation is no longer driven (what AWS
   * has started finishes, nothing new begins). Either way the promise rejects with a `CancelledError` whose `cause` is the
   * signal's reason.
   */
  signal?: AbortSignal
}

/** Credentials of AWS, as the AWS SDK has them. */
export interface Credentials {
  accessKeyId: string
  secretAccessKey: string
  /** Of temporary credentials. */
  sessionToken?: string
  /** When they expire. Default: never. */
  expiration?: Date
}

/** How a client is made; all of it is optional. */
export interface ClientOptions {
  /** The region. Default: as the AWS chain says. */
  region?: string | undefined
  /** The profile of the AWS configuration files. Default: `AWS_PROFILE`, then `default`. */
  profile?: string | undefined
  /** One endpoint for all services. Default: `AWS_ENDPOINT_URL`, then AWS. */
  endpointUrl?: string | undefined
  /** Default: those of the AWS chain (environment, profiles, SSO, web identity, containers, instances). */
  credentials?: Credentials | undefined
  /** What the client must not do. Default: nothing is forbidden. */
  guards?: models.Guards | undefined
  /** Where request tokens and the jitter of pauses are drawn from. Default: random. */
  seed?: number | undefined
}

/** A token for the API server of a cluster. A secret: whoever has it is the caller. */
export interface Token {
  readonly token: string
  /** When EKS takes it no longer: 14 minutes after it was made. */
  readonly expiresAt: Date
}

/** What kubectl reads from its exec plugins. */
export interface ExecCredential {
  readonly apiVersion: string
  readonly kind: 'ExecCredential'
  readonly spec: Record<string, never>
  readonly status: { readonly token: string; readonly expirationTimestamp: string }
}

/** The network of a VPC. */
export interface FoundNetwork {
  /** The VPC's id. */
  readonly vpc: string
  /** Its address ranges. */
  readonly cidrs: readonly string[]
  /** What a spec takes as its `network`. */
  readonly network: models.GivenNetwork
}

/** An operation as data: JSON that any process, on any machine and in any language, resumes. */
export type Handle = { readonly [key: string]: models.Json }

/**
 * A client of AWS: `new Eks()` goes by the AWS chain, as the aws CLI does. Making one calls nothing.
 *
 * ```js
 * const eks = new Eks({ region: 'us-west-2' })
 * const info = await eks.create({ name: 'web' })
 * await info.writeKubeconfig()
 * ```
 *
 * Methods that promise reject, and never throw: with an `EksError`, or with a `TypeError` for an argument of another type.
 */
export class Eks {
  /** @throws {EksError} with code `invalidSpec` for unknown options; {TypeError} for no options at all. */
  constructor(options?: ClientOptions)

  /** What `apply` would do, or `create` where there is nothing. Reads AWS and changes nothing. */
  plan(cluster: ClusterSpec | Cluster, options?: models.ApplyOptions & Abortable): Promise<Plan>
  /** What `delete` would do. */
  planDelete(name: string, options?: Abortable): Promise<Plan>
  /** What `scale` would do. */
  planScale(cluster: string, group: string, scaling: models.Scaling, options?: Abortable): Promise<Plan>
  /** What `label` would do. */
  planLabel(cluster: string, group: string, change: models.LabelChange, options?: Abortable): Promise<Plan>
  /** What `taint` would do. */
  planTaint(cluster: string, group: string, change: models.TaintChange, options?: Abortable): Promise<Plan>
  /** What `attachPolicy` would do. */
  planAttachPolicy(cluster: string, group: string, policyArn: string, options?: Abortable): Promise<Plan>
  /** What `detachPolicy` would do. */
  planDetachPolicy(cluster: string, group: string, policyArn: string, options?: Abortable): Promise<Plan>
  /** What `tag` would do. */
  planTag(cluster: string, change: models.TagChange, options?: Abortable): Promise<Plan>

  /** Holds the spec against the account's quotas, before the first write. */
  preflight(cluster: ClusterSpec | Cluster, options?: Abortable): Promise<models.Preflight>
  /** A cluster and what belongs to it. */
  describe(name: string, options?: Abortable): Promise<ClusterInfo>
  /** The same with versions and support dates, images, roles and network. */
  describeInFull(name: string, options?: Abortable): Promise<models.ClusterDetails>
  /** The spec of a cluster that is there, whoever made it: one that plans to nothing. */
  specOf(name: string, options?: Abortable): Promise<Cluster>
  /** Every cluster of one region or of several. */
  list(options?: models.ListOptions & Abortable): Promise<models.ClusterList>
  /** The network of a VPC, by id or tags. */
  findNetwork(filter: models.VpcFilter, options?: Abortable): Promise<FoundNetwork>
  /** Deletes the clusters whose time is over, in every region. */
  reap(options?: models.ReapOptions & Abortable): Promise<models.ReapReport>

  /** A token that is valid now: ask again for the next one. Signed in this process, without a call of EKS. */
  token(name: string, options?: Abortable): Promise<Token>
  /** A token in the words of kubectl's exec plugins. `execInfo` is the content of `KUBERNETES_EXEC_INFO`. */
  execCredential(name: string, execInfo?: string, options?: Abortable): Promise<ExecCredential>
  /** A kubeconfig as YAML, whose user runs a program for tokens: `eks-token`, or the aws CLI. */
  kubeconfig(name: string, options?: Abortable): Promise<string>
  /** A kubeconfig with a token in it, which works for 14 minutes without any program. */
  staticKubeconfig(name: string, options?: Abortable): Promise<string>
  /** Writes a kubeconfig where kubectl looks for it, merged with what is there, or to `path`. Resolves to the path. */
  writeKubeconfig(name: string, path?: string, options?: Abortable): Promise<string>

  /** A cluster from nothing, or on from where a create of it was interrupted. */
  create(cluster: ClusterSpec | Cluster, options?: models.CreateOptions & Abortable): Operation<ClusterInfo>
  /** On with a create of which only the name is known. */
  continueCreate(name: string, options?: Abortable): Operation<ClusterInfo>
  /** Has the cluster follow its changed spec. */
  apply(cluster: ClusterSpec | Cluster, options?: models.ApplyOptions & Abortable): Operation<ClusterInfo>
  /** Deletes the cluster with everything that was made for it. */
  delete(name: string, options?: models.DeleteOptions & Abortable): Operation<models.DeleteReport>
  /** Another size of a node group. */
  scale(
    cluster: string,
    group: string,
    scaling: models.Scaling,
    options?: models.PatchOptions & Abortable,
  ): Operation<models.NodeGroupInfo>
  /** Other labels of a node group. */
  label(
    cluster: string,
    group: string,
    change: models.LabelChange,
    options?: models.PatchOptions & Abortable,
  ): Operation<models.NodeGroupInfo>
  /** Other taints of a node group. */
  taint(
    cluster: string,
    group: string,
    change: models.TaintChange,
    options?: models.PatchOptions & Abortable,
  ): Operation<models.NodeGroupInfo>
  /** A policy more of a node group's own role. */
  attachPolicy(cluster: string, group: string, policyArn: string, options?: Abortable): Operation<models.NodeGroupInfo>
  /** A policy less. */
  detachPolicy(cluster: string, group: string, policyArn: string, options?: Abortable): Operation<models.NodeGroupInfo>
  /** Cost allocation tags on everything of a cluster that costs money. */
  tag(cluster: string, change: models.TagChange, options?: models.TagOptions & Abortable): Operation<models.TagReport>
  /** On with what a handle says. */
  resume(
    handle: Handle,
    options?: Abortable,
  ): Operation<ClusterInfo | models.DeleteReport | models.NodeGroupInfo | models.TagReport>

  /**
   * Ends the client: whatever is asked of it from now on is refused, questions under way are given up, and operations under
   * way are detached. Nothing of it keeps the process alive any more.
   */
  close(): void
}

/**
 * A lifecycle on its way: a promise of what it comes to, and a stream of what happens.
 *
 * It runs from its creation, whether anybody waits for it or not, and keeps the process alive until it ends or is let go of.
 * A killed process loses nothing: the same call goes on from there. If it fails and nobody awaits it, nobody is told: there
 * is no unhandled rejection.
 *
 * ```js
 * const op = eks.create({ name: 'web' })
 * for await (const event of op) console.log(event.event)
 * const info = await op
 * ```
 */
export class Operation<T> implements Promise<T>, AsyncIterable<Event> {
  private constructor()
  readonly [Symbol.toStringTag]: string
  /** `create`, `apply`, `delete` and so on; `null` if it never began. */
  readonly verb: string | null
  /** Where everything stands. `null` until the first look is over. */
  readonly plan: Plan | null
  /** The operation as data, for `Eks.resume`. `null` until it has begun. */
  readonly handle: Handle | null
  then<R = T, E = never>(
    fulfilled?: ((value: T) => R | PromiseLike<R>) | null,
    rejected?: ((reason: any) => E | PromiseLike<E>) | null,
  ): Promise<R | E>
  catch<E = never>(rejected?: ((reason: any) => E | PromiseLike<E>) | null): Promise<T | E>
  finally(settled?: (() => void) | null): Promise<T>
  /**
   * Every event from the first on, for each who asks, however late. Throws at the end if the operation fails; `break` stops
   * the watching and nothing else.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Event, void, void>
  /**
   * Stops driving, and gives the handle: what AWS has started finishes, and nothing new begins until `Eks.resume` or the same
   * call. It no longer keeps the process alive, and whoever awaits it has a `CancelledError`.
   */
  detach(): Handle | null
  /** Stops driving. What is there stays, as with `detach`. */
  cancel(outcome?: 'leave'): Handle | null
  /** Stops driving and undoes it: the operation that deletes what this one has made. Only a create can be undone. */
  cancel(outcome: 'rollBack'): Operation<models.DeleteReport>
  /**
   * Shows it to people until it ends: on a terminal a line for each step, with what is under way, elapsed and expected times
   * drawn anew; elsewhere, and where `CI` is set, plain lines. Gives the operation back.
   */
  showProgress(options?: ProgressOptions): this
}

/** Where progress is shown. */
export interface ProgressOptions {
  /** Default: `process.stderr`. */
  stream?: ProgressStream
  /** Where `CI` and `TERM` are looked up. Default: `process.env`. */
  env?: { readonly [name: string]: string | undefined }
}

/** What progress needs of a stream. */
export interface ProgressStream {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
  readonly rows?: number
}

/** What happened: `event` says which of them. As a string it is words. */
export type Event = EventPlanned | Exclude<models.Event, models.EventPlanned>

/** The first look is over, and this is to be done. */
export type EventPlanned = Omit<models.EventPlanned, 'plan'> & {
  /** The plan. */
  readonly plan: Plan
}

/** What will be, is being, or was done. */
export class Plan {
  private constructor()
  /** Whether there is nothing to do. */
  isEmpty(): boolean
  /** In words: what it makes, the steps with their times, and the critical path. */
  toString(): string
  /** Its timeline with its critical path, as SVG. */
  timelineSvg(): string
  /** Its timeline, as Mermaid. */
  timelineMermaid(): string
  /** Expected beside actual, as SVG. */
  progressSvg(): string
  /** What it makes, as it lives in AWS, as SVG; `null` for a delete, and where the spec is not known. */
  mapSvg(): string | null
  /** The same as Mermaid. */
  mapMermaid(): string | null
}
export interface Plan extends models.Plan {}

/** A cluster and what belongs to it, as it was when it was looked at. */
export class ClusterInfo {
  private constructor()
  /** A kubeconfig as YAML, as `Eks.kubeconfig`; nothing is asked. */
  kubeconfig(): string
  /** As `Eks.writeKubeconfig`; nothing is asked. */
  writeKubeconfig(path?: string): Promise<string>
  /** As `Eks.token`. */
  token(options?: Abortable): Promise<Token>
}
export interface ClusterInfo extends models.ClusterInfo {}

/**
 * A spec that was checked: it holds every rule that needs no call, and its name is chosen. It has the fields of the spec,
 * does not change, and is taken wherever a spec is.
 */
export class Cluster {
  /** @throws {InvalidSpecError} naming every broken rule, and what an unknown key was meant to be. */
  constructor(spec?: ClusterSpec)
  /** Of a JSON text, or of what one was parsed to. */
  static fromJSON(json: string | ClusterSpec): Cluster
  /** Of a YAML text. */
  static fromYaml(yaml: string): Cluster
  /** Of eksctl's ClusterConfig (`eksctl.io/v1alpha5`), as YAML. */
  static fromClusterConfig(yaml: string): Cluster
  /** The spec as a plain object. */
  toJSON(): ClusterSpec
  /** As YAML. */
  toYaml(): string
  /** As eksctl's ClusterConfig. @throws {UnsupportedError} for what that cannot say. */
  toClusterConfig(): string
}
export interface Cluster extends Readonly<models.Cluster> {}

/**
 * An AWS in this process and in virtual time, for tests: nothing is charged, and a create takes milliseconds.
 *
 * ```js
 * const sim = new Simulator()
 * const eks = sim.client()
 * await eks.create({ name: 'web' })
 * await eks.delete('web')
 * assert.deepEqual(sim.left(), [])
 * ```
 */
export class Simulator {
  /** @throws {InvalidSpecError} for unknown settings. */
  constructor(settings?: models.Settings)
  /** A client of the account. Of the options only region, guards and seed say anything here. */
  client(options?: ClientOptions): Eks
  /** Every call and every resource so far. */
  ledger(): models.Ledger
  /** The resources that are there. */
  left(): models.ResourceRecord[]
  /** What AWS would have charged so far, in US dollars. */
  cost(): number
  /** The virtual time. */
  now(): Date
  /** Lets virtual time pass, in seconds. */
  advance(seconds: number): Promise<void>
  /** Has calls go wrong from now on. */
  addFault(fault: models.Fault): void
  /** Has all go well again. */
  clearFaults(): void
}

/**
 * Lets a KubeConfig of `@kubernetes/client-node` into a cluster, with tokens from this process: no program is run for them,
 * and each request has one that is valid.
 *
 * ```js
 * const kubeConfig = await loadKubeConfig(new KubeConfig(), eks, 'web')
 * const nodes = await kubeConfig.makeApiClient(CoreV1Api).listNode()
 * ```
 */
export function loadKubeConfig<K extends KubeConfigLike>(kubeConfig: K, eks: Eks, name: string): Promise<K>

/** What `loadKubeConfig` needs of a KubeConfig. */
export interface KubeConfigLike {
  loadFromString(config: string): void
  addAuthenticator(authenticator: any): void
}

/**
 * Creates a cluster on a simulator of its own, deletes it, and tells what came of it. No account is touched.
 *
 * @param spec Without one, the cluster is what the defaults make it, under a generated name.
 */
export function rehearse(spec?: ClusterSpec | Cluster): Promise<models.Rehearsal>

/** What is known of an error. */
export interface EksErrorDetails {
  code?: models.ErrorKind
  retryable?: boolean
  resource?: string | null
  operation?: string | null
  awsCode?: string | null
  requestId?: string | null
  hint?: string | null
  violations?: readonly models.Violation[]
  stillRunning?: readonly string[]
}

/**
 * What went wrong, to which resource, whether trying again can help, and what to do. There is a subclass for each kind; a
 * kind that is new has this class.
 */
export class EksError extends Error {
  constructor(message: string, details?: EksErrorDetails, options?: { cause?: unknown })
  /** What kind of thing went wrong. */
  readonly code: models.ErrorKind
  /** Whether the same call can succeed later without a change by hand. */
  readonly retryable: boolean
  /** The resource concerned, such as `node group web`. */
  readonly resource: string | null
  /** The AWS operation that failed, as `service:Operation`. */
  readonly operation: string | null
  /** AWS's error code, such as `ResourceLimitExceeded`. */
  readonly awsCode: string | null
  /** AWS's request id, which its support asks for. */
  readonly requestId: string | null
  /** What to do next. */
  readonly hint: string | null
  /** The broken rules, if the code is `invalidSpec`. */
  readonly violations: readonly models.Violation[]
  /** What AWS goes on with, if the code is `timedOut`. */
  readonly stillRunning: readonly string[]
  /** What caused it, outermost first; the reason of an aborted signal. */
  readonly cause?: unknown
}

/** A spec, an option or a file's content breaks a rule. Nothing was called, nothing was lost. */
export class InvalidSpecError extends EksError {
  readonly code: 'invalidSpec'
}

/** What was asked for does not exist. */
export class NotFoundError extends EksError {
  readonly code: 'notFound'
}

/** Something of that name exists and is not ours, or is ours with another spec. */
export class AlreadyExistsError extends EksError {
  readonly code: 'alreadyExists'
}

/** Another goal (a delete, another process's update) is at work on the same cluster. */
export class ConflictError extends EksError {
  readonly code: 'conflict'
}

/** The credentials are valid and may not do this. */
export class AccessDeniedError extends EksError {
  readonly code: 'accessDenied'
}

/** A guard of the client forbids it (see `Guards`). Nothing was changed. */
export class GuardedError extends EksError {
  readonly code: 'guarded'
}

/** No credentials were found in the AWS chain. */
export class NoCredentialsError extends EksError {
  readonly code: 'noCredentials'
}

/** The credentials have expired; the operation can be resumed with fresh ones. */
export class CredentialsExpiredError extends EksError {
  readonly code: 'credentialsExpired'
}

/** A service quota would be, or was, exceeded. */
export class QuotaExceededError extends EksError {
  readonly code: 'quotaExceeded'
}

/** AWS has no capacity for what was asked for. */
export class NoCapacityError extends EksError {
  readonly code: 'noCapacity'
}

/** The service kept on throttling for longer than the budget. */
export class ThrottledError extends EksError {
  readonly code: 'throttled'
}

/** AWS or the cluster's API server cannot be reached. */
export class UnreachableError extends EksError {
  readonly code: 'unreachable'
}

/** A resource reached a failed state. */
export class FailedError extends EksError {
  readonly code: 'failed'
}

/** The caller's deadline passed; the work in AWS goes on: see `stillRunning`. */
export class TimedOutError extends EksError {
  readonly code: 'timedOut'
}

/** The caller stopped it, or aborted its signal, whose reason is the `cause`. */
export class CancelledError extends EksError {
  readonly code: 'cancelled'
}

/** The service answered that it does not implement what was asked for. */
export class UnsupportedError extends EksError {
  readonly code: 'unsupported'
}

/** A file (a kubeconfig) cannot be read, locked or written. */
export class FileError extends EksError {
  readonly code: 'file'
}

/** A defect in this library, or an answer that makes no sense; or the client is closed. */
export class InternalError extends EksError {
  readonly code: 'internal'
}
