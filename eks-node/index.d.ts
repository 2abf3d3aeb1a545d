/** What kind of thing went wrong. Later versions may add to it. */
export type ErrorKind =
  | 'invalidSpec'
  | 'notFound'
  | 'alreadyExists'
  | 'conflict'
  | 'accessDenied'
  | 'noCredentials'
  | 'credentialsExpired'
  | 'quotaExceeded'
  | 'noCapacity'
  | 'throttled'
  | 'unreachable'
  | 'failed'
  | 'timedOut'
  | 'cancelled'
  | 'unsupported'
  | 'file'
  | 'internal'

/** One broken rule of a spec. */
export interface Violation {
  /** Path of the field, such as `nodeGroups[0].scaling.min`. */
  readonly field: string
  /** The offending value. */
  readonly value: string
  /** The rule, as a sentence that can follow "must". */
  readonly rule: string
}

/** What went wrong, to which resource, whether trying again can help, and what to do. */
export class EksError extends Error {
  constructor(message: string, details?: Partial<Omit<EksError, keyof Error>>)
  readonly name: 'EksError'
  /** What kind of thing went wrong. */
  readonly kind: ErrorKind
  /** Whether the same call can succeed later without a change by hand. */
  readonly retryable: boolean
  /** The resource concerned. */
  readonly resource: string | null
  /** The AWS operation that failed, as `service:Operation`. */
  readonly operation: string | null
  /** AWS's error code. */
  readonly code: string | null
  /** AWS's request id, which its support asks for. */
  readonly requestId: string | null
  /** What to do next. */
  readonly hint: string | null
  /** The broken rules, if the kind is `invalidSpec`. */
  readonly violations: readonly Violation[]
  /** What AWS goes on with, if the kind is `timedOut`. */
  readonly stillRunning: readonly string[]
  /** The texts of the causes, outermost first. */
  readonly causes: readonly string[]
}

/** A resource that was still there at the end. Times are milliseconds since the Unix epoch. */
export interface LeftResource {
  /** CloudFormation's name of its type, such as `AWS::EC2::Subnet`. */
  kind: string
  id: string
  region: string
  created: number
  ready: number | null
  deleting: number | null
  deleted: number | null
  /** What it costs in US dollars an hour. */
  pricePerHour: number
}

/** What the life of a cluster came to. */
export interface Rehearsal {
  /** The cluster as it stood when its create had ended. */
  info: Record<string, any>
  /** What its delete did. */
  report: Record<string, any>
  /** What happened in between, the create's events first. */
  events: Record<string, any>[]
  /** What was left in the account. */
  left: LeftResource[]
  /** What AWS would have charged, in US dollars. */
  cost: number
  /** How long AWS would have taken, in seconds. */
  seconds: number
}

/**
 * Creates a cluster on a simulator of its own, deletes it, and tells what came of it. No account is touched.
 *
 * @param spec has the keys of the YAML and JSON form; without one, the cluster is what the defaults make it, under a
 * generated name.
 * @throws {EksError} with kind `invalidSpec` for what is no spec.
 */
export function rehearse(spec?: Readonly<Record<string, unknown>>): Promise<Rehearsal>
